package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// part is an aspect of a model that is measured on its own.
type part struct {
	name    string
	figures []string // the names of all it can measure
	// measure measures the requested figures. If the model or its data lack what the
	// part needs, the error is [lacking].
	measure func(ctx context.Context, m *measurement) (Section, error)
}

// parts has all parts, in the order of the report.
var parts = []part{likelihood, health, reconstruction, samples, fidelity, disentanglement, usefulness, outliers}

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
