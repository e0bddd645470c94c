package onnx

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/nn"
	"latentspace/nn/ops"
	"latentspace/tensor"
)

// The two batches whose operations are compared: what differs between them is of the batch.
const lesser, greater = 11, 17

// size is each·batch + plus.
type size struct{ each, plus int }

// sizeOf is the size that is one number for the lesser batch and another for the greater.
func sizeOf(a, b int) size {
	each := (b - a) / (greater - lesser)
	return size{each, a - each*lesser}
}

func (s size) fixed() bool { return s.each == 0 }

func fixed(values ...int) []size {
	all := make([]size, len(values))
	for i, v := range values {
		all[i] = size{0, v}
	}
	return all
}

// value is the result of an operation: the name of a value of ONNX that has it in the layout of the
// program, and that of one that has pictures as (batch, channels, height, width). Either may be missing
// until it is asked for.
type value struct{ plain, channels string }

// builder makes a graph of operations for any batch.
type builder struct {
	params  map[string]*tensor.Tensor
	all     []nn.Operation // of the lesser batch
	shapes  [][]size
	numbers []map[string]size // whole numbers among the attributes
	readers [][]int           // of each operation
	values  []value
	kept    map[int]map[string]string // of operations with several results, by what they are
	norms   map[int]norm              // by their last operations
	within  map[int]bool              // the other operations of these

	graph   graph
	names   map[string]int    // of nodes
	initial map[string]string // names of constants by what they are
	taken   map[string]bool   // names of constants
	batch   string            // its size, as a value
	inputs  map[string]string // names in ONNX of inputs of the program
	outputs []string          // names in ONNX of the outputs
	at      int               // operation that is translated
}

// build translates the operations of a graph for the lesser batch and for the greater. The graph has the
// first of its inputs even if nothing reads it.
func build(name string, params map[string]*tensor.Tensor, all, other []nn.Operation, first info, inputs map[string]string, outputs []string) (graph, error) {
	b := &builder{
		params: params, all: all, inputs: inputs, outputs: outputs, graph: graph{name: name},
		values: make([]value, len(all)), readers: make([][]int, len(all)), kept: map[int]map[string]string{},
		names: map[string]int{}, initial: map[string]string{}, taken: map[string]bool{},
	}
	if err := b.compare(other); err != nil {
		return graph{}, err
	}
	for i, o := range all {
		for _, in := range o.Inputs {
			b.readers[in] = append(b.readers[in], i)
		}
	}
	b.findNorms()
	for _, inputs := range []bool{true, false} { // inputs first, as the size of the batch is that of one
		for i, o := range all {
			if (o.Name == "input") != inputs || b.within[i] {
				continue
			}
			b.at = i
			if n, ok := b.norms[i]; ok {
				n.translate(b)
				continue
			}
			f, ok := translations[o.Name]
			if !ok {
				return graph{}, fmt.Errorf("ONNX has nothing for the operation %q%s", o.Name, place(o))
			}
			if err := f(b, o); err != nil {
				return graph{}, fmt.Errorf("the operation %q%s: %w", o.Name, place(o), err)
			}
		}
		if len(b.graph.inputs) == 0 { // it says how large the batch is all the same
			b.graph.inputs = append(b.graph.inputs, first)
		}
	}
	return b.graph.pruned(), nil
}

func place(o nn.Operation) string {
	if o.Scope == "" {
		return ""
	}
	return " in " + o.Scope
}

// compare finds the sizes of all operations in terms of the batch.
func (b *builder) compare(other []nn.Operation) error {
	if len(other) != len(b.all) {
		return fmt.Errorf("it has %d operations for a batch of %d and %d for one of %d, want as many for every batch", len(b.all), lesser, len(other), greater)
	}
	for i, o := range b.all {
		p := other[i]
		if o.Name != p.Name || len(o.Shape) != len(p.Shape) || !slices.Equal(o.Inputs, p.Inputs) || len(o.Attrs) != len(p.Attrs) {
			return fmt.Errorf("it has the operation %v for a batch of %d and %v for one of %d, want the same for every batch", o, lesser, p, greater)
		}
		shape, numbers := make([]size, len(o.Shape)), map[string]size{}
		for k, d := range o.Shape {
			shape[k] = sizeOf(d, p.Shape[k])
		}
		for k, a := range o.Attrs {
			if n, ok := a.Value.(int); ok {
				numbers[a.Name] = sizeOf(n, p.Attrs[k].Value.(int))
			} else if !same(a, p.Attrs[k]) {
				return fmt.Errorf("the operation %q%s has another %s for a batch of %d than for one of %d, want the same for every batch", o.Name, place(o), a.Name, lesser, greater)
			}
		}
		b.shapes, b.numbers = append(b.shapes, shape), append(b.numbers, numbers)
	}
	return nil
}

