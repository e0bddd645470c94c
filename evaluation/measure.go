package evaluation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"latentspace/metrics"
)

// part is an aspect of a model that is measured on its own.
type part struct {
	name    string
	figures []string // the names of all it can measure
	// measure returns what was measured of what is asked for. A part that a model or
	// its data has nothing for is a [lacking].
	measure func(ctx context.Context, m *measurement) (Section, error)
}

// parts are all there are, in the order of the report.
var parts = []part{likelihood, health, reconstruction, samples, disentanglement, usefulness}

// lacking is what a part cannot be measured without, in a sentence.
type lacking string

func (l lacking) Error() string { return string(l) }

// Measure measures a model, and diagnoses it where all is measured. A part that the model or its data has nothing for is left
// out with a sentence. Two measurements with the same options agree to the bit.
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
		section, err := p.measure(ctx, m)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var lacks lacking
		var unfit metrics.Unfit
		switch {
		case errors.As(err, &lacks):
			section.leave(lacks.Error())
		case errors.As(err, &unfit):
			section.leave("It cannot be measured: " + string(unfit) + ".")
			section.undefined = append(section.undefined, p.figures...)
		case err != nil:
			return nil, fmt.Errorf("evaluation: %s: %w", p.name, err)
		}
		section.Name, section.Seconds = p.name, time.Since(start).Seconds()
		section.Figures = slices.DeleteFunc(section.Figures, func(f Figure) bool {
			if !m.wants(f.Name) {
				return true
			}
			if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || math.IsNaN(f.Error) || math.IsInf(f.Error, 0) {
				section.undefined = append(section.undefined, f.Name)
				section.leave(fmt.Sprintf("%s is %v ± %v, which is no number.", f.Name, f.Value, f.Error))
				return true
			}
			return false
		})
		section.Tables = slices.DeleteFunc(section.Tables, func(t Table) bool {
			if t.finite() {
				return false
			}
			section.leave(fmt.Sprintf("The table %q has values that are no numbers.", t.Title))
			return true
		})
		if section.Figures == nil {
			section.Figures = []Figure{}
		}
		r.Sections = append(r.Sections, section)
	}
	if len(o.Metrics) > 0 {
		return r, nil // not enough to tell what is wrong
	}
	var err error
	if r.Diagnosis, err = diagnose(ctx, r, m); err != nil {
		return nil, fmt.Errorf("evaluation: diagnosis: %w", err)
	}
	return r, nil
}
