// Package evaluation measures a trained model: its likelihood, the health of its latent
// space, its reconstructions and samples, what its codes are good for. Each part is a
// file and one entry of a list; what a part measures with is package metrics.
//
// Every figure has a unit, a standard error and the protocol by which it was measured.
// What a model or its data cannot give is left out with a sentence.
package evaluation

import (
	"latentspace/data"
	"latentspace/trained"
)

// Subject is what is measured: a model and its data.
type Subject struct {
	Model *trained.Model
	Train data.Dataset // what the model learned from
	Held  data.Dataset // what it is measured on
	// Outliers are examples of classes that training never saw, nil for none.
	Outliers data.Dataset
	Split    string // the name of Held: valid or test; train for a model without either
	Data     string // SHA-256 of the data, as in [data.Splits]

	// Prior says what the samples are draws of, where that was fitted to codes, in a few words;
	// "" for the model's own prior.
	Prior string

	// Binarize has pixels drawn, as in [data.Splits], with a seed.
	Binarize  bool
	PixelSeed uint64

	// Training is how the model was trained, and Untrained what it was before; nil where that is
	// not known.
	Training  *Training
	Untrained func() (*trained.Model, error)

	// Modes are the centres of points in the plane, Spread the deviation around them,
	// where they are known.
	Modes  [][2]float64
	Spread float64
}

// drawn is a data set of the subject with its pixels drawn where training draws them: what is
// measured is what the model is for.
func (s Subject) drawn(ds data.Dataset) data.Dataset {
	if !s.Binarize {
		return ds
	}
	return data.Binarized(ds, s.PixelSeed)
}

// Options say what is measured and at what cost.
type Options struct {
	Metrics []string // the names of figures; all if empty
	N       int      // held-out examples at most; 0 for what each part takes
	Draws   int      // importance samples for each example; 0 for the default
	Seed    uint64   // of everything random
	Full    bool     // all examples, where a part takes some

	// Cache is the folder in which networks that measure are kept; none if empty.
	Cache string
	// Progress is called before each part, Warn for problems that do not stop the
	// measurement. Both may be nil.
	Progress func(part string)
	Warn     func(err error)
}
