package columns

import (
	"math"
	"slices"

	"latentspace/example"
	"latentspace/nn/elementary"
)

// mostKnots is how many points a scale has at most.
const mostKnots = 200

// fitScale returns the scale that makes sorted numbers about normal:
//
//	value(x) = Φ⁻¹((number below x + half the number equal to x) / n)
//
// at numbers of the data whose values are about evenly spaced, and linear between. Values are
// rounded to 10⁻⁴. It returns nil if all numbers are the same.
func fitScale(sorted []float64, most int) *example.Scale {
	var numbers, shares []float64
	n := float64(len(sorted))
	runs(sorted, func(lo, hi int) {
		numbers, shares = append(numbers, sorted[lo]), append(shares, (float64(lo)+float64(hi))/2/n)
	})
	last := len(numbers) - 1
	if last < 1 {
		return nil
	}
	value := func(k int) float64 { return math.Round(elementary.NormalQuantile(shares[k])*1e4) / 1e4 }
	first, end := value(0), value(last)
	s := &example.Scale{Numbers: numbers[:1:1], Values: []float64{first}}
	step := (end - first) / float64(most-1)
	for k := 1; k < min(most-1, last); k++ {
		at := k
		if last >= most {
			z := first + float64(step*float64(k))
			at, _ = slices.BinarySearch(shares, elementary.Erfc(-z/math.Sqrt2)/2)
		}
		if at >= last {
			break
		}
		if v := value(at); v > s.Values[len(s.Values)-1] && v < end {
			s.Numbers, s.Values = append(s.Numbers, numbers[at]), append(s.Values, v)
		}
	}
	end = max(end, s.Values[len(s.Values)-1]+1e-4)
	s.Numbers, s.Values = append(s.Numbers, numbers[last]), append(s.Values, end)
	return s
}

// farthest bounds the values of numbers beyond those that a scale was fitted to.
const farthest = 8

// Value is the value of a number of a field, or the index of its bin.
func Value(f example.Field, x float64) float32 {
	c := f.Column
	if len(c.Bins) > 0 {
		return float32(c.BinOf(x))
	}
	if c.Scale == nil {
		return float32(x)
	}
	return float32(max(-farthest, min(c.Scale.Value(x), farthest)))
}
