package nn

import (
	"fmt"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// Operation is one operation of a graph as a value: what an exporter translates,
// and what can be printed and compared. Two operations compute the same of the same
// inputs if their names, attributes and shapes, and those of their inputs, are equal.
//
// What a graph begins with are operations without inputs, whose names are
// "parameter", "state", "input", "noise" (with the law as its attributes) and
// "values" (with the values).
type Operation struct {
	Name   string
	Attrs  []ops.Attr
	Inputs []int  // positions of operations before this one
	Shape  []int  // of the result
	Scope  string // where in the model the operation is
	Param  string // full name of a parameter, state, input or noise; "" for others
}

// Operations returns the operations that some outputs need, each after its inputs,
// and at the end an operation "output" for each of the outputs, in their order.
// Without outputs it returns those of the whole graph.
func Operations(g *Graph, outputs ...Node) ([]Operation, error) {
	if err := g.Err(); err != nil {
		return nil, err
	}
	roots, _, err := g.outputs(outputs)
	if err != nil {
		return nil, err
	}
	nodes := ops.Ancestors(roots...)
	if len(outputs) == 0 {
		nodes = g.expr.AllNodes()
	}
	leaves := g.leaves()
	at := make(map[*G.Node]int, len(nodes))
	all := make([]Operation, 0, len(nodes)+len(outputs))
	for _, n := range nodes {
		o, ok := leaves[n]
		if op, is := n.Op().(*ops.Op); is {
			o, ok = Operation{Name: op.Name(), Attrs: op.Attrs()}, true
			for _, in := range op.Inputs() {
				o.Inputs = append(o.Inputs, at[in])
			}
		}
		if !ok {
			return nil, fmt.Errorf("nn: node %s is neither an operation nor an input of the graph", n.Name())
		}
		o.Shape, o.Scope = slices.Clone([]int(n.Shape())), g.places[n.ID()]
		at[n] = len(all)
		all = append(all, o)
	}
	for _, out := range outputs {
		n := out.n.Raw()
		all = append(all, Operation{Name: "output", Inputs: []int{at[n]}, Shape: slices.Clone([]int(n.Shape())), Scope: g.places[n.ID()]})
	}
	return all, nil
}

// leaves describes what the graph begins with.
func (r *root) leaves() map[*G.Node]Operation {
	leaves := map[*G.Node]Operation{}
	for name, t := range r.tensors {
		leaves[t.Raw()] = Operation{Name: kindOf(r.params.entries[name].state), Param: name}
	}
	for name, in := range r.inputs {
		leaves[in.n.Raw()] = Operation{Name: "input", Param: name}
	}
	for _, z := range r.noises {
		leaves[z.node.Raw()] = Operation{Name: "noise", Param: z.name, Attrs: append([]ops.Attr{{Name: "law", Value: z.law.Name}}, z.law.Attrs...)}
	}
	for _, v := range r.values {
		leaves[v.node.Raw()] = Operation{Name: "values", Attrs: []ops.Attr{{Name: "values", Value: v.data}}}
	}
	return leaves
}

// String is the operation on one line, with the positions of its inputs.
func (o Operation) String() string {
	var b strings.Builder
	b.WriteString(prefix(o.Scope) + o.Name)
	if o.Param != "" {
		b.WriteString(" " + o.Param)
	}
	var args []string
	for _, in := range o.Inputs {
		args = append(args, fmt.Sprintf("%%%d", in))
	}
	for _, a := range o.Attrs {
		args = append(args, a.String())
	}
	if len(args) > 0 {
		fmt.Fprintf(&b, "(%s)", strings.Join(args, ", "))
	}
	fmt.Fprintf(&b, " %v", o.Shape)
	return b.String()
}

// products are the operations that multiply by weights.
var products = []string{"matmul", "matmul of each", "conv", "transposed conv"}

// FirstLayer finds the first layer on the way from a node to another that depends on it: linear is
// the first product of what depends on the node with what does not, such as weights, and active is
// what the next such product takes, after bias, normalisation and activation; the last node if there
// is no other product. It is an error if there is none.
func FirstLayer(from, to Node) (linear, active Node, err error) {
	if from.g.err != nil {
		return Node{}, Node{}, from.g.err
	}
	depth := map[*G.Node]int{from.n.Raw(): 0} // products on the way to each node that depends on from
	var first *G.Node
	for _, n := range ops.Ancestors(to.n) {
		op, ok := n.Op().(*ops.Op)
		if !ok {
			continue
		}
		deepest, given := -1, 0
		var last *G.Node
		for _, in := range op.Inputs() {
			if d, ok := depth[in]; !ok {
				given++
			} else if d > deepest {
				deepest, last = d, in
			}
		}
		if deepest < 0 {
			continue
		}
		if given > 0 && slices.Contains(products, op.Name()) {
			switch {
			case deepest == 0 && first == nil:
				first = n
			case deepest > 0:
				return from.adopt(ops.Of(first)), from.adopt(ops.Of(last)), nil
			}
			deepest++
		}
		depth[n] = deepest
	}
	if first == nil {
		return Node{}, Node{}, fmt.Errorf("nn: no product with weights on the way from %s to %s", from.g.describe(from.n.Raw()), from.g.describe(to.n.Raw()))
	}
	return from.adopt(ops.Of(first)), to, nil
}

// Layer returns the last node that was made in a scope, and whether there is one: what a hidden layer
// gives, after its normalisation and activation. scopes are all that have one, in their order.
func (g *Graph) Layer(scope string) (layer Node, ok bool, scopes []string) {
	for i, n := range g.expr.AllNodes() {
		if _, made := n.Op().(*ops.Op); !made || len(n.Shape()) < 2 {
			continue
		}
		place := g.places[i]
		if place != "" && !slices.Contains(scopes, place) {
			scopes = append(scopes, place)
		}
		if InScope(place, scope) && scope != "" {
			layer, ok = Node{g.root, ops.Of(n)}, true
		}
	}
	return layer, ok, scopes
}
