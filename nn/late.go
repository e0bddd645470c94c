package nn

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/kernel"
	"latentspace/nn/ops"
	"latentspace/tensor"
)

// Grad is the gradient of a step's cost with respect to a parameter.
type Grad struct {
	Name  string
	Param *tensor.Tensor
	Value []float32  // written at every run; nil if the gradient is late
	late  *postponed // nil if it is not
}

// Grads returns the gradients of a training step, sorted by name.
func (p *Program) Grads() []Grad { return p.grads }

// Late reports whether the gradient is computed by Each alone; see [Options].
func (d *Grad) Late() bool { return d.late != nil }

// Each computes a late gradient of the last run. It calls use with parts of it, from several
// goroutines at once and in any order; at is the place of the first of the values, which are
// lost when use returns.
func (d *Grad) Each(use func(at int, values []float32)) { d.late.op.RunBlocks(d.late.in, use) }

// Values returns the gradient of the last run, for which a late one is computed into new memory.
func (d *Grad) Values() []float32 {
	if !d.Late() {
		return d.Value
	}
	values := make([]float32, d.Param.Len())
	d.Each(func(at int, part []float32) { copy(values[at:], part) })
	return values
}

// Finite reports whether a bound says that all values of a late gradient are finite. By the
// inequality of Cauchy and Schwarz no element of AᵀB, and no part of its sum, is above
//
//	√(Σ a²)·√(Σ b²)
//
// A gradient for which that is near the largest float32 may be finite all the same.
func (d *Grad) Finite() bool {
	bound := 1.0
	for _, in := range d.late.in {
		bound = float64(bound * math.Sqrt(kernel.SumSquares(in)))
	}
	return bound < math.MaxFloat32/2
}

// postponed is a product that a run leaves out.
type postponed struct {
	op *ops.Op
	in [][]float32
}

// lateSize is from how many values on a gradient is worth being late.
const lateSize = 1 << 15

// postpone chooses the gradients that a run leaves out, among its roots: products that nothing
// in the run reads. It returns the roots that are left, and what the others are made of. A
// gradient that is made of a parameter itself is not late: the step may move the parameter
// before the gradient is computed.
func (p *Program) postpone(order, roots []*G.Node) []*G.Node {
	uses := map[*G.Node]int{}
	for _, n := range order {
		if op, ok := n.Op().(*ops.Op); ok {
			for _, in := range inputs(op) {
				uses[in]++
			}
		}
	}
	for _, n := range roots {
		uses[ops.Home(n)]++
	}
	moved := map[*G.Node]bool{}
	for _, param := range p.graph.tensors {
		moved[param.Raw()] = true
	}
	p.late = map[*G.Node]*postponed{}
	var left []*G.Node
	for _, n := range roots {
		op, ok := n.Op().(*ops.Op)
		if !ok || !op.InBlocks() || uses[n] > 1 || size(n) < lateSize ||
			slices.ContainsFunc(inputs(op), func(in *G.Node) bool { return moved[in] }) {
			left = append(left, n)
			continue
		}
		p.late[n] = &postponed{op: p.graph.operation(n)}
		left = append(left, inputs(op)...)
	}
	return slices.Clip(left)
}
