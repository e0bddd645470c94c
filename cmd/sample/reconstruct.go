package main

import (
	"flag"

	"latentspace/explore"
	"latentspace/explore/show"
)

var reconstruct = verb{
	about: "examples of a split, drawn by the seed, above what the model makes of their codes",
	n:     16,
	setup: func(*flag.FlagSet) func(explore.Options, show.Output) action {
		return func(o explore.Options, to show.Output) action {
			return bound(show.Reconstruct, explore.Reconstruct{Options: o}, to)
		}
	},
}
