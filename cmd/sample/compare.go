package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
)

var compare = verb{
	about: "RUN RUN …: the reports of several runs side by side, what differs beyond the errors marked, and one figure over another as .png and .svg",
	n:     0,
	runs: func(flags *flag.FlagSet) func(explore.Options, show.Output, show.Runs) comparison {
		v := explore.Compare{}
		flags.IntVar(&v.Draws, "k", 0, "importance samples for each example of runs that are measured (default 50, with -full 200)")
		flags.BoolVar(&v.Full, "full", false, "measure runs that have no report on all examples")
		best := flags.Bool("best", false, "the best checkpoint of each run instead of the newest")
		flags.StringVar(&v.X, "x", "", "the `figure` across (default kl, or what the runs have)")
		flags.StringVar(&v.Y, "y", "", "the `figure` up (default reconstruction_nll, or what the runs have)")
		return func(o explore.Options, to show.Output, runs show.Runs) comparison {
			v.Options, runs.Best, runs.Anew = o, *best, given(flags, "n", "k", "full", "seed")
			return func(ctx context.Context) (fmt.Stringer, error) { return show.Compare(ctx, runs, v, to) }
		}
	},
}

// comparison is a verb of several runs with its options.
type comparison func(ctx context.Context) (fmt.Stringer, error)
