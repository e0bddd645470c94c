// Package portable writes the decoder of a trained model for the page that is sent to others: its
// operations as JSON, and their weights. web/src/twin computes them in JavaScript, in the order of sums and
// rounding of this program, so that both have the same bits.
package portable

import (
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
	"latentspace/trained"
)

// format is the version of what [Decoder] is as JSON.
const format = 1

// Decoder is the decoder of a model for one code at a time.
type Decoder struct {
	Format int              `json:"format"`
	Dim    int              `json:"dim"`   // of a code
	Shape  []int            `json:"shape"` // of an example
	Inputs map[string][]int `json:"inputs"`
	*Program
	*Writing        // in its place, of a model that writes token by token
	Cells    []Cell `json:"cells,omitempty"` // of a row of a table

	Weights []float32 `json:"-"` // of all operations
}

// Program is operations, each after its inputs, and which of them are the result.
type Program struct {
	Operations []Operation `json:"operations"`
	Outputs    []int       `json:"outputs"`
}

// Operation is an [nn.Operation]. Parameters and values are parts of the weights, from At on.
type Operation struct {
	Op    string         `json:"op"`
	Name  string         `json:"name,omitempty"` // of an input
	In    []int          `json:"in,omitempty"`
	Shape []int          `json:"shape"`
	At    *int           `json:"at,omitempty"`
	Attrs map[string]any `json:"attrs,omitempty"`
}

// Of returns the decoder of a model. One that the page could not decode as the program does is an
// error that says what it lacks.
func Of(m *trained.Model) (*Decoder, error) {
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	all, err := m.DecoderOperations(1)
	if err != nil {
		return nil, err
	}
	d := &Decoder{Format: format, Dim: dim, Shape: m.Shape}
	if m.Schema.IsTable() {
		d.Cells = cells(m.Schema)
	}
	w := writer{params: m.Weights(), at: map[string]int{}, inputs: map[string][]int{"z": {1, dim}}}
	if all.Decode != nil {
		d.Program, err = w.program(all.Decode)
	} else {
		d.Writing, err = w.writing(m.Schema.Fields[0], all.Start, all.Step)
	}
	if err != nil {
		return nil, lacks(m, err)
	}
	d.Inputs, d.Weights = w.inputs, w.weights
	return d, nil
}

func lacks(m *trained.Model, err error) error {
	return fmt.Errorf("portable: a model of kind %s cannot be exported: %w", m.Kind, err)
}

// writer collects the weights of programs.
type writer struct {
	params  map[string]*tensor.Tensor
	at      map[string]int // of the parameters that the weights have
	weights []float32
	inputs  map[string][]int
}

func (w *writer) program(all []nn.Operation) (*Program, error) {
	p := &Program{}
	weights := make([]bool, len(all))
	for i, o := range all {
		weights[i] = o.Name != "input" && !slices.ContainsFunc(o.Inputs, func(in int) bool { return !weights[in] })
		if o.Name == "output" {
			p.Outputs = append(p.Outputs, o.Inputs[0])
			continue
		}
		if err := fits(o, all, weights); err != nil {
			return nil, err
		}
		q, err := w.operation(o, all)
		if err != nil {
			return nil, err
		}
		p.Operations = append(p.Operations, q)
	}
	return p, nil
}

func (w *writer) operation(o nn.Operation, all []nn.Operation) (Operation, error) {
	q := Operation{Op: o.Name, In: o.Inputs, Shape: o.Shape}
	switch o.Name {
	case "input":
		q.Name = w.input(o)
		return q, nil
	case "parameter", "state":
		q.Op = "parameter"
		at, ok := w.at[o.Param]
		if !ok {
			at = w.keep(w.params[o.Param].Data)
			w.at[o.Param] = at
		}
		q.At = &at
		return q, nil
	case "values":
		at := w.keep(attr(o, "values").([]float32))
		q.At = &at
		return q, nil
	}
	return q, w.attrs(&q, o, all)
}

// attrs are those of an operation.
func (w *writer) attrs(q *Operation, o nn.Operation, all []nn.Operation) error {
	set := func(name string, value any) {
		if q.Attrs == nil {
			q.Attrs = map[string]any{}
		}
		q.Attrs[name] = value
	}
	for _, a := range o.Attrs {
		switch v := a.Value.(type) {
		case float32:
			if math.IsInf(float64(v), 0) || v != v {
				return fmt.Errorf("its decoder has the operation %q with %s", o.Name, a)
			}
			set(a.Name, float64(v)) // as many digits as its value has
		case int, bool:
			set(a.Name, v)
		default:
			return fmt.Errorf("its decoder has the operation %q with an attribute %q that is not a number", o.Name, a.Name)
		}
	}
	switch {
	case o.Name == "matmul" && ofInput(o, all):
		set("sparse", true)
	case o.Name == "attention step":
		steps, width := all[o.Inputs[1]].Shape[1], all[o.Inputs[1]].Shape[2]
		set("turns", w.keep(kernel.Turns(steps, width/attr(o, "heads").(int))))
	}
	return nil
}

// ofInput reports whether an operation reads an input of the program first, in any shape. A product
// passes over its zeros then, and its sums are never -0: see [kernel.MatMulSparse].
func ofInput(o nn.Operation, all []nn.Operation) bool {
	first := all[o.Inputs[0]]
	for views[first.Name] {
		first = all[first.Inputs[0]]
	}
	return first.Name == "input"
}

// input is the name of an input on the page.
func (w *writer) input(o nn.Operation) string {
	switch o.Param {
	case models.InputName:
		return "z"
	case models.AboutName:
		w.inputs["about"] = o.Shape
	}
	return o.Param
}

// keep adds values to the weights, and returns where they are.
func (w *writer) keep(values []float32) int {
	at := len(w.weights)
	w.weights = append(w.weights, values...)
	return at
}
