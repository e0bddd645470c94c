package nn

import (
	"errors"
	"fmt"
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
	if err := g.Err(); err != nil {
		return nil, err
	}
	if len(outputs) == 0 {
		return nil, errors.New("nn: a program without outputs")
	}
	roots, raw, err := g.outputs(outputs)
	if err != nil {
		return nil, err
	}
	return newProgram(g.root, roots, raw, true, g.Memory), nil
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
