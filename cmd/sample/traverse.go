package main

import (
	"flag"
	"time"

	"latentspace/explore"
	"latentspace/explore/show"
)

var traverse = verb{
	codes: true,
	about: "each dimension of the code in a row of its own, through its range; those that carry most first",
	n:     20,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Traverse{}
		flags.StringVar(&v.Along, "along", "", "go along directions that need no attribute in place of dimensions: ganspace, principal components of what the decoder's first layer has for draws, or sefa, eigenvectors of that layer's matrix")
		flags.StringVar(&v.Order, "order", "", "of the dimensions: kl, sensitivity or index (default kl where codes are distributions, sensitivity elsewhere)")
		dims := flags.Int("dims", 20, "how `many` dimensions to show at most, the same as -n")
		flags.IntVar(&v.Steps, "steps", 9, "pictures in a row")
		flags.Float64Var(&v.Range, "range", 3, "standard deviations of the codes to either side")
		flags.IntVar(&v.From, "from", -1, "`index` in the split of the example around which to go, -1 for the mean code; of the draw, for a model without an encoder")
		delay := flags.Duration("delay", 120*time.Millisecond, "time between the frames of the GIF")
		told := conditionFlags(flags, oneClass)
		fit := fitFlag(flags, "mean, deviation and KL")
		return func(o explore.Options, to show.Output) action {
			if given(flags, "dims") {
				o.N = *dims
			}
			v.Options, v.Fit, to.Delay = told(o), *fit, *delay
			return bound(show.Traverse, v, to)
		}
	},
}
