package evaluation

import (
	"context"
	"math"
)

// diagnosis is a report in which to look for what is wrong.
type diagnosis struct {
	*Report
	m      *measurement
	values spread
	found  int // findings so far
}

// findings are all that can be found, in the order in which they are told. Each returns
// nil where there is nothing.
var findings = []func(ctx context.Context, d *diagnosis) (*Finding, error){
	notNumbers, unscaledInput, averagedLoss, collapsedPosterior, overRegularised, saturatedDecoder, modeCollapse, overfitting,
}

// diagnose says in words what the figures of a whole report tell.
func diagnose(ctx context.Context, r *Report, m *measurement) ([]Finding, error) {
	d := &diagnosis{Report: r, m: m}
	var err error
	if d.values, err = spreadOf(m); err != nil {
		return nil, err
	}
	all := []Finding{}
	for _, look := range findings {
		f, err := look(ctx, d)
		if err != nil {
			return nil, err
		}
		if f != nil {
			all = append(all, *f)
			d.found++
		}
	}
	return all, nil
}

// spread is the range and the deviation of the values of training examples.
type spread struct{ least, most, deviation float64 }

const spreadExamples = 1000

func spreadOf(m *measurement) (spread, error) {
	x, err := m.Model.Read(m.fixed, 0, min(spreadExamples, m.fixed.Len()))
	if err != nil {
		return spread{}, err
	}
	s := spread{math.Inf(1), math.Inf(-1), deviation(x.Data)}
	for _, v := range x.Data {
		s.least, s.most = min(s.least, float64(v)), max(s.most, float64(v))
	}
	return s, nil
}
