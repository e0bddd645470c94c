package evaluation

import (
	"context"
	"fmt"
	"math"

	"latentspace/internal/panics"
)

// diagnosis is a report, and the state of a search for problems in it.
type diagnosis struct {
	*Report
	m      *measurement
	values spread
	found  []string // the names of the findings so far
	ended  *outcome
	early  bool // it was found under-trained
}

// finding is a possible problem, and how to look for it. look returns nil if there is none.
type finding struct {
	name string
	look func(ctx context.Context, d *diagnosis) (*Finding, error)
}

// findings are all possible problems, in the order of the report.
var findings = []finding{
	{"weights and figures that are no numbers", notNumbers},
	{"unscaled input", unscaledInput},
	{"divergence", endedBadly},
	{"dead codes", deadCodes},
	{"under-training", underTrained},
	{"loss averaged over values", averagedLoss},
	{"collapsed posterior", collapsedPosterior},
	{"over-regularised", overRegularised},
	{"saturated decoder", saturatedDecoder},
	{"mode collapse", modeCollapse},
	{"a mismatched prior", mismatchedPrior},
	{"overfitting", overfitting},
}

// diagnose describes the problems that the figures of a whole report show. It also returns, as
// sentences, what could not be looked for and why.
func diagnose(ctx context.Context, r *Report, m *measurement) (found []Finding, leftOut []string) {
	d := &diagnosis{Report: r, m: m}
	found = []Finding{}
	attempt := func(what string, f func() error) {
		if err := panics.Caught(f); err != nil && ctx.Err() == nil {
			leftOut = append(leftOut, fmt.Sprintf("Nothing was looked for of %s: %v.", what, err))
			m.warn("diagnosis", err)
		}
	}
	attempt("the range of the data", func() (err error) {
		d.values, err = spreadOf(m)
		return err
	})
	for _, kind := range findings {
		attempt(kind.name, func() error {
			f, err := kind.look(ctx, d)
			if f != nil {
				found = append(found, *f)
				d.found = append(d.found, f.Name)
			}
			return err
		})
	}
	return found, leftOut
}

// spread returns the range and the deviation of the values of training examples.
type spread struct{ least, most, deviation float64 }

const spreadExamples = 1000

func spreadOf(m *measurement) (spread, error) {
	x, err := m.Model.Values(m.fixed, 0, min(spreadExamples, m.fixed.Len()))
	if err != nil {
		return spread{}, err
	}
	s := spread{math.Inf(1), math.Inf(-1), deviation(x.Data)}
	for _, v := range x.Data {
		s.least, s.most = min(s.least, float64(v)), max(s.most, float64(v))
	}
	return s, nil
}
