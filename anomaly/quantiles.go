package anomaly

import (
	"math"
	"slices"
)

// scale is a score's middle and its spread to either side among training examples.
type scale struct{ middle, below, above float64 }

// scaleOf is the median, and how far the quantiles of 5 % and 95 % are from it.
func scaleOf(values []float64) scale {
	v := rising(values)
	s := scale{middle: quantile(v, 0.5)}
	s.below, s.above = s.middle-quantile(v, 0.05), quantile(v, 0.95)-s.middle
	for _, spread := range []*float64{&s.below, &s.above} {
		if !(*spread > 0) {
			*spread = 1 // of scores that are all the same
		}
	}
	return s
}

// beyond is how many spreads a value is above the middle, negative below it.
func (s scale) beyond(v float64) float64 { return (v - s.middle) / s.above }

// away is how many spreads a value is from the middle, on its side.
func (s scale) away(v float64) float64 {
	if v < s.middle {
		return (s.middle - v) / s.below
	}
	return s.beyond(v)
}

func rising(values []float64) []float64 {
	return slices.Sorted(slices.Values(values))
}

// quantile is the value below which the share q of rising values lies, between two of them in
// proportion.
func quantile(values []float64, q float64) float64 {
	at := float64(q * float64(len(values)-1))
	k := min(int(at), len(values)-1)
	if k+1 == len(values) {
		return values[k]
	}
	return values[k] + float64((at-float64(k))*(values[k+1]-values[k]))
}

// below is the share of rising values that are below v, those equal to it by half.
func below(values []float64, v float64) float64 {
	lo, _ := slices.BinarySearch(values, v)
	hi := lo
	for hi < len(values) && values[hi] == v {
		hi++
	}
	return float64(lo+hi) / float64(2*len(values))
}

// Threshold is a score above which an example is taken for odd.
type Threshold struct {
	Alarm    float64 `json:"alarm"`    // the share of usual examples for which that is false
	Score    float64 `json:"score"`    // the threshold
	Error    float64 `json:"error"`    // its standard error
	Examples int     `json:"examples"` // from whose scores it is taken
	Few      bool    `json:"few"`      // too few of them for so small a share: it is their largest score
}

// ThresholdOf is the threshold for a share of false alarms, of the scores of usual examples. Its
// standard error is half the distance between the scores whose ranks are one deviation of the
// number of false alarms below and above.
func ThresholdOf(scores []float64, alarm float64) Threshold {
	v := rising(scores)
	n := float64(len(v))
	t := Threshold{Alarm: alarm, Score: quantile(v, 1-alarm), Examples: len(v), Few: float64(n*alarm) < 1}
	if t.Few {
		t.Score = v[len(v)-1]
	}
	share := math.Sqrt(float64(alarm*(1-alarm)) / n)
	lo, hi := quantile(v, max(0, 1-alarm-share)), quantile(v, min(1, 1-alarm+share))
	t.Error = (hi - lo) / 2
	return t
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
