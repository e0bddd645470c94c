package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
)

var compare = verb{
	about: "RUN RUN …: the reports of several runs side by side, what differs beyond the errors marked, and one figure over another as .png and .svg",
	n:     0,
	runs: func(flags *flag.FlagSet) func(explore.Options, []string) comparison {
		v := explore.Compare{}
		flags.IntVar(&v.Draws, "k", 0, "importance samples for each example of runs that are measured (default 50, with -full 200)")
		flags.BoolVar(&v.Full, "full", false, "measure runs that have no report on all examples")
		flags.BoolVar(&v.Best, "best", false, "the best checkpoint of each run instead of the newest")
		flags.StringVar(&v.X, "x", "", "the `figure` across (default kl, or what the runs have)")
		flags.StringVar(&v.Y, "y", "", "the `figure` up (default reconstruction_nll, or what the runs have)")
		return func(o explore.Options, runs []string) comparison {
			v.Options, v.Runs = o, runs
			return v
		}
	},
}

// comparison is a verb of several runs with its options.
type comparison interface {
	Run(ctx context.Context) (fmt.Stringer, error)
}
