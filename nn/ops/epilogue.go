package ops

import (
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/kernel"
)

// A product can do what follows it as its elements are finished: add a bias, then
// an activation; or apply the gradient of an activation.

// product is implemented by operations that take an epilogue.
type product interface {
	runThen(out []float32, in [][]float32, scratch []float32, e kernel.Epilogue)
}

// Tail is a product's epilogue. Its vectors are the values of nodes.
type Tail struct {
	kernel.Epilogue
	BiasNode, HNode *G.Node // nil for none
}

// IsProduct reports whether the operation takes an epilogue.
func (o *Op) IsProduct() bool {
	_, ok := o.Def.(product)
	return ok
}

// RunThen runs a product and its epilogue.
func (o *Op) RunThen(out []float32, in [][]float32, scratch []float32, e kernel.Epilogue) {
	o.Def.(product).runThen(out, in, scratch, e)
}

// Home is the node in whose memory the value of n is: n, or what n is a view of.
func Home(n *G.Node) *G.Node {
	home, _ := Place(n)
	return home
}

// Place is the home of n and where in its memory the value of n begins.
func Place(n *G.Node) (home *G.Node, at int) {
	for {
		op := opOf(n)
		if op == nil {
			return n, at
		}
		v, ok := op.Def.(View)
		if !ok {
			return n, at
		}
		n, at = op.inputs[0], at+v.view()
	}
}

// Extend returns a product's epilogue with the operation of next added, given
// that it reads the result so far, x, perhaps in another shape; ok is false if no epilogue can
// do that.
func (t Tail) Extend(x, next *G.Node) (_ Tail, ok bool) {
	op := opOf(next)
	if t.Act != kernel.ActNone || x.Shape().TotalSize() != next.Shape().TotalSize() {
		return t, false
	}
	switch d := op.Def.(type) {
	case pair:
		if d.name != addRow || t.BiasNode != nil || op.inputs[0] != x || !slices.Equal(x.Shape(), next.Shape()) {
			return t, false
		}
		t.BiasNode = op.inputs[1]
		return t, true
	case unary:
		t.Act, t.Slope = d.tail.Act, d.tail.Slope
		return t, t.Act != kernel.ActNone
	case gradient:
		if Home(op.inputs[1]) != x || Home(op.inputs[0]) == x {
			return t, false
		}
		t.Act, t.Slope, t.HNode = d.tail.Act, d.tail.Slope, op.inputs[0]
		return t, t.Act != kernel.ActNone
	}
	return t, false
}

// packer is implemented by products that can read their second input packed, which is worth it where it
// stays the same for many runs.
type packer interface {
	product
	// packing is equal for two operations of one kind that read the same input packed alike, nil for one
	// that does not read it packed.
	packing() any
	pack(second []float32) *kernel.Packed
	runPacked(out, first []float32, second *kernel.Packed, e kernel.Epilogue)
}

// Packing says how the operation reads its second input packed: operations of which it is equal share what
// [Op.Pack] makes of it. It is nil for an operation that does not.
func (o *Op) Packing() any {
	if p, ok := o.Def.(packer); ok {
		return p.packing()
	}
	return nil
}

// Pack packs the second input.
func (o *Op) Pack(second []float32) *kernel.Packed { return o.Def.(packer).pack(second) }

// RunPacked is [Op.RunThen] with a second input that is packed.
func (o *Op) RunPacked(out []float32, in [][]float32, second *kernel.Packed, e kernel.Epilogue) {
	o.Def.(packer).runPacked(out, in[0], second, e)
}
