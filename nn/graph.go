// Package nn builds and runs the computation graphs of neural networks: scopes
// and named parameters, layers, losses, and programs that run without
// allocating. Gorgonia holds the graph; package ops has the operations.
package nn

import (
	"fmt"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"

	"latentspace/kernel"
	"latentspace/nn/ops"
	"latentspace/tensor"
)

// Options say what a graph is for.
type Options struct {
	// Name is the graph's part in the key of its noise: two graphs of one name
	// and seed draw the same.
	Name string
	// Training chooses what layers do that behave differently in training, such
	// as dropout and batch normalisation.
	Training bool
	// Frozen are scopes that training leaves alone: [CompileStep] neither takes the
	// gradient of their parameters nor updates their state, and batch normalisation in
	// them goes by its running statistics, as in evaluation.
	Frozen []string
	// Late lets [CompileStep] leave the largest gradients out of a run: those of the weights
	// of dense layers, which [Grad.Each] computes part by part where they are used, so
	// that they are never written to memory.
	Late bool
	// Half rounds the operands of products of matrices and of convolutions to bfloat16, but for
	// products with an input, and convolutions of few channels or with fewer multiplications in
	// float32. Sums are float32. Attention, recurrent layers and products of each of several matrices stay as they are.
	Half bool
	// Seed is the seed of the noise.
	Seed uint64
	// Memory is shared with other programs: a run overwrites the outputs of theirs.
	// If it is nil, a program has memory of its own.
	Memory *Memory
}

// Graph is a computation graph under construction, seen from a scope: names of
// parameters, inputs and noise made through it begin with the scope. The first
// error sticks, and everything after it is harmless; see [Graph.Err].
type Graph struct {
	*root
	scope string
}

// root is what the scopes of a graph share.
type root struct {
	Options
	expr   *G.ExprGraph
	params *Params
	err    error

	place  string   // the scope that was used last: where the next node belongs
	places []string // of every node, by its number

	tensors map[string]ops.Node // parameters and first values of state
	current map[string]ops.Node // values of state as updated so far
	updated []string            // names of state, in the order of their first update
	inputs  map[string]Node
	noises  []noise
	values  []values
	names   map[string]int // uses of a name of noise
	moved   map[string]int // moves of a moving average
}

// NewGraph returns an empty graph over a model's parameters. Its error is that of
// [kernel.Environment], if there is one.
func NewGraph(p *Params, o Options) *Graph {
	return &Graph{root: &root{
		Options: o, expr: G.NewGraph(), params: p, err: kernel.Environment(),
		tensors: map[string]ops.Node{}, current: map[string]ops.Node{},
		inputs: map[string]Node{}, names: map[string]int{}, moved: map[string]int{},
	}}
}

// In returns the graph seen from an inner scope.
func (g *Graph) In(scope string) *Graph {
	in := &Graph{root: g.root, scope: g.name(scope)}
	g.place = in.scope
	return in
}

// Outside returns the graph seen from outside all scopes.
func (g *Graph) Outside() *Graph { return &Graph{root: g.root} }

// Evaluated returns what build adds to the graph as in evaluation: without dropout, normalised by
// running statistics, and without updates of state.
func (g *Graph) Evaluated(build func() Node) Node {
	defer func(training bool) { g.Training = training }(g.Training)
	g.Training = false
	return build()
}

// Scope returns the full name of the scope.
func (g *Graph) Scope() string { return g.scope }

func (g *Graph) name(name string) string {
	if g.scope == "" {
		return name
	}
	return g.scope + "." + name
}

// Param returns the parameter of a name in this scope. The same name is the same
// parameter wherever it is asked for; another shape for it is an error.
func (g *Graph) Param(name string, init Init, shape ...int) Node {
	return g.tensor(name, false, init, shape)
}

