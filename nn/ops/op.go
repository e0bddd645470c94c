// Package ops has the operations of the computation graph: each with its shape
// rule, its derivative and its kernel.
//
// The family is closed under differentiation: the derivative of an operation is
// made of operations of the family, so that a gradient is a part of the graph
// like any other and can itself be differentiated. Pictures are laid out
// (batch, height, width, channels) and all values are float32.
package ops

import (
	"encoding/binary"
	"fmt"
	"hash"
	"slices"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	T "gorgonia.org/tensor"

	"latentspace/tensor"
)

func init() {
	// Gorgonia's stabilisation rewrites nodes that the caller still holds.
	G.UseNonStable()
	G.Use(products{})
}

// Def is what one operation is. A Def is a small value that holds the sizes it
// was applied to; the constructor of the operation has checked them.
type Def interface {
	// Name is the operation's name in messages, such as "matmul".
	Name() string
	// Attrs are the constants of the operation that the shapes do not tell.
	Attrs() []Attr
	// Run computes out from the inputs. Every slice has the length of its shape.
	Run(out []float32, in [][]float32, scratch []float32)
	// Diff returns the gradient with respect to each input, given the gradient
	// with respect to the output. A zero Node stands for an input that the
	// operation is constant in, or is not differentiable with respect to.
	Diff(in []Node, out, grad Node) []Node
}

// Elementwise is implemented by operations whose output may share memory with
// any input of the same length.
type Elementwise interface{ elementwise() }

// View is implemented by operations whose output is their input's memory, or a part of that, whose
// first value is that at view.
type View interface{ view() (at int) }

// Scratch is implemented by operations that need working memory, in float32s.
type Scratch interface{ Scratch() int }

// Checked is implemented by operations that refuse some values of their inputs.
type Checked interface {
	// Check returns what is wrong with the inputs, nil if Run can do with them.
	Check(in [][]float32) error
}

// Op is an operation applied to its inputs. It implements Gorgonia's Op and
// SDOp, so that Gorgonia's own machines and derivatives can run it.
type Op struct {
	Def
	id     uint32
	inputs []*G.Node
	shape  []int
}

var (
	_ G.SDOp            = (*Op)(nil)
	_ G.UsePreallocDoer = (*Op)(nil)
)

// Inputs returns the nodes that the operation reads.
func (o *Op) Inputs() []*G.Node { return o.inputs }

// Arity implements gorgonia.Op.
func (o *Op) Arity() int { return len(o.inputs) }

// Type implements gorgonia.Op. The value is new at every call, because Gorgonia
// returns it to a pool.
func (o *Op) Type() hm.Type {
	types := make([]hm.Type, 0, len(o.inputs)+1)
	for _, n := range o.inputs {
		types = append(types, n.Type())
	}
	if len(o.shape) == 0 {
		return hm.NewFnType(append(types, T.Float32)...)
	}
	return hm.NewFnType(append(types, G.TensorType{Dims: len(o.shape), Of: T.Float32})...)
}

// InferShape implements gorgonia.Op.
func (o *Op) InferShape(...G.DimSizer) (T.Shape, error) {
	if len(o.shape) == 0 {
		return T.ScalarShape(), nil
	}
	return slices.Clone(o.shape), nil
}

// Do implements gorgonia.Op. It allocates its result; a Program does not use it.
func (o *Op) Do(values ...G.Value) (G.Value, error) {
	out := make([]float32, tensor.Size(o.shape))
	if err := o.run(out, values); err != nil {
		return nil, err
	}
	if len(o.shape) == 0 {
		return G.NewF32(out[0]), nil
	}
	return T.New(T.WithShape(o.shape...), T.WithBacking(out)), nil
}

// UsePreallocDo implements gorgonia.UsePreallocDoer.
func (o *Op) UsePreallocDo(prealloc G.Value, values ...G.Value) (G.Value, error) {
	out, err := floats(prealloc)
	if err != nil {
		return nil, fmt.Errorf("ops: %s: output: %w", o.Name(), err)
	}
	return prealloc, o.run(out, values)
}

