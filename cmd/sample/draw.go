package main

import (
	"flag"

	"latentspace/explore"
)

var draw = verb{
	about: "examples drawn from the model's prior; example i is a function of the seed and i",
	n:     64,
	setup: func(*flag.FlagSet) func(explore.Options) action {
		return func(o explore.Options) action { return explore.Draw{Options: o} }
	},
}
