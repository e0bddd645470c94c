package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/anomaly"
	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var score = verb{
	about: "how odd examples are, beside training examples, and which of their values make them odd, as .csv",
	n:     1_000_000,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v, files := explore.Score{Pictures: 16}, show.ScoreOutput{}
		flags.Float64Var(&v.Alarm, "alarm", 0.01, "the share of usual examples that may be taken for odd: the threshold is by the scores of the validation set")
		flags.IntVar(&v.Draws, "draws", anomaly.DefaultDraws, "draws of each posterior for the likelihood")
		flags.IntVar(&v.Training, "fit", anomaly.DefaultTraining, "most training examples to compare with")
		flags.StringVar(&files.Picture, "picture", "", "write the 16 oddest pictures, their reconstructions and the places that make them odd to this `file`, a .png")
		input := inputFlags(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				var err error
				if v.Options, err = input(o); err != nil {
					return nil, err
				}
				files.Output = to
				return show.Score(ctx, m, v, files)
			}
		}
	},
}
