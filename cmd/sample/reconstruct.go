package main

import (
	"flag"

	"latentspace/explore"
)

var reconstruct = verb{
	about: "the first examples of a split above what the model makes of their codes",
	n:     16,
	setup: func(*flag.FlagSet) func(explore.Options) action {
		return func(o explore.Options) action { return explore.Reconstruct{Options: o} }
	},
}