// ParamAs is [Graph.Param] of a parameter that starts as another one, which exists, by its full name.
// They have one shape, and are trained apart.
func (g *Graph) ParamAs(name, other string) Node {
	first := g.params.Get(other)
	if first == nil {
		return g.Failf("%s: starts as %s, which there is not", name, other)
	}
	return g.Param(name, func(w *tensor.Tensor, _ kernel.Key) { copy(w.Data, first.Data) }, first.Shape...)
}

// Trained returns the parameters in this scope that there are, sorted by name.
func (g *Graph) Trained() []Node {
	var all []Node
	for _, name := range g.params.Trained(g.scope) {
		in := &Graph{root: g.root}
		all = append(all, in.Param(name, Zeros, g.params.Get(name).Shape...))
	}
	return all
}

// State returns a tensor that layers update in training and optimizers leave
// alone. It is part of the model: checkpoints have it. Its value in this graph
// is the latest that [Graph.SetState] gave it here.
func (g *Graph) State(name string, init Init, shape ...int) Node {
	first := g.tensor(name, true, init, shape)
	if n, ok := g.current[g.name(name)]; ok {
		return Node{g.root, n}
	}
	return first
}

func (g *Graph) tensor(name string, state bool, init Init, shape []int) Node {
	g.place = g.scope
	full := g.name(name)
	t, err := g.params.get(full, state, init, shape)
	if err != nil {
		return g.Failf("%w", err)
	}
	n, ok := g.tensors[full]
	if !ok {
		n = ops.NewInput(g.expr, full, t.Shape...)
		g.tensors[full] = n
	}
	return g.adopt(n)
}

// SetState makes value what the state becomes after a training step, but for
// subnormal numbers; see [Program.Commit], and [CompileStep] for the state that a step updates.
func (g *Graph) SetState(name string, value Node) {
	full := g.name(name)
	if first, ok := g.tensors[full]; !ok {
		g.Failf("state %s: set before it was asked for", name)
		return
	} else if fmt.Sprint(first.Shape()) != fmt.Sprint(value.Shape()) {
		g.Failf("state %s: update of shape %v, want %v", name, value.Shape(), first.Shape())
		return
	}
	if _, ok := g.current[full]; !ok {
		g.updated = append(g.updated, full)
	}
	g.current[full] = value.n
}

// Input adds an input that the caller fills before each run; see
// [Program.Input]. The same name is the same input.
func (g *Graph) Input(name string, shape ...int) Node {
	g.place = g.scope
	full := g.name(name)
	if in, ok := g.inputs[full]; ok {
		if fmt.Sprint(in.Shape()) != fmt.Sprint(shape) {
			return g.Failf("input %s: shape %v exists, want %v", name, in.Shape(), shape)
		}
		return in
	}
	in := g.adopt(ops.NewInput(g.expr, "input "+full, shape...))
	g.inputs[full] = in
	return in
}

// frozen reports whether training leaves a name alone.
func (r *root) frozen(name string) bool {
	return slices.ContainsFunc(r.Frozen, func(scope string) bool { return InScope(name, scope) })
}

// Failf records an error at this scope and returns a node that stands for it.
func (g *Graph) Failf(format string, args ...any) Node {
	g.place = g.scope
	return g.adopt(ops.Errorf(format, args...))
}

// Err returns the first error, which names the scope where it happened.
func (g *Graph) Err() error { return g.err }

// adopt makes a Node of n, notes its place, and keeps its error if it is the
// first.
func (r *root) adopt(n ops.Node) Node {
	if err := n.Err(); err != nil && r.err == nil {
		r.err = fmt.Errorf("nn: %s%w", prefix(r.place), err)
	}
	for range r.expr.AllNodes()[len(r.places):] {
		r.places = append(r.places, r.place)
	}
	return Node{r, n}
}

func prefix(place string) string {
	if place == "" {
		return ""
	}
	return place + ": "
}

// describe names a node for a message: its scope and operation.
func (r *root) describe(n *G.Node) string {
	what := strings.TrimPrefix(n.Name(), "input ")
	if op, ok := n.Op().(*ops.Op); ok {
		what = prefix(r.places[n.ID()]) + op.Name()
	}
	return what
}
