package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var nearest = verb{
	about: "the most similar examples of a split to given ones, by the distance of codes, as pictures or as .csv",
	n:     8,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Nearest{}
		flags.StringVar(&v.Among, "among", "train", "the `split` that is searched: train, valid, test or outliers")
		flags.IntVar(&v.K, "k", 10, "how many are found for each example")
		input := inputFlags(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				var err error
				if v.Options, err = input(o); err != nil {
					return nil, err
				}
				return show.Nearest(ctx, m, v, to)
			}
		}
	},
}
