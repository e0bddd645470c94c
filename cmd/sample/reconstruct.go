package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var reconstruct = verb{
	codes: true,
	about: "examples of a split, drawn by the seed, or of files, above what the model makes of their codes",
	n:     16,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		input := inputFlags(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				o, err := input(o)
				if err != nil {
					return nil, err
				}
				return show.Reconstruct(ctx, m, explore.Reconstruct{Options: o}, to)
			}
		}
	},
}