func same(a, b ops.Attr) bool {
	x, ok := a.Value.([]float32)
	y, is := b.Value.([]float32)
	if ok && is {
		return slices.Equal(x, y) || uniform(x) && uniform(y) && x[0] == y[0]
	}
	return !ok && !is && a.Value == b.Value
}

// uniform reports whether all of some values are one number.
func uniform(x []float32) bool {
	return len(x) > 0 && !slices.ContainsFunc(x, func(v float32) bool { return v != x[0] })
}

// attr is an attribute of the operation that is translated.
func attr[T any](b *builder, name string) (v T) {
	for _, a := range b.all[b.at].Attrs {
		if a.Name == name {
			v, _ = a.Value.(T)
		}
	}
	return v
}

// add adds a node in the scope of the operation, and returns the name of its only output.
func (b *builder) add(op string, in []string, attrs ...attribute) string {
	return b.addAll(op, in, 1, attrs...)[0]
}

// addAll adds a node of several outputs.
func (b *builder) addAll(op string, in []string, outputs int, attrs ...attribute) (out []string) {
	name := "/" + op
	if s := b.all[b.at].Scope; s != "" {
		name = "/" + strings.ReplaceAll(s, ".", "/") + name
	}
	b.names[name]++
	if n := b.names[name]; n > 1 {
		name = fmt.Sprintf("%s_%d", name, n)
	}
	for k := range outputs {
		out = append(out, fmt.Sprintf("%s_output_%d", name, k))
	}
	b.graph.nodes = append(b.graph.nodes, node{name: name, op: op, in: in, out: out, attrs: attrs})
	return out
}

// constant is the name of a constant, which is added if there is none of the key.
func (b *builder) constant(key, name string, make func() initial) string {
	if name, ok := b.initial[key]; ok {
		return name
	}
	t := make()
	t.name = name
	for n := 2; b.taken[t.name]; n++ {
		t.name = fmt.Sprintf("%s_%d", name, n)
	}
	b.taken[t.name], b.initial[key] = true, t.name
	b.graph.initials = append(b.graph.initials, t)
	return t.name
}

// scalar is a number as a constant.
func (b *builder) scalar(c float32) string {
	name := fmt.Sprintf("number_%v", c)
	return b.constant(name, name, func() initial { return initial{floats: []float32{c}} })
}

// whole are whole numbers as a constant vector.
func (b *builder) whole(values ...int) string {
	name := "whole"
	for _, v := range values {
		name += fmt.Sprintf("_%d", v)
	}
	return b.constant(name, name, func() initial { return initial{dims: []int{len(values)}, ints: append([]int{}, values...)} })
}

// sizes are sizes as a vector of whole numbers.
func (b *builder) sizes(all ...size) string {
	var parts []string
	var known []int
	flush := func() {
		if len(known) > 0 {
			parts, known = append(parts, b.whole(known...)), nil
		}
	}
	for _, s := range all {
		if s.fixed() {
			known = append(known, s.plus)
			continue
		}
		flush()
		if b.batch == "" {
			in := b.graph.inputs[0].name
			b.batch = b.add("Shape", []string{in}, attribute{"start", 0}, attribute{"end", 1})
		}
		v := b.batch
		if s.each != 1 {
			v = b.add("Mul", []string{v, b.whole(s.each)})
		}
		if s.plus != 0 {
			v = b.add("Add", []string{v, b.whole(s.plus)})
		}
		parts = append(parts, v)
	}
	flush()
	switch len(parts) {
	case 0:
		return b.whole()
	case 1:
		return parts[0]
	}
	return b.add("Concat", parts, attribute{"axis", 0})
}

// layout are the dimensions of a shape, in the order of ONNX for pictures with channels.
func layout(shape []size, channels bool) []size {
	if !channels {
		return shape
	}
	return []size{shape[0], shape[3], shape[1], shape[2]}
}

// dimensions are sizes as the file says them.
func dimensions(all []size) (dims []dimension) {
	for _, s := range all {
		switch {
		case s.fixed():
			dims = append(dims, dimension{size: s.plus})
		case s == size{1, 0}:
			dims = append(dims, dimension{name: "batch"})
		default:
			dims = append(dims, dimension{size: -1})
		}
	}
	return dims
}

