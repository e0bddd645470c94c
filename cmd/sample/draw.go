package main

import (
	"flag"

	"latentspace/explore"
	"latentspace/explore/show"
)

var draw = verb{
	about: "examples drawn from the model's prior; example i is a function of the seed and i",
	n:     64,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		prior := priorFlags(flags, fitFlag(flags, "the prior"), false)
		told := conditionFlags(flags, "the `class` of a conditional model, by its name or its index, or all for a row of each; the same as -given class=…")
		return func(o explore.Options, to show.Output) action {
			v := explore.Draw{Options: told(o), Prior: prior()}
			return bound(show.Draw, v, to)
		}
	},
}
