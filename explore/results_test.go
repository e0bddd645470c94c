package explore

import (
	"context"
	"errors"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/tensor"
)

// What would be held at once is bounded before anything is decoded; draws written as
// numbers are not held.
func TestExamplesThatAreHeldAreBounded(t *testing.T) {
	m, ctx := learned(t, tiny), context.Background()
	many := Options{N: 400_000, Split: "test"} // of 784 values, 314 million
	for name, verb := range map[string]func() error{
		"draw": func() error {
			r, err := Draw{Options: many}.Run(ctx, m)
			if err != nil {
				return err
			}
			_, err = r.Examples.All()
			return err
		},
		"interpolate": func() error {
			_, err := Interpolate{Options: many, Method: "lerp", Steps: 2, From: -1, To: -1}.Run(ctx, m)
			return err
		},
		"vary": func() error {
			_, err := Vary{Options: many, Attribute: "slant", Method: "means", Strengths: []float64{0, 1}, Fit: 10, Check: 10}.Run(ctx, m)
			return err
		},
		"expression": func() error {
			_, err := Expression{Options: many, Text: "1", Fit: 10}.Run(ctx, m)
			return err
		},
		"reconstruct": func() error {
			_, err := Reconstruct{many}.Run(ctx, m)
			return err
		},
	} {
		if err := verb(); err == nil || !strings.Contains(err.Error(), "are too many") {
			t.Errorf("%s: got %v, want too many examples", name, err)
		}
	}
}

// A stream hands on no more examples than it has, and the first error ends it.
func TestAStreamIsAsLongAsItSays(t *testing.T) {
	s := Stream{N: 3, Schema: example.Points(2)}
	batches := func(sizes ...int) func(f func(x *tensor.Tensor) error) error {
		return func(f func(x *tensor.Tensor) error) error {
			v := float32(0)
			for _, n := range sizes {
				x := tensor.New(n, 2)
				for i := range x.Data {
					v++
					x.Data[i] = v
				}
				if err := f(x); err != nil {
					return err
				}
			}
			return nil
		}
	}
	s.Each = batches(2, 1)
	if x, err := s.All(); err != nil || x.Shape[0] != 3 || x.Data[5] != 6 {
		t.Errorf("got %v, %v, want 1 … 6", x, err)
	}
	s.Each = batches(2, 2)
	if _, err := s.All(); err == nil || !strings.Contains(err.Error(), "grew while it was read") {
		t.Errorf("four of three: got %v", err)
	}
	broken := errors.New("broken")
	s.Each = func(func(x *tensor.Tensor) error) error { return broken }
	if _, err := s.All(); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}
