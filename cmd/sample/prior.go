package main

import (
	"flag"

	"latentspace/explore"
)

// fitted is how many codes a prior or a direction is fitted to by default.
const fitted = 20_000

// priorFlags adds the flags of random draws. What it returns is the prior that they
// ask for, once they are parsed; its split is the training split unless one is given, and always
// where -split names what is measured.
func priorFlags(flags *flag.FlagSet, fit *int, measured bool) func() explore.Prior {
	var p explore.Prior
	orSplit := ", or of -split if it is given"
	if measured {
		orSplit = ""
	}
	flags.StringVar(&p.Kind, "prior", "", "draw codes from the model's own prior (model), or from a flow, a gaussian, a gmm, a kde or the aggregate posterior, fitted to the codes of the training split"+orSplit+" (default the prior that the checkpoint keeps, or else the model's)")
	flags.IntVar(&p.Components, "components", 0, "of -prior gmm; 0 chooses by BIC")
	flags.BoolVar(&p.Diagonal, "diagonal", false, "-prior gmm with diagonal covariances in place of full ones")
	return func() explore.Prior {
		p.Split, p.Fit = "train", *fit
		if given(flags, "split") && !measured {
			p.Split = flags.Lookup("split").Value.String()
		}
		return p
	}
}

// fitFlag adds -fit.
func fitFlag(flags *flag.FlagSet, what string) *int {
	return flags.Int("fit", fitted, "fit "+what+" to the codes of at most so `many` examples")
}
