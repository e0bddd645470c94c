package metrics

import (
	"math"
	"slices"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// FeatureUse says how features are used over examples, each of which has those that are not zero.
type FeatureUse struct {
	Features []Feature
	Counts   []float64 // features of each example
	most     int       // examples that are kept of a feature
}

// Feature is how one feature is used.
type Feature struct {
	Count int     // examples that have it
	Mean  float64 // of its values there
	Top   []Shown // the examples that have most of it, the first the most
}

// Shown is an example with a value of a feature.
type Shown struct {
	Example int
	Value   float32
}

// NewFeatureUse returns the use of n features by no examples, of which it is to keep so many for each.
func NewFeatureUse(n, most int) *FeatureUse {
	return &FeatureUse{Features: make([]Feature, n), most: most}
}

// Add adds the codes z (batch, features) of the examples from first on.
func (u *FeatureUse) Add(first int, z *tensor.Tensor) {
	m := len(u.Features)
	for i := range z.Shape[0] {
		there := 0
		for k, v := range z.Data[i*m : (i+1)*m] {
			if v == 0 {
				continue
			}
			there++
			f := &u.Features[k]
			f.Count++
			f.Mean += (float64(v) - f.Mean) / float64(f.Count)
			if len(f.Top) < u.most || u.most > 0 && v > f.Top[len(f.Top)-1].Value {
				at, _ := slices.BinarySearchFunc(f.Top, v, func(s Shown, v float32) int {
					if s.Value >= v { // an earlier example stays before
						return -1
					}
					return 1
				})
				f.Top = slices.Insert(f.Top, at, Shown{first + i, v})
				f.Top = f.Top[:min(len(f.Top), u.most)]
			}
		}
		u.Counts = append(u.Counts, float64(there))
	}
}

// Dead is the share of the features that no example has. Its error is that of a share among other
// examples, a feature of c of which has none with the probability e^−c.
func (u *FeatureUse) Dead() Estimate {
	var e Estimate
	for _, f := range u.Features {
		if f.Count == 0 {
			e.Value++
			continue
		}
		none := elementary.Exp(-float64(f.Count))
		e.Error += float64(none * (1 - none))
	}
	n := float64(len(u.Features))
	return Estimate{e.Value / n, math.Sqrt(e.Error) / n}
}

// MostUsed are the numbers of at most n features, those that most examples have first.
func (u *FeatureUse) MostUsed(n int) []int {
	order := make([]int, len(u.Features))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return u.Features[b].Count - u.Features[a].Count })
	order = order[:min(n, len(order))]
	return slices.DeleteFunc(order, func(k int) bool { return u.Features[k].Count == 0 })
}

// Ratio is Σ a / Σ b of pairs, with the error by the deviation of a − ratio·b.
func Ratio(a, b []float64) Estimate {
	over, under := Mean(a).Value, Mean(b).Value
	r := over / under
	left := make([]float64, len(a))
	for i := range a {
		left[i] = a[i] - float64(r*b[i])
	}
	return Estimate{r, Mean(left).Error / math.Abs(under)}
}
