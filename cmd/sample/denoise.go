package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var denoise = verb{
	codes: true,
	about: "noisy examples beside what the model makes of them: those of files as they are, those of a split with noise",
	n:     8,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Denoise{}
		flags.Float64Var(&v.Sigma, "sigma", 0.3, "the deviation of the noise that the examples of a split get")
		input := inputFlags(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				var err error
				if v.Options, err = input(o); err != nil {
					return nil, err
				}
				if len(v.Files) > 0 {
					if err := idle(flags, "-i, whose examples are noisy as they are", "sigma"); err != nil {
						return nil, err
					}
				}
				return show.Denoise(ctx, m, v, to)
			}
		}
	},
}
