package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var evaluate = verb{
	long:  true,
	about: "what a model is worth: likelihood, latent space, reconstructions, samples, codes, with standard errors and a diagnosis",
	n:     0,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Evaluate{}
		flags.IntVar(&v.Draws, "k", 0, "importance samples for each example (default 50, with -full 200)")
		flags.Func("metrics", "measure these figures alone, `names` with commas, such as neg_elbo,nll; train -list has them (default all)", func(s string) error {
			for name := range strings.SplitSeq(s, ",") {
				v.Metrics = append(v.Metrics, strings.TrimSpace(name))
			}
			return nil
		})
		flags.BoolVar(&v.Full, "full", false, "measure on all examples; without, each part takes some")
		flags.StringVar(&v.Through, "through", "", "of a dictionary of another run's codes: the `run`, whose loss with what the model makes of its codes is measured")
		page := flags.Bool("html", false, "write the report as a page too")
		prior := priorFlags(flags, fitFlag(flags, "the prior"), true)
		return func(o explore.Options, to show.Output) action {
			v.Options, v.Prior = o, prior()
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				return show.Evaluate(ctx, m, v, to, *page)
			}
		}
	},
}
