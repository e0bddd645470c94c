package explore

import (
	"fmt"
	"math"

	"latentspace/data"
	"latentspace/nn/tensor"
)

// part is the examples from from to from+n−1 of a data set.
type part struct {
	data.Dataset
	from, n int
}

// first is the first most examples of a data set, or all if there are fewer.
func first(ds data.Dataset, most int) part { return part{ds, 0, min(most, ds.Len())} }

// Len implements [data.Dataset].
func (p part) Len() int { return p.n }

// Read implements [data.Dataset].
func (p part) Read(i int, dst []float32) error { return p.Dataset.Read(p.from+i, dst) }

// labels returns the class of each example, and the names of the classes; nil if the
// data set has none.
func (p part) labels() (labels []int, names []string) {
	l, ok := p.Dataset.(data.Labeled)
	if !ok {
		return nil, nil
	}
	labels = make([]int, p.n)
	for i := range labels {
		labels[i] = l.Label(p.from + i)
	}
	return labels, l.Classes()
}

// className is the name of a class, or its number if it has none.
func className(names []string, label int) string {
	if label >= 0 && label < len(names) {
		return names[label]
	}
	return fmt.Sprint(label)
}

// checkFinite reports the first value of rows (n, d) that is not finite, where row 0
// is number first of what.
func checkFinite(what string, first int, rows *tensor.Tensor) error {
	d := rows.Len() / rows.Shape[0]
	for i, v := range rows.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fmt.Errorf("explore: %s %d: value %d is %v, want finite ones", what, first+i/d, i%d, v)
		}
	}
	return nil
}
