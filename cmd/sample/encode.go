package main

import (
	"flag"

	"latentspace/explore"
	"latentspace/explore/show"
)

var encode = verb{
	about: "the codes of a split as .npz or .csv, how much smaller they are, and what rounding them costs",
	n:     1_000_000,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Encode{}
		flags.StringVar(&v.Precision, "precision", "float32", "of the values written: float32, float16 or int8, with an offset and a scale for each dimension")
		return func(o explore.Options, to show.Output) action {
			v.Options = o
			return bound(show.Encode, v, to)
		}
	},
}
