package main

import (
	"flag"

	"latentspace/explore"
)

var reconstruct = verb{
	about: "examples of a split, drawn by the seed, above what the model makes of their codes",
	n:     16,
	setup: func(*flag.FlagSet) func(explore.Options) action {
		return func(o explore.Options) action { return explore.Reconstruct{Options: o} }
	},
}
