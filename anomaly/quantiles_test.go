package anomaly

import (
	"math"
	"testing"
)

// upTo are the numbers 0 … n−1, falling.
func upTo(n int) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = float64(n - 1 - k)
	}
	return v
}

// Of 0 … 100 a tenth lies above 90. Of 101 scores, 10.1 ± √(101·0.1·0.9) = 3.015 are above: half the
// distance from 90 − 2.985 to 90 + 2.985 is 2.985, as the scores are 1/100 apart in rank.
func TestTheThresholdIsAQuantileWithItsError(t *testing.T) {
	got := ThresholdOf(upTo(101), 0.1)
	if want := 100 * math.Sqrt(0.1*0.9/101); math.Abs(got.Score-90) > 1e-9 || math.Abs(got.Error-want) > 1e-9 || got.Examples != 101 || got.Few {
		t.Errorf("got %+v, want 90 ± %v", got, want)
	}
	if got := ThresholdOf(upTo(50), 0.01); got.Score != 49 || !got.Few {
		t.Errorf("of too few scores: got %+v, want the largest, 49", got)
	}
}

func TestSharesBelow(t *testing.T) {
	values := []float64{1, 2, 2, 4}
	for v, want := range map[float64]float64{0: 0, 1: 0.125, 2: 0.5, 3: 0.75, 4: 0.875, 5: 1} {
		if got := below(values, v); got != want {
			t.Errorf("below %v: got %v, want %v", v, got, want)
		}
	}
}

// The median of 0 … 100 is 50, and 95 lies 45 above, 5 as far below.
func TestScoresAreMeasuredByTheirSpread(t *testing.T) {
	s := scaleOf(upTo(101))
	if above, below, away := s.beyond(140), s.beyond(5), s.away(5); math.Abs(above-2) > 1e-9 || math.Abs(below+1) > 1e-9 || math.Abs(away-1) > 1e-9 {
		t.Errorf("got %v, %v and %v, want 2, −1 and 1", above, below, away)
	}
	if got := scaleOf([]float64{3, 3, 3}).away(1); got != 2 {
		t.Errorf("of equal scores: got %v, want 2", got)
	}
}
