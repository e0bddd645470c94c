package evaluation

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"latentspace/latent"
)

// The gain of a fitted prior is the divergence of the codes from the model's own: of codes that
// are all N(m, s²) under the prior N(0, 1) it is (s² + m² − 1)/2 − ln s.
func TestTheGainOfAFittedPrior(t *testing.T) {
	s := points(t)
	for name, c := range map[string]struct {
		off, wide float64
		found     bool
	}{
		"codes that are the prior's":          {0, 1, false},
		"codes a little beside it":            {1, 1, false},
		"codes far from it":                   {3, 1, true},
		"codes much narrower than it is":      {0, 0.02, true},
		"codes narrower and beside the prior": {1, 0.3, false},
	} {
		// With w = 0 every posterior is N(off, wide²).
		model := linear{w: 0, sigma: 0.5, off: c.off, wide: c.wide}.model(t)
		m := newMeasurement(subject(model, s), Options{Seed: 1})
		gain, fitted, err := m.gain(context.Background(), latent.Standard(1), 1000, 600)
		if err != nil {
			t.Fatal(err)
		}
		want := (c.wide*c.wide+c.off*c.off-1)/2 - math.Log(c.wide)
		if math.Abs(gain.Value-want) > 4*gain.Error+0.02 {
			t.Errorf("%s: a mixture of %d gains %v ± %v, want %v", name, fitted.Components, gain.Value, gain.Error, want)
		}
		d := &diagnosis{Report: &Report{}, m: m}
		f, err := mismatchedPrior(context.Background(), d)
		if err != nil || (f != nil) != c.found {
			t.Errorf("%s: found %v, %v, want it: %v", name, f, err, c.found)
		}
		if f == nil {
			continue
		}
		if !strings.Contains(f.Evidence, fmt.Sprintf("by %.3g ± ", gain.Value)) || !strings.Contains(f.Remedy, "sample -prior gmm") {
			t.Errorf("%s: got %+v", name, f)
		}
		// Where something else is wrong, or a prior was fitted, it is not told.
		for _, other := range spoiled {
			if f, err := mismatchedPrior(context.Background(), &diagnosis{Report: &Report{}, m: m, found: []string{other}}); f != nil || err != nil {
				t.Errorf("%s, beside %q: got %v, %v", name, other, f, err)
			}
		}
		of := subject(model.With(latent.Standard(1)), s)
		if f, err := mismatchedPrior(context.Background(), &diagnosis{Report: &Report{}, m: newMeasurement(of, Options{Seed: 1})}); f != nil || err != nil {
			t.Errorf("%s, with a prior that was fitted: got %v, %v", name, f, err)
		}
		of = subject(model, s)
		of.Training = &Training{Steps: 10}
		if f, err := mismatchedPrior(context.Background(), &diagnosis{Report: &Report{}, m: newMeasurement(of, Options{Seed: 1})}); f != nil || err != nil {
			t.Errorf("%s, of a few steps: got %v, %v", name, f, err)
		}
	}
}
