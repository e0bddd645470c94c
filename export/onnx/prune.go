package onnx

import "slices"

// pruned is the graph without what no output needs.
func (g graph) pruned() graph {
	needed := map[string]bool{}
	for _, v := range g.outputs {
		needed[v.name] = true
	}
	var nodes []node
	for _, n := range slices.Backward(g.nodes) {
		if !slices.ContainsFunc(n.out, func(out string) bool { return needed[out] }) {
			continue
		}
		for _, in := range n.in {
			needed[in] = true
		}
		nodes = append(nodes, n)
	}
	slices.Reverse(nodes)
	g.nodes = nodes
	g.initials = slices.DeleteFunc(g.initials, func(t initial) bool { return !needed[t.name] })
	g.values = slices.DeleteFunc(g.values, func(v info) bool { return !needed[v.name] })
	return g
}
