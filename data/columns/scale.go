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
	var numbers, values []float64
	n := float64(len(sorted))
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		z := elementary.NormalQuantile((float64(i) + float64(j)) / 2 / n)
		numbers, values = append(numbers, sorted[i]), append(values, math.Round(z*1e4)/1e4)
		i = j
	}
	if len(numbers) < 2 {
		return nil
	}
	last := len(numbers) - 1
	s := &example.Scale{Numbers: numbers[:1:1], Values: values[:1:1]}
	step := (values[last] - values[0]) / float64(most-1)
	for k := 1; k < most-1 && step > 0; k++ {
		at, _ := slices.BinarySearch(values, values[0]+float64(step*float64(k)))
		if last < most {
			at = k
		}
		if at < last && values[at] > s.Values[len(s.Values)-1] && values[at] < values[last] {
			s.Numbers, s.Values = append(s.Numbers, numbers[at]), append(s.Values, values[at])
		}
	}
	end := values[last]
	if end <= s.Values[len(s.Values)-1] {
		end = s.Values[len(s.Values)-1] + 1e-4
	}
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
