package explore

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"latentspace/example"
	"latentspace/experiments"
	"latentspace/tensor"
)

// Pairs are examples of a schema, and beside each what a model makes of its code.
type Pairs struct {
	Schema                    example.Schema
	Originals, Reconstruction *tensor.Tensor // (n, shape…)
}

// All is the originals and then what became of them.
func (p Pairs) All() *tensor.Tensor { return joined(p.Originals, p.Reconstruction) }

// Rows are decoded examples of a schema in rows of one length.
type Rows struct {
	Schema   example.Schema
	Examples []*tensor.Tensor // (length, shape…) of each row
	Names    []string         // of the rows; nil for none
	Columns  []string         // of the columns; nil for none
}

// All returns the examples of all rows, one after another.
func (r Rows) All() *tensor.Tensor { return joined(r.Examples...) }

// joined returns the examples of several tensors, one after another.
func joined(parts ...*tensor.Tensor) *tensor.Tensor {
	n := 0
	for _, p := range parts {
		n += p.Shape[0]
	}
	x := tensor.New(append([]int{n}, parts[0].Shape[1:]...)...)
	rest := x.Data
	for _, p := range parts {
		rest = rest[copy(rest, p.Data):]
	}
	return x
}

// Stream is decoded examples of a schema that are made a batch at a time, so that memory does not
// grow with their number.
type Stream struct {
	N      int
	Schema example.Schema
	Each   func(f func(x *tensor.Tensor) error) error // calls f with all in turn
}

// All makes all examples, which must not be too many for one picture.
func (s Stream) All() (*tensor.Tensor, error) {
	if size := s.Schema.Width(); s.N > mostValues/size {
		return nil, fmt.Errorf("explore: %d examples of %d values are too many for one picture, want at most %d; use -n, or -o with another ending", s.N, size, mostValues/size)
	}
	all := tensor.New(append([]int{s.N}, s.Schema.Shape()...)...)
	rest := all.Data
	return all, s.Each(func(x *tensor.Tensor) error {
		if len(x.Data) > len(rest) {
			return errors.New("explore: the file of codes grew while it was read")
		}
		rest = rest[copy(rest, x.Data):]
		return nil
	})
}

// mostValues bounds what is held for one picture: as many pixels as it may have.
const mostValues = 1 << 28

// checkHeld reports too many examples for memory.
func checkHeld(n int, shape []int) error {
	if most := mostValues / tensor.Size(shape); n > most {
		return experiments.Usagef("%d examples of %d values are too many at once, want at most %d", n, tensor.Size(shape), most)
	}
	return nil
}

// squaredError returns Σ (x − y)², added in order.
func squaredError(x, y *tensor.Tensor) float64 {
	sum := 0.0
	for i, v := range x.Data {
		d := float64(v) - float64(y.Data[i])
		sum += float64(d * d)
	}
	return sum
}

// checkFigures reports the first figure of a report that is not finite, by its field: a
// failed model decodes to such values, and JSON cannot hold them. It is called before
// files are written, so that a failing verb leaves none.
func checkFigures(report any) error { return checkFigure("", reflect.ValueOf(report)) }

func checkFigure(field string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("explore: the report's %s is %v, want a number", field, f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return checkFigure(field, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := checkFigure(fmt.Sprintf("%s[%d]", field, i), v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if field != "" {
				name = field + "." + name
			}
			if err := checkFigure(name, v.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}
