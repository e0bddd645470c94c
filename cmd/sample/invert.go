package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/trained"
	"latentspace/training"
)

var invert = verb{
	long:  true,
	about: "codes of examples of a split, or of files, found by descent through the decoder: the examples above what it makes of the codes, and how near that comes",
	n:     16,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Invert{Inversion: trained.DefaultInversion}
		flags.IntVar(&v.Inversion.Steps, "steps", v.Inversion.Steps, "steps of descent from each start")
		flags.IntVar(&v.Inversion.Restarts, "restarts", v.Inversion.Restarts, "starts of each example: those of 256 draws that are decoded to what is most like it")
		flags.Float64Var(&v.Inversion.Rate, "rate", v.Inversion.Rate, "first learning rate, in deviations of the prior; it falls to 0")
		flags.Float64Var(&v.Inversion.Penalty, "penalty", v.Inversion.Penalty, "how much the squared length of a code counts beside the squared error, so that it is one that the decoder knows; 0 for nothing")
		input := inputFlags(flags)
		return func(o explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				o, err := input(o)
				if err != nil {
					return nil, err
				}
				if err := v.Inversion.Check(); err != nil {
					return nil, experiments.Usagef("-%v", err)
				}
				v.Options = o
				return show.Invert(ctx, m, v, to)
			}
		}
	},
}

// mostInverted is the most examples that a verb takes by descent without -n.
const mostInverted = 1000

// inverting makes a model without an encoder find codes by descent.
func inverting(m *training.Trained, log io.Writer) error {
	if m.HasEncoder() {
		return experiments.Usagef("-invert: a model of kind %s has an encoder, and its codes are taken; sample invert compares them with those of descent", m.Kind)
	}
	o := trained.DefaultInversion
	inverting, err := m.Inverting(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(log, "codes are found by descent through the decoder, %d steps from each of %d starts; sample invert tells how near they come\n", o.Steps, o.Restarts)
	m.Model = inverting
	return nil
}
