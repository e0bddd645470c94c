package arrays

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"latentspace/data/locate"
	"latentspace/example"
)

// Import reads a file for a model that was trained on a field. An array with the shape of one
// example, or as many values in one row, is that example. All parts are joined.
func Import(ctx context.Context, path string, want example.Field) (*Set, error) {
	shape := want.Shape
	path, err := locate.Home(path)
	if err != nil {
		return nil, err
	}
	r, err := read(ctx, path, Options{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	size := product(shape)
	t := r.examples[train]
	if t == nil {
		return nil, fmt.Errorf("%s: %w", path, errors.New("no examples"))
	}
	if t.size() == size && (len(t.shape) == 0 || t.shape[0] != 1 || slices.Equal(t.shape, shape)) {
		t.shape = append([]int{1}, t.shape...)
		r.labels = [roles][]labels{}
	}
	s, err := r.set(nil, want.Kind)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if got := product(s.Field.Shape); got != size || len(s.Field.Shape) == len(shape) && !slices.Equal(s.Field.Shape, shape) {
		return nil, fmt.Errorf("%s: examples of shape %v, want %v as the model was trained on", path, s.Field.Shape, shape)
	}
	s.join()
	if err := s.convert(want); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// join puts the examples of all parts together.
func (s *Set) join() {
	for _, p := range []*Part{s.Valid, s.Test} {
		if p == nil {
			continue
		}
		s.Train.N += p.N
		s.Train.Bytes = append(s.Train.Bytes, p.Bytes...)
		s.Train.Floats = append(s.Train.Floats, p.Floats...)
		for k := range s.Train.Known {
			s.Train.Known[k].Values = append(s.Train.Known[k].Values, p.Known[k].Values...)
		}
	}
	s.Valid, s.Test = nil, nil
}

// convert makes the values of a set, which has no parts besides Train, those of a field.
func (s *Set) convert(want example.Field) error {
	p, got := s.Train, s.Field.Kind
	switch {
	case got == want.Kind, want.Kind == example.Unit && got == example.Binary:
		if want.Kind != got {
			p.floats()
		}
	case want.Kind == example.Binary && got == example.Unit:
		s.Notes = append(s.Notes, "the model was trained on 0 and 1: values are rounded to the nearer of the two")
		p.round()
	default:
		return fmt.Errorf("%s numbers, want values in [0, 1] as the model was trained on, or bytes", got)
	}
	s.Field = want
	return nil
}

// floats makes floats of bytes that are 0 or 1.
func (p *Part) floats() {
	p.Floats = make([]float32, len(p.Bytes))
	for k, b := range p.Bytes {
		p.Floats[k] = float32(b)
	}
	p.Bytes = nil
}

// round makes 0 or 1 of values in [0, 1].
func (p *Part) round() {
	for k, b := range p.Bytes {
		p.Bytes[k] = b / 128
	}
	if p.Bytes != nil {
		return
	}
	p.Bytes = make([]byte, len(p.Floats))
	for k, v := range p.Floats {
		if v >= 0.5 {
			p.Bytes[k] = 1
		}
	}
	p.Floats = nil
}
