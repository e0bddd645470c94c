package arrays

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"latentspace/data/compact"
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
		if t.bytes != nil {
			t.bytes = joined(size, t.bytes)
		}
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
		if p.Bytes != nil {
			s.Train.Bytes = joined(p.Bytes.Size(), s.Train.Bytes, p.Bytes)
		}
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
			p.Floats, p.Bytes = floatsOf(p.Bytes, 1), nil
		}
	case want.Kind == example.Binary && got == example.Unit:
		s.Notes = append(s.Notes, "the model was trained on 0 and 1: values are rounded to the nearer of the two")
		p.round(product(want.Shape))
	default:
		return fmt.Errorf("%s numbers, want values in [0, 1] as the model was trained on, or bytes", got)
	}
	s.Field = want
	return nil
}

// joined are the bytes of all rows as rows of a size.
func joined(size int, all ...*compact.Rows) *compact.Rows {
	out := compact.New(size)
	for _, rows := range all {
		room := make([]byte, rows.Size())
		for i := range rows.Len() {
			out.Write(rows.Row(i, room)) // never fails
		}
	}
	return out.Rows()
}

// round makes 0 or 1 of values in [0, 1], of which an example has width.
func (p *Part) round(width int) {
	if p.Bytes != nil {
		p.Bytes.Change(func(row []byte) {
			for k, b := range row {
				row[k] = b / 128
			}
		})
		return
	}
	p.Bytes = bytesOf(p.Floats, width, func(v float32) byte {
		if v >= 0.5 {
			return 1
		}
		return 0
	})
	p.Floats = nil
}
