package nn

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// Compile returns a program that computes outputs.
func Compile(g *Graph, outputs ...Node) (*Program, error) {
	return compile(g, outputs)
}

// CompileStep returns a program for a training step: it computes outputs, the
// gradient of a scalar cost with respect to every parameter in some scopes that the
// graph uses, and the new values of the state in the scopes. No scopes are all there are.
//
// State outside the scopes keeps its value, though the graph sets it, if its own scope has
// parameters: the running statistics of a generator do not follow the steps of its
// discriminator. If its scope has none, so that it belongs to no network that is left
// alone, that is an error. What is frozen keeps its value.
func CompileStep(g *Graph, cost Node, scopes []string, outputs ...Node) (*Program, error) {
	if err := g.Err(); err != nil {
		return nil, err
	}
	if len(scopes) == 0 {
		scopes = []string{""}
	}
	var names []string
	for _, scope := range scopes {
		used := g.used(scope)
		if len(used) == 0 {
			return nil, fmt.Errorf("nn: scope %q has no parameters to train", scope)
		}
		names = append(names, used...)
	}
	slices.Sort(names)
	names = slices.Compact(names) // a scope may be part of another
	params := make([]Node, len(names))
	for i, name := range names {
		params[i] = Node{g.root, g.tensors[name]}
	}
	grads := g.Grad(cost, params...)

	updated, err := g.updates(scopes)
	if err != nil {
		return nil, err
	}
	all := append(slices.Clone(outputs), grads...)
	for _, name := range updated {
		all = append(all, Node{g.root, g.current[name]})
	}
	p, err := compile(g, all)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		p.grads = append(p.grads, Grad{name, g.params.Get(name), p.Output(grads[i]), p.late[grads[i].n.Raw()]})
	}
	for _, name := range updated {
		p.commits = append(p.commits, commit{g.params.Get(name).Data, p.buffers[g.current[name].Raw()]})
	}
	return p, nil
}

func compile(g *Graph, outputs []Node) (*Program, error) {
	roots, raw, err := g.compiled(outputs)
	if err != nil {
		return nil, err
	}
	return newProgram(g.root, roots, raw, true, g.Memory), nil
}

// compiled returns the nodes of the outputs of a program: at least one, of a graph without an error.
func (g *Graph) compiled(outputs []Node) (roots []ops.Node, raw []*G.Node, err error) {
	if err := g.Err(); err != nil {
		return nil, nil, err
	}
	if len(outputs) == 0 {
		return nil, nil, errors.New("nn: a program without outputs")
	}
	return g.outputs(outputs)
}

// outputs returns the nodes of the outputs, which must be of this graph.
func (r *root) outputs(outputs []Node) (roots []ops.Node, raw []*G.Node, err error) {
	for i, o := range outputs {
		if err := o.n.Err(); err != nil {
			return nil, nil, fmt.Errorf("nn: output %d: %w", i, err)
		}
		if o.g != r {
			return nil, nil, fmt.Errorf("nn: output %d is not of this graph", i)
		}
		roots, raw = append(roots, o.n), append(raw, o.n.Raw())
	}
	return roots, raw, nil
}

// updates returns the names of the state that a step of some scopes updates, in the order
// in which it was set.
func (r *root) updates(scopes []string) ([]string, error) {
	var names []string
	for _, name := range r.updated {
		if r.frozen(name) {
			continue
		}
		if slices.ContainsFunc(scopes, func(scope string) bool { return InScope(name, scope) }) {
			names = append(names, name)
			continue
		}
		own := name[:max(0, strings.LastIndexByte(name, '.'))]
		if own == "" || !r.hasParam(own) {
			return nil, fmt.Errorf("nn: state %s is set in a step that trains %q: want it in a scope that the step trains, or beside parameters that it leaves alone", name, scopes)
		}
	}
	return names, nil
}

// hasParam reports whether the graph has a parameter in a scope.
func (r *root) hasParam(scope string) bool {
	for name := range r.tensors {
		if InScope(name, scope) && !r.params.entries[name].state {
			return true
		}
	}
	return false
}

// CompileDraws returns a program that computes outputs for one draw of the noise after another:
// [Program.RunAll] runs all of it, and [Program.RunDraw] what the noise reaches. It keeps the values of
// the rest, in memory of its own.
func CompileDraws(g *Graph, outputs ...Node) (*Program, error) {
	roots, raw, err := g.compiled(outputs)
	if err != nil {
		return nil, err
	}
	p := &Program{graph: g.root, inputs: map[string][]float32{}, roots: roots, raw: raw}
	order, fixed := ops.Ancestors(roots...), p.fixed()
	known := g.constants(order)
	kept := g.border(order, raw, known)
	p.still = &Program{graph: g.root}
	p.still.layOut(order, kept, known, fixed, true, nil)
	known = maps.Clone(known)
	for _, n := range kept {
		known[n] = p.still.buffers[n]
	}
	p.layOut(order, raw, known, fixed, true, g.Memory)
	return p, nil
}

// RunDraw runs what the noise reaches, of a program of [CompileDraws] that has run whole since its inputs
// and its parameters changed. Another program runs whole.
func (p *Program) RunDraw() error { return p.runSteps() }

// border are the operations that no noise reaches and of which one that it reaches, or the outside, reads
// the value.
func (r *root) border(order, outside []*G.Node, known map[*G.Node][]float32) []*G.Node {
	reached := map[*G.Node]bool{}
	for _, z := range r.noises {
		reached[z.node.Raw()] = true
	}
	var border []*G.Node
	seen := map[*G.Node]bool{}
	add := func(n *G.Node) {
		if home := ops.Home(n); !reached[home] && !seen[home] && operation(home, known) != nil {
			seen[home] = true
			border = append(border, home)
		}
	}
	for _, n := range order {
		op, ok := n.Op().(*ops.Op)
		if !ok {
			continue
		}
		for _, in := range op.Inputs() {
			reached[n] = reached[n] || reached[in]
		}
		if reached[n] && !isView(op) {
			for _, in := range op.Inputs() {
				add(in)
			}
		}
	}
	for _, n := range outside {
		add(n)
	}
	return border
}
