package attributes

import (
	"math"
)

// Reading is how an attribute, read off decoded examples, changes with the strength of a direction.
type Reading struct {
	Attribute string `json:"attribute"`
	// How well it is read off examples that the reader was not trained on, and off the
	// reconstructions of held-out examples, if there are any.
	Examples      *Score `json:"on_examples,omitempty"`
	Reconstructed *Score `json:"on_reconstruction,omitempty"`

	// For a number, at each strength: its mean, and the difference from the mean at
	// strength 0, in standard deviations of the attribute.
	Mean  []float64 `json:"mean,omitempty"`
	Shift []float64 `json:"shift,omitempty"`
	// For classes: the share of examples that are read as another class than at
	// strength 0.
	Changed []float64 `json:"changed,omitempty"`
	// For the class of the direction: the share read as that class.
	Share []float64 `json:"share,omitempty"`
	// For the attribute of the direction: the share of examples where it is higher at
	// the highest strength than at the lowest, and whether the mean rises with every
	// strength.
	Rising   *float64 `json:"rising,omitempty"`
	Monotone *bool    `json:"monotone,omitempty"`
}

// Readings sums up what was read at strength 0 and at each of the strengths.
func (r *Reader) Readings(t Target, base []Attribute, at [][]Attribute) []Reading {
	var all []Reading
	for k, a := range r.About {
		reading := Reading{Attribute: a.Name}
		for _, read := range at {
			if a.Classes != nil {
				reading.Changed = append(reading.Changed, differing(read[k].Values, base[k].Values))
				continue
			}
			mean, _ := read[k].Moments()
			zero, _ := base[k].Moments()
			reading.Mean = append(reading.Mean, mean)
			reading.Shift = append(reading.Shift, (mean-zero)/r.sd[k])
		}
		if a.Name == t.Name {
			r.follow(&reading, t, k, at)
		}
		all = append(all, reading)
	}
	return all
}

// follow adds the readings of the attribute of the direction.
func (r *Reader) follow(reading *Reading, t Target, k int, at [][]Attribute) {
	lowest, highest := at[0][k].Values, at[len(at)-1][k].Values
	series := reading.Mean
	if t.Class >= 0 {
		for _, read := range at {
			share := 0.0
			for _, v := range read[k].Indicator(t.Class) {
				share += v / float64(len(read[k].Values))
			}
			reading.Share = append(reading.Share, share)
		}
		series = reading.Share
		lowest, highest = at[0][k].Indicator(t.Class), at[len(at)-1][k].Indicator(t.Class)
	}
	higher := 0
	for i, v := range highest {
		if v > lowest[i] {
			higher++
		}
	}
	rising := float64(higher) / float64(len(highest))
	monotone := true
	for i := 1; i < len(series); i++ {
		monotone = monotone && series[i] > series[i-1]
	}
	reading.Rising, reading.Monotone = &rising, &monotone
}

// differing is the share of values that differ.
func differing(a, b []float64) float64 {
	n := 0
	for i, v := range a {
		if v != b[i] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// PerStrength returns the least-squares slope of shifts over strengths, through the
// origin.
func PerStrength(strengths, shift []float64) float64 {
	var xy, xx float64
	for i, s := range strengths {
		xy += float64(s * shift[i])
		xx += float64(s * s)
	}
	if xx == 0 {
		return math.NaN()
	}
	return xy / xx
}
