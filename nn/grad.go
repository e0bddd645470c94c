package nn

import (
	"maps"
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// Grad returns the gradient of a scalar cost with respect to each node of wrt,
// as part of the graph. A node that the cost does not depend on is an error.
func (g *Graph) Grad(cost Node, wrt ...Node) []Node {
	nodes := make([]ops.Node, len(wrt))
	for i, x := range wrt {
		nodes[i] = x.n
	}
	grads := make([]Node, len(wrt))
	for i, d := range g.grad(cost.n, nodes) {
		if d.IsZero() {
			d = ops.Errorf("gradient: the cost does not depend on %s", g.describe(nodes[i].Raw()))
		}
		grads[i] = g.adopt(d)
	}
	return grads
}

// grad places the nodes of a derivative where the operation was.
func (r *root) grad(cost ops.Node, wrt []ops.Node) []ops.Node {
	place := r.place
	grads := ops.Grad(cost, wrt, func(n *G.Node) {
		r.adopt(ops.Node{})
		r.place = r.places[n.ID()]
	})
	r.adopt(ops.Node{})
	r.place = place
	return grads
}

// used returns the sorted names of the trained parameters in a scope that this
// graph has, without those that are frozen.
func (r *root) used(scope string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.tensors)) {
		if InScope(name, scope) && !r.params.entries[name].state && !r.frozen(name) {
			names = append(names, name)
		}
	}
	return names
}
