package trained

import (
	"fmt"

	"latentspace/example"
	"latentspace/tensor"
)

// Examples are n examples X (n, shape…) and, for a model with conditions, what is known of them,
// About (n, width); else About is nil.
type Examples struct{ X, About *tensor.Tensor }

// Len is how many examples there are.
func (e Examples) Len() int { return e.X.Shape[0] }

// Slice is the part of the examples from lo up to hi.
func (e Examples) Slice(lo, hi int) Examples {
	return Examples{rows(e.X, lo, hi), rows(e.About, lo, hi)}
}

// rows is the part of a tensor (n, …) from lo up to hi, of the same memory; nil of nil.
func rows(t *tensor.Tensor, lo, hi int) *tensor.Tensor {
	if t == nil {
		return nil
	}
	size := tensor.Size(t.Shape[1:])
	return &tensor.Tensor{Shape: append([]int{hi - lo}, t.Shape[1:]...), Data: t.Data[lo*size : hi*size]}
}

// Values returns examples first to first+n−1 of a data set, (n, shape…), whatever else is known of
// them.
func (m *Model) Values(ds example.Set, first, n int) (*tensor.Tensor, error) {
	if first < 0 || first+n > ds.Len() {
		return nil, fmt.Errorf("trained: examples %d to %d, want them from 0 to %d", first, first+n-1, ds.Len()-1)
	}
	x := tensor.New(append([]int{n}, m.Shape...)...)
	size := tensor.Size(m.Shape)
	for i := range n {
		if err := ds.Read(first+i, x.Data[i*size:(i+1)*size]); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// Read returns examples first to first+n−1 of a data set, with what is known of them if the
// model is told it.
func (m *Model) Read(ds example.Set, first, n int) (Examples, error) {
	x, err := m.Values(ds, first, n)
	if err != nil || len(m.Conditional()) == 0 {
		return Examples{X: x}, err
	}
	e := Examples{X: x}
	known, ok := example.Knows(ds)
	if !ok || !known.About().Equal(m.Told.About) {
		return Examples{}, fmt.Errorf("trained: a model of kind %s is told %v of each example, and the data do not have that", m.Kind, m.Conditional())
	}
	width := m.Told.About.Width()
	e.About = tensor.New(n, width)
	for i := range n {
		if err := known.ReadAbout(first+i, e.About.Data[i*width:(i+1)*width]); err != nil {
			return Examples{}, err
		}
	}
	return e, nil
}
