package trained

import (
	"slices"

	"latentspace/example"
	"latentspace/tensor"
)

// Vectors returns examples x (n, shape…) as vectors (n, d) between which distances mean something:
// numbers as they are, an index as a vector with a one at its place and zeros elsewhere, zeros alone
// if the field is missing. Networks read examples in this form too. A text has, behind those of its
// tokens, how often it has each word, and that alone if it is not [example.Field.Placed].
func (m *Model) Vectors(x *tensor.Tensor) *tensor.Tensor {
	n, width := x.Shape[0], m.Schema.Width()
	if !slices.ContainsFunc(m.Schema.Fields, example.Field.Indexed) {
		return &tensor.Tensor{Shape: []int{n, width}, Data: x.Data}
	}
	d := 0
	for _, f := range m.Schema.Fields {
		d += vectorWidth(f)
	}
	v := tensor.New(n, d)
	for i := range n {
		from, to := x.Data[i*width:(i+1)*width], v.Data[i*d:(i+1)*d]
		for _, f := range m.Schema.Fields {
			fieldVector(f, from[:f.Width()], to)
			from, to = from[f.Width():], to[vectorWidth(f):]
		}
	}
	return v
}

// VectorFields are the fields that the values of [Model.Vectors] are of, by their index in the
// schema.
func (m *Model) VectorFields() []int {
	var fields []int
	for k, f := range m.Schema.Fields {
		for range vectorWidth(f) {
			fields = append(fields, k)
		}
	}
	return fields
}

// vectorWidth is how many values a field has in a vector.
func vectorWidth(f example.Field) int {
	ones, counts := onesOf(f), 0
	if f.Kind == example.Tokens {
		counts = len(f.Words)
	}
	if f.Indexed() {
		return ones + counts + f.Width() - f.Size()
	}
	return f.Width()
}

// onesOf is how many values of the vector of an index, or of several, are zeros or a one at its place.
func onesOf(f example.Field) int {
	if f.Kind == example.Tokens && !f.Placed() {
		return 0
	}
	return f.Size() * len(f.Words)
}

// fieldVector writes the values of a field to a vector.
func fieldVector(f example.Field, values, to []float32) {
	if !f.Indexed() {
		copy(to, values)
		return
	}
	size, words, ones := f.Size(), len(f.Words), onesOf(f)
	known := !f.Gaps || values[size] != 0
	if ones > 0 {
		for k, v := range values[:size] {
			if j := int(v); known && j >= 0 && j < words {
				to[k*words+j] = 1
			}
		}
	}
	to = to[ones:]
	if f.Kind == example.Tokens {
		for _, v := range values[:size] {
			if j := int(v); known && j >= 0 && j < words {
				to[j]++
			}
		}
		to = to[words:]
	}
	copy(to, values[size:])
}