// set says which value of ONNX has the result of the operation that is translated.
func (b *builder) set(channels bool, name string) {
	if channels {
		b.values[b.at].channels = name
	} else {
		b.values[b.at].plain = name
	}
	b.graph.values = append(b.graph.values, info{name: name, dims: dimensions(layout(b.shapes[b.at], channels))})
}

// flat reports whether pictures are the same numbers in both layouts.
func flat(shape []size) bool {
	one := size{0, 1}
	return len(shape) == 4 && (shape[3] == one || shape[1] == one && shape[2] == one)
}

// get is the value of an operation in one of the layouts.
func (b *builder) get(i int, channels bool) string {
	v := &b.values[i]
	if known := b.known(i); known != nil && v.plain == "" {
		key, name := b.keyOf(i)
		v.plain = b.constant(key, name, func() initial { return initial{dims: append([]int{}, b.all[i].Shape...), floats: known} })
	}
	from, to, perm := v.plain, &v.channels, []int{0, 3, 1, 2}
	if !channels {
		from, to, perm = v.channels, &v.plain, []int{0, 2, 3, 1}
	}
	if *to == "" {
		*to = b.add("Transpose", []string{from}, attribute{"perm", perm})
	}
	return *to
}

// plain are the values of the inputs of the operation in the layout of the program.
func (b *builder) plain(o nn.Operation) (names []string) {
	for _, in := range o.Inputs {
		names = append(names, b.get(in, false))
	}
	return names
}

// pictures reports whether all of some operations are pictures, one of which is there with its channels
// first.
func (b *builder) pictures(of ...int) bool {
	any := false
	for _, i := range of {
		if len(b.shapes[i]) != 4 {
			return false
		}
		any = any || b.values[i].channels != ""
	}
	return any
}

// known is the tensor of a parameter, a state or a constant, nil of another operation and of a constant
// for each example.
func (b *builder) known(i int) []float32 {
	o := b.all[i]
	if slices.ContainsFunc(b.shapes[i], func(s size) bool { return !s.fixed() }) {
		return nil
	}
	switch o.Name {
	case "parameter", "state":
		return b.params[o.Param].Data
	case "values":
		for _, a := range o.Attrs {
			if v, ok := a.Value.([]float32); ok {
				return v
			}
		}
	}
	return nil
}

// keyOf is a key and a name of a constant of an operation.
func (b *builder) keyOf(i int) (key, name string) {
	o := b.all[i]
	if o.Param != "" {
		return "of " + o.Param, o.Param
	}
	return fmt.Sprintf("values %d", i), strings.TrimPrefix(o.Scope+".values", ".")
}

// reshaped is the value of an operation in other dimensions, of which it has as many numbers.
func (b *builder) reshaped(i int, dims ...int) string {
	v := b.known(i)
	if v == nil {
		return b.add("Reshape", []string{b.get(i, false), b.whole(dims...)})
	}
	key, name := b.keyOf(i)
	return b.constant(fmt.Sprint(key, dims), name, func() initial { return initial{dims: dims, floats: v} })
}

// permuted is the value of an operation with its axes in another order.
func (b *builder) permuted(i int, perm ...int) string {
	v := b.known(i)
	if v == nil {
		return b.add("Transpose", []string{b.get(i, false)}, attribute{"perm", perm})
	}
	key, name := b.keyOf(i)
	return b.constant(fmt.Sprint(key, "perm", perm), name, func() initial {
		return permute(b.all[i].Shape, v, perm)
	})
}

func permute(shape []int, v []float32, perm []int) initial {
	steps, dims := make([]int, len(perm)), make([]int, len(perm))
	for k, from := range perm {
		steps[k], dims[k] = tensor.Size(shape[from+1:]), shape[from]
	}
	out := make([]float32, 0, len(v))
	var walk func(k, at int)
	walk = func(k, at int) {
		if k == len(dims) {
			out = append(out, v[at])
			return
		}
		for range dims[k] {
			walk(k+1, at)
			at += steps[k]
		}
	}
	walk(0, 0)
	return initial{dims: dims, floats: out}
}

// axesBut are the axes of a shape but some.
func axesBut(rank int, but ...int) (axes []int) {
	for k := range rank {
		if !slices.Contains(but, k) {
			axes = append(axes, k)
		}
	}
	return axes
}
