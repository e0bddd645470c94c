package main

import (
	"context"
	"flag"

	"latentspace/experiments"
)

var draw = verb{
	about: "examples drawn from the model's prior; example i is a function of the seed and i",
	n:     64,
	setup: func(*flag.FlagSet) func(context.Context, *experiments.Trained, string, experiments.Sample) (*experiments.Drawn, error) {
		return func(ctx context.Context, t *experiments.Trained, checkpoint string, s experiments.Sample) (*experiments.Drawn, error) {
			return experiments.DrawSamples(ctx, t, checkpoint, s)
		}
	},
}
