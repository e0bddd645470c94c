package nn

import (
	"fmt"
	"slices"
	"sync"

	G "gorgonia.org/gorgonia"

	"latentspace/kernel"
	"latentspace/nn/ops"
	"latentspace/tensor"
)

// values is an input whose values are fixed.
type values struct {
	node ops.Node
	data []float32
}

// Constant adds a tensor of fixed values, in row-major order. They are no part of the
// model: checkpoints do not have them, and nothing trains them. A number of values that
// the shape does not have is an error.
func (g *Graph) Constant(data []float32, shape ...int) Node {
	g.place = g.scope
	if n := tensor.Size(shape); n != len(data) {
		return g.Failf("constant: %d values for shape %v, want %d", len(data), shape, n)
	}
	n := ops.NewInput(g.expr, fmt.Sprintf("values %d", len(g.values)), shape...)
	g.values = append(g.values, values{n, slices.Clone(data)})
	return g.adopt(n)
}

// Scalar adds a fixed number.
func (g *Graph) Scalar(c float64) Node { return g.Constant([]float32{float32(c)}) }

// constants computes the values that depend on no parameter, input or noise.
func (r *root) constants(order []*G.Node) map[*G.Node][]float32 {
	known := map[*G.Node][]float32{}
	for _, v := range r.values {
		known[v.node.Raw()] = v.data
	}
	for _, n := range order {
		op, ok := n.Op().(*ops.Op)
		if !ok || isView(op) {
			continue
		}
		var in [][]float32
		for _, m := range op.Inputs() {
			in = append(in, viewed(known, m))
		}
		if !op.Constant() && slices.ContainsFunc(in, func(v []float32) bool { return v == nil }) {
			continue
		}
		if checked, ok := op.Def.(ops.Checked); ok && checked.Check(in) != nil {
			continue // it says so when it is run
		}
		known[n] = make([]float32, size(n))
		op.Run(known[n], in, make([]float32, op.ScratchSize()))
	}
	return known
}

// Settle says that the tensors keep their values from now on. Programs that are compiled later have the
// weights of products and convolutions packed, as these read them fastest, in memory that the programs
// share. [Params.Load] is an error from then on.
func (p *Params) Settle() { p.settled = &settled{packed: map[packing]*kernel.Packed{}} }

// settled is tensors that keep their values, packed.
type settled struct {
	mu     sync.Mutex
	packed map[packing]*kernel.Packed
}

// packing is a tensor and how operations read it packed.
type packing struct {
	name string
	by   any // see [ops.Op.Packing]
}

// packed is what an operation multiplies by, packed, if that is a tensor that keeps its values, and nil
// otherwise.
func (r *root) packed(op *ops.Op) *kernel.Packed {
	by := op.Packing()
	if r.params.settled == nil || by == nil {
		return nil
	}
	second := op.Inputs()[1]
	home, _ := ops.Place(second)
	for name, t := range r.tensors {
		if t.Raw() == home && size(home) == size(second) {
			return r.params.settled.get(packing{name, by}, func() *kernel.Packed { return op.Pack(r.params.Get(name).Data) })
		}
	}
	return nil
}

// get is what pack made the first time.
func (s *settled) get(key packing, pack func() *kernel.Packed) *kernel.Packed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.packed[key] == nil {
		s.packed[key] = pack()
	}
	return s.packed[key]
}
