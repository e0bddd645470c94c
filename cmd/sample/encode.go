package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var encode = verb{
	codes: true,
	about: "the codes of a split or of files as .npz, .npy or .csv, how much smaller they are, and what rounding them costs",
	n:     1_000_000,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Encode{}
		flags.StringVar(&v.Precision, "precision", "float32", "of the values written: float32, float16 or int8, with an offset and a scale for each dimension")
		flags.StringVar(&v.Layer, "layer", "", "what a `layer` gives, such as encoder.layer1, in place of codes")
		input := inputFlags(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				var err error
				if v.Options, err = input(o); err != nil {
					return nil, err
				}
				return show.Encode(ctx, m, v, to)
			}
		}
	},
}