func (o *Op) run(out []float32, values []G.Value) error {
	in := make([][]float32, len(values))
	for i, v := range values {
		x, err := floats(v)
		if err != nil {
			return fmt.Errorf("ops: %s: input %d: %w", o.Name(), i, err)
		}
		if want := o.inputs[i].Shape().TotalSize(); len(x) != want && len(o.inputs[i].Shape()) > 0 {
			return fmt.Errorf("ops: %s: input %d has %d values, want %d", o.Name(), i, len(x), want)
		}
		in[i] = x
	}
	if c, ok := o.Def.(Checked); ok {
		if err := c.Check(in); err != nil {
			return fmt.Errorf("ops: %s: %w", o.Name(), err)
		}
	}
	o.Run(out, in, make([]float32, o.ScratchSize()))
	return nil
}

// Flops is the number of floating-point operations of a product or a convolution,
// and 0 for others, which are bound by memory.
func (o *Op) Flops() float64 {
	if f, ok := o.Def.(interface{ flops() float64 }); ok {
		return f.flops()
	}
	return 0
}

// Constant reports whether the result depends on no input.
func (o *Op) Constant() bool {
	_, ok := o.Def.(constant)
	return ok
}

// ScratchSize returns the working memory that Run needs, in float32s.
func (o *Op) ScratchSize() int {
	if s, ok := o.Def.(Scratch); ok {
		return s.Scratch()
	}
	return 0
}

// floats returns the memory behind a value of Gorgonia's.
func floats(v G.Value) ([]float32, error) {
	switch v := v.(type) {
	case *T.Dense:
		if v.Dtype() != T.Float32 {
			return nil, fmt.Errorf("dtype %v, want float32", v.Dtype())
		}
		if v.IsScalar() {
			return []float32{v.ScalarValue().(float32)}, nil
		}
		return v.Float32s(), nil
	case *G.F32:
		return []float32{float32(*v)}, nil
	}
	return nil, fmt.Errorf("value of type %T, want a float32 tensor", v)
}

// ReturnsPtr implements gorgonia.Op.
func (o *Op) ReturnsPtr() bool { return false }

// CallsExtern implements gorgonia.Op.
func (o *Op) CallsExtern() bool { return false }

// OverwritesInput implements gorgonia.Op: a machine of Gorgonia's gets a new
// output each time.
func (o *Op) OverwritesInput() int { return -1 }

// WriteHash implements gorgonia.Op. Every application of an operation is
// different from every other in its graph.
func (o *Op) WriteHash(h hash.Hash) {
	fmt.Fprintf(h, "%s#", o.Name())
	binary.Write(h, binary.LittleEndian, o.id)
}

// Hashcode implements gorgonia.Op. It is the number of the node, which cannot
// collide as a hash of it could.
func (o *Op) Hashcode() uint32 { return o.id }

// String implements gorgonia.Op.
func (o *Op) String() string { return o.Name() }

// DiffWRT implements gorgonia.SDOp.
func (o *Op) DiffWRT(inputs int) []bool {
	wrt := make([]bool, inputs)
	for i := range wrt {
		wrt[i] = o.differentiable(i)
	}
	return wrt
}

// differentiable reports whether Diff gives a gradient for input i.
func (o *Op) differentiable(i int) bool {
	if c, ok := o.Def.(interface{ constantIn(i int) bool }); ok {
		return !c.constantIn(i)
	}
	return true
}

// SymDiff implements gorgonia.SDOp.
func (o *Op) SymDiff(inputs G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	in := make([]Node, len(inputs))
	for i, n := range inputs {
		in[i] = Node{n: n}
	}
	grads := o.Diff(in, Node{n: output}, Node{n: grad})
	nodes := make(G.Nodes, len(grads))
	for i, g := range grads {
		if g.err != nil {
			return nil, g.err
		}
		nodes[i] = g.n
	}
	return nodes, nil
}
