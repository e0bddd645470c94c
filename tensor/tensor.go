// Package tensor has the dense float32 array that the other packages exchange.
package tensor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Tensor is a dense array in row-major order: the last axis is contiguous.
// A tensor with an empty shape is a scalar and has one element.
type Tensor struct {
	Shape []int
	Data  []float32
}

// New returns a tensor of zeros. It panics if a dimension is negative.
func New(shape ...int) *Tensor {
	return &Tensor{Shape: slices.Clone(shape), Data: make([]float32, Size(shape))}
}

// From returns a tensor over data, without a copy. It is an error if the shape
// has another number of elements than data.
func From(data []float32, shape ...int) (*Tensor, error) {
	for _, d := range shape {
		if d < 0 {
			return nil, fmt.Errorf("tensor: shape %v has a negative dimension", shape)
		}
	}
	if len(data) != Size(shape) {
		return nil, fmt.Errorf("tensor: %d values for shape %v, want %d", len(data), shape, Size(shape))
	}
	return &Tensor{Shape: slices.Clone(shape), Data: data}, nil
}

// Size returns the number of elements of a shape, one for the empty shape.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Len returns the number of elements.
func (t *Tensor) Len() int { return len(t.Data) }

// Clone returns a deep copy.
func (t *Tensor) Clone() *Tensor {
	return &Tensor{Shape: slices.Clone(t.Shape), Data: slices.Clone(t.Data)}
}

// Equal reports whether two tensors have the same shape and the same bits up
// to the identity of NaNs: values compare by ==, and a NaN equals a NaN.
func (t *Tensor) Equal(u *Tensor) bool {
	return slices.Equal(t.Shape, u.Shape) &&
		slices.EqualFunc(t.Data, u.Data, func(a, b float32) bool { return a == b || a != a && b != b })
}

// String returns the shape and, for small tensors, the values.
func (t *Tensor) String() string {
	if len(t.Data) > 16 {
		return fmt.Sprintf("tensor%v", t.Shape)
	}
	return fmt.Sprintf("tensor%v%v", t.Shape, t.Data)
}

// FormatShape writes a shape as sizes such as 28x28x1.
func FormatShape(shape []int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "x")
}
