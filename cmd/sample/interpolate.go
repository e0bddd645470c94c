package main

import (
	"context"
	"flag"
	"time"

	"latentspace/experiments"
)

var interpolate = verb{
	about: "rows of pictures from one code to another, as a strip and as a GIF",
	n:     8,
	setup: func(flags *flag.FlagSet) func(context.Context, *experiments.Trained, string, experiments.Sample) (*experiments.Drawn, error) {
		method := flags.String("method", "slerp", "lerp, along a line, or slerp, along an arc")
		steps := flags.Int("steps", 10, "pictures in a row, both ends among them")
		from := flags.Int("from", -1, "`index` of the example where the first row begins; the next follow it; -1 for random draws")
		to := flags.Int("to", -1, "`index` of the example where the first row ends")
		split := flags.String("split", "test", "the split that -from and -to count in: train, valid or test")
		delay := flags.Duration("delay", 80*time.Millisecond, "time between the frames of the GIF")
		return func(ctx context.Context, t *experiments.Trained, checkpoint string, s experiments.Sample) (*experiments.Drawn, error) {
			return experiments.Interpolate(ctx, t, checkpoint, experiments.Interpolation{
				Sample: s, Method: *method, Steps: *steps, Split: *split, From: *from, To: *to, Delay: *delay,
			})
		}
	},
}
