package main

import (
	"flag"

	"latentspace/explore"
)

var draw = verb{
	about: "examples drawn from the model's prior; example i is a function of the seed and i",
	n:     64,
	setup: func(flags *flag.FlagSet) func(explore.Options) action {
		prior := priorFlags(flags, fitFlag(flags, "the prior"))
		return func(o explore.Options) action { return explore.Draw{Options: o, Prior: prior()} }
	},
}
