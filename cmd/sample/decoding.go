package main

import (
	"flag"
	"fmt"

	"latentspace/experiments"
	"latentspace/trained"
	"latentspace/training"
)

// decodingNames are the flags that say how texts are written.
var decodingNames = []string{"temperature", "top-k", "top-p", "beams"}

// decodingFlags adds the flags that say how texts are written. The function that it returns makes a
// model write so, if any was given.
func decodingFlags(flags *flag.FlagSet) func(m *training.Trained) error {
	var d trained.Decoding
	flags.Float64Var(&d.Temperature, "temperature", 0, "of texts: draw each token, the more evenly the higher; 0 is the likeliest token (default 1 for draws, else 0)")
	flags.IntVar(&d.TopK, "top-k", 0, "of texts: draw from the `K` likeliest tokens alone")
	flags.Float64Var(&d.TopP, "top-p", 0, "of texts: draw from the likeliest tokens that have the probability `P` together, the nucleus")
	flags.IntVar(&d.Beams, "beams", 0, "of texts: search for the likeliest text among the `N` likeliest beginnings at each step")
	return func(m *training.Trained) error {
		if !given(flags, decodingNames...) {
			return nil
		}
		if given(flags, "top-k", "top-p") && !given(flags, "temperature") {
			d.Temperature = 1
		}
		if err := d.Check(); err != nil {
			return experiments.Usagef("-%v", err)
		}
		writes, err := m.Writing(d)
		if err != nil {
			return fmt.Errorf("-temperature, -top-k, -top-p and -beams say how texts are written: %w", err)
		}
		m.Model = writes
		return nil
	}
}
