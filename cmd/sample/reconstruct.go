package main

import (
	"context"
	"flag"

	"latentspace/experiments"
)

var reconstruct = verb{
	about: "the first examples of a split above what the model makes of their codes",
	n:     16,
	setup: func(flags *flag.FlagSet) func(context.Context, *experiments.Trained, string, experiments.Sample) (*experiments.Drawn, error) {
		split := flags.String("split", "test", "the split to take examples from: train, valid or test")
		return func(ctx context.Context, t *experiments.Trained, checkpoint string, s experiments.Sample) (*experiments.Drawn, error) {
			return experiments.Reconstruct(ctx, t, checkpoint, *split, s)
		}
	},
}
