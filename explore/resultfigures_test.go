package explore

import (
	"math"
	"testing"

	"latentspace/explore/attributes"
	"latentspace/latent/fitting"
)

func TestFiguresThatAreNotFinite(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		report any
		want   string
	}{
		{VaryReport{Readings: []attributes.Reading{{}, {Examples: &attributes.Score{R2: &nan}}}}, "explore: the report's Readings[1].Examples.R2 is NaN, want a number"},
		{InterpolateReport{PriorFit: &PriorFit{Fitted: fitting.Fitted{Bandwidth: math.Inf(1)}}}, "explore: the report's PriorFit.Fitted.Bandwidth is +Inf, want a number"},
		{VaryReport{Direction: []float32{1, float32(nan)}}, "explore: the report's Direction[1] is NaN, want a number"},
	} {
		if err := checkFigures(c.report); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if err := checkFigures(VaryReport{Readings: []attributes.Reading{{Shift: []float64{1}}}}); err != nil {
		t.Error(err)
	}
}
