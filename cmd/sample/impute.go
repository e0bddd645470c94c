package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var impute = verb{
	about: "a table with its missing cells filled, as .csv or .tsv, and a list of the cells that were",
	n:     1_000_000,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Impute{}
		flags.BoolVar(&v.Draw, "draw", false, "fill each cell with a draw, and not with the mean of numbers and the likeliest word")
		flags.IntVar(&v.Rounds, "rounds", 20, "how often codes and missing cells are drawn in turn; for means as often again")
		input := inputFlag(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				if err := idle(flags, "impute, which fills every row of the file", "n", "split"); err != nil {
					return nil, err
				}
				var err error
				if v.Options, err = input(o); err != nil {
					return nil, err
				}
				return show.Impute(ctx, m, v, to)
			}
		}
	},
}
