package main

import (
	"flag"

	"latentspace/explore"
	"latentspace/explore/show"
)

var decode = verb{
	about: "what the model makes of the codes of a file, as a picture, .csv or .npz",
	n:     1_000_000,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Decode{}
		flags.StringVar(&v.Input, "i", "", "the `file` of codes: .npz, or a table, .csv or .tsv, as sample encode writes them")
		dialectFlag(flags, &v.Dialect)
		told := conditionFlags(flags, oneClass)
		return func(o explore.Options, to show.Output) action {
			v.Options = told(o)
			return bound(show.Decode, v, to)
		}
	},
}
