package nntest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"latentspace/nn"
)

func TestAProbeHasTheValuesThatItIsGiven(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 100)
	for _, spread := range []float64{0, 0.4, 3} {
		Probe{Spread: spread}.fill(x, 0, rng)
		want := spread
		if spread == 0 {
			want = 1.6
		}
		largest, smallest := 0.0, math.Inf(1)
		for _, v := range x {
			largest, smallest = max(largest, math.Abs(float64(v))), min(smallest, math.Abs(float64(v)))
		}
		if largest > want || largest < 0.95*want || smallest < want/16 {
			t.Errorf("spread %v: magnitudes from %v to %v, want them from %v to %v", spread, smallest, largest, want/16, want)
		}
		slices.Sort(x)
		if n := len(slices.Compact(slices.Clone(x))); n != len(x) {
			t.Errorf("spread %v: %d different values, want %d", spread, n, len(x))
		}
	}
	given := []float32{7, 8}
	Probe{Inputs: [][]float32{nil, given}}.fill(x[:2], 1, rng)
	if !slices.Equal(x[:2], given) {
		t.Errorf("got %v, want %v", x[:2], given)
	}
}

// At the values of [Check] this is e^(e^(e^1.6)), which is infinite.
func TestASmallSpreadKeepsExponentialsWithinReach(t *testing.T) {
	tower := func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Exp().Exp().Exp() }
	Probe{Spread: 0.4}.Check(t, tower, []int{3, 4})
	Probe{Spread: 0.4}.CheckSecond(t, tower, []int{2})
	Probe{Spread: 0.4}.CheckGradients(t, nn.Linear{Out: 2}, 3, 4)
}
