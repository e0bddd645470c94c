// Package evaluation measures a trained model: its likelihood, the health of its latent
// space, its reconstructions and samples, what its codes are good for. Each part is a
// file and one entry of a list; what a part measures with is package metrics.
//
// Every figure has a unit, a standard error and the protocol by which it was measured.
// What a model or its data cannot give is left out with a sentence.
package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

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

	// Through is the run whose codes the model learned from, nil where that is not known.
	Through *Through

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

// part is an aspect of a model that is measured on its own.
type part struct {
	name    string
	figures []string // the names of all it can measure
	// measure measures the requested figures. If the model or its data lack what the
	// part needs, the error is [lacking].
	measure func(ctx context.Context, m *measurement) (Section, error)
}

// parts has all parts, in the order of the report.
var parts = []part{likelihood, health, reconstruction, samples, fidelity, disentanglement, usefulness, outliers, dictionary}

// lacking is an error: a sentence that says what a part needs and does not have.
type lacking string

func (l lacking) Error() string { return string(l) }

// Measure measures a model, and diagnoses it if all figures are measured. A part for which the
// model or its data lack something is left out with a sentence, and so is a figure whose
// measurement fails by an error or a panic: it costs no other figure. Two measurements with the
// same options agree to the bit. The only errors are an unknown name of a figure and the end of
// ctx.
func Measure(ctx context.Context, s Subject, o Options) (*Report, error) {
	for _, name := range o.Metrics {
		if !slices.Contains(Known(), name) {
			return nil, fmt.Errorf("evaluation: no figure %q; there are %v", name, Known())
		}
	}
	m := newMeasurement(s, o)
	r := &Report{Model: s.Model.Kind, Data: s.Data, Split: s.Split, Seed: o.Seed}
	for _, p := range parts {
		if !slices.ContainsFunc(p.figures, m.wants) {
			continue
		}
		if o.Progress != nil {
			o.Progress(p.name)
		}
		start := time.Now()
		section := m.section(ctx, p)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		section.Name, section.Seconds = p.name, time.Since(start).Seconds()
		section.keepNumbers(m.wants)
		r.Sections = append(r.Sections, section)
	}
	if len(o.Metrics) > 0 {
		return r, nil // too little for a diagnosis
	}
	r.Diagnosis, r.Undiagnosed = diagnose(ctx, r, m)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return r, nil
}

// keepNumbers leaves out figures that were not requested, and values that are NaN or infinite.
func (s *Section) keepNumbers(wants func(name string) bool) {
	s.Figures = slices.DeleteFunc(s.Figures, func(f Figure) bool {
		if !wants(f.Name) {
			return true
		}
		if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || math.IsNaN(f.Error) || math.IsInf(f.Error, 0) {
			s.undefined = append(s.undefined, f.Name)
			s.leave(fmt.Sprintf("%s is %v ± %v, which is no number.", f.Name, f.Value, f.Error))
			return true
		}
		return false
	})
	s.Tables = slices.DeleteFunc(s.Tables, func(t Table) bool {
		if t.finite() {
			return false
		}
		s.leave(fmt.Sprintf("The table %q has values that are no numbers.", t.Title))
		return true
	})
	if s.Figures == nil {
		s.Figures = []Figure{}
	}
}
