package ops

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	G "gorgonia.org/gorgonia"
	T "gorgonia.org/tensor"
)

// Node is a tensor-valued expression of the graph, or the first error met on the
// way to it: an operation on a Node with an error is a Node with that error.
type Node struct {
	n   *G.Node
	err error
}

// NewInput adds an input to the graph. Its name must be unique there, because
// Gorgonia takes two inputs of one name, type and shape for one.
func NewInput(g *G.ExprGraph, name string, shape ...int) Node {
	expect(g)
	if len(shape) == 0 {
		return Node{n: G.NewScalar(g, T.Float32, G.WithName(name))}
	}
	for _, d := range shape {
		if d < 1 {
			return Errorf("input %s: shape %v, want dimensions of at least 1", name, shape)
		}
	}
	return Node{n: G.NewTensor(g, T.Float32, len(shape), G.WithShape(shape...), G.WithName(name))}
}

// Errorf returns a Node that is an error.
func Errorf(format string, args ...any) Node { return Node{err: fmt.Errorf(format, args...)} }

// Of is a node of a graph that operations of this package made.
func Of(n *G.Node) Node { return Node{n: n} }

// Err returns the error, if the node is one.
func (x Node) Err() error { return x.err }

// IsZero reports whether x is the zero Node: neither an expression nor an error.
func (x Node) IsZero() bool { return x.n == nil && x.err == nil }

// Raw returns the node of Gorgonia's graph, nil for an error.
func (x Node) Raw() *G.Node { return x.n }

// Shape returns the dimensions, nil for a scalar and for an error. It is shared
// with the graph: do not change it.
func (x Node) Shape() []int {
	if x.n == nil {
		return nil
	}
	return x.n.Shape()
}

// Op returns the operation that the node is the result of, nil for an input.
func (x Node) Op() *Op {
	if x.n == nil {
		return nil
	}
	return opOf(x.n)
}

func opOf(n *G.Node) *Op {
	op, _ := n.Op().(*Op)
	return op
}

// size returns the number of elements.
func (x Node) size() int {
	n := 1
	for _, d := range x.Shape() {
		n *= d
	}
	return n
}

// last returns the size of the last axis, 1 for a scalar.
func (x Node) last() int {
	if s := x.Shape(); len(s) > 0 {
		return s[len(s)-1]
	}
	return 1
}

// first returns the size of the first axis, 1 for a scalar.
func (x Node) first() int {
	if s := x.Shape(); len(s) > 0 {
		return s[0]
	}
	return 1
}

// firstErr returns the first of nodes that is an error, or the zero Node.
func firstErr(nodes ...Node) (Node, bool) {
	for _, n := range nodes {
		if n.err != nil {
			return n, true
		}
		if n.n == nil {
			return Errorf("operand missing"), true
		}
	}
	return Node{}, false
}

// apply adds an operation to the graph.
func apply(def Def, shape []int, in ...Node) Node {
	if bad, ok := firstErr(in...); ok {
		return bad
	}
	nodes := make([]*G.Node, len(in))
	for i, x := range in {
		nodes[i] = x.n
	}
	expect(nodes[0].Graph())
	// The number of nodes is unique in the graph and the same in every run.
	id := uint32(len(nodes[0].Graph().AllNodes()))
	n, err := G.ApplyOp(&Op{Def: def, id: id, inputs: nodes, shape: slices.Clone(shape)}, nodes...)
	if err != nil {
		return Errorf("%s: %w", def.Name(), err)
	}
	return Node{n: n}
}

func sameShape(name string, a, b Node) (Node, bool) {
	if bad, ok := firstErr(a, b); ok {
		return bad, true
	}
	if !slices.Equal(a.Shape(), b.Shape()) {
		return Errorf("%s: shapes %v and %v, want them equal", name, a.Shape(), b.Shape()), true
	}
	return Node{}, false
}

// expect tells a graph at which place of its list the next node will be.
//
// Gorgonia looks for the number of every new node in the list of all, from the first on,
// and notes where it was: a graph of 40,000 nodes takes seconds, and one of twice as many
// four times as long. The notes are not exported. A note that is there before the node is
// found at once. Where Gorgonia has no such notes, nothing is done.
func expect(g *G.ExprGraph) {
	f := reflect.ValueOf(g).Elem().FieldByName("byID")
	if !f.IsValid() || f.Type() != reflect.TypeFor[map[int64]int]() || f.IsNil() {
		return
	}
	next := len(g.AllNodes())
	(*(*map[int64]int)(unsafe.Pointer(f.UnsafeAddr())))[int64(next)] = next
}
