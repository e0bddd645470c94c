package ops

import (
	"cmp"
	"slices"

	G "gorgonia.org/gorgonia"
)

// Ancestors returns the nodes that the roots depend on, the roots among them, in
// an order in which every node comes after its inputs.
func Ancestors(roots ...Node) []*G.Node {
	seen := map[*G.Node]bool{}
	var order []*G.Node
	var stack []*G.Node
	for _, r := range roots {
		stack = append(stack, r.n)
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		order = append(order, n)
		if op := opOf(n); op != nil {
			stack = append(stack, op.inputs...)
		}
	}
	// A node is made after its inputs, and numbered as it is made.
	slices.SortFunc(order, func(a, b *G.Node) int { return cmp.Compare(a.ID(), b.ID()) })
	return order
}

// Grad adds to the graph the gradient of a scalar cost with respect to each node
// of wrt, by reverse accumulation. visit, if not nil, is called before the
// derivative of each node is added. A node that the cost does not depend on has
// the zero Node as its gradient; an operation without a derivative on the way is
// an error in the result. The graph keeps no state of it: Grad may be called any
// number of times, and on its own results.
func Grad(cost Node, wrt []Node, visit func(*G.Node)) []Node {
	result := make([]Node, len(wrt))
	fail := func(bad Node) []Node {
		for i := range result {
			result[i] = bad
		}
		return result
	}
	if bad, ok := firstErr(append([]Node{cost}, wrt...)...); ok {
		return fail(bad)
	}
	if len(cost.Shape()) != 0 {
		return fail(Errorf("gradient: cost of shape %v, want a scalar", cost.Shape()))
	}

	order := Ancestors(cost)
	depends := map[*G.Node]bool{} // on any of wrt, in a way that has a gradient
	for _, x := range wrt {
		depends[x.n] = true
	}
	for _, n := range order {
		if op := opOf(n); op != nil {
			for i, m := range op.inputs {
				depends[n] = depends[n] || depends[m] && op.differentiable(i)
			}
		}
	}

	grads := map[*G.Node]Node{cost.n: ConstLike(cost, 1)}
	for _, n := range slices.Backward(order) {
		g, reached := grads[n]
		op := opOf(n)
		if !reached || op == nil || !depends[n] {
			continue
		}
		if visit != nil {
			visit(n)
		}
		in := make([]Node, len(op.inputs))
		for i, m := range op.inputs {
			in[i] = Node{n: m}
		}
		for i, d := range op.Diff(in, Node{n: n}, g) {
			if d.IsZero() || !depends[in[i].n] {
				continue
			}
			if sum, ok := grads[in[i].n]; ok {
				d = Add(sum, d)
			}
			if d.err != nil {
				return fail(Errorf("gradient of %s: %w", op.Name(), d.err))
			}
			grads[in[i].n] = d
		}
	}
	for i, x := range wrt {
		if depends[x.n] {
			result[i] = grads[x.n]
		}
	}
	return result
}

// Stop is x, of which a gradient takes it for a constant:
//
//	y = x    ∂y/∂x = 0
//
// It copies nothing.
func Stop(x Node) Node { return apply(stop{}, x.Shape(), x) }

type stop struct{}

func (stop) Name() string        { return "stop" }
func (stop) Attrs() []Attr       { return nil }
func (stop) view() int           { return 0 }
func (stop) constantIn(int) bool { return true }
func (stop) Run(out []float32, in [][]float32, _ []float32) {
	copy(out, in[0])
}
func (stop) Diff([]Node, Node, Node) []Node { return []Node{{}} }
