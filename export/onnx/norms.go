package onnx

import (
	"fmt"
	"slices"

	"latentspace/nn"
)

// norm is a normalisation of each example: many operations in the program, and few in ONNX.
type norm struct {
	x, scale, bias int
	groups         int // of channels, of pictures; 0 of rows, which are normalised as they are
}

// normEpsilon is that of the layers of package nn, unless they say another.
const normEpsilon float32 = 1e-5

// findNorms finds the operations that are those of a [nn.GroupNorm] of pictures or a [nn.LayerNorm] of
// rows. Of these only the last is translated.
func (b *builder) findNorms() {
	b.norms, b.within = map[int]norm{}, map[int]bool{}
	for i, o := range b.all {
		switch {
		case o.Name == "normalise each" && len(o.Shape) == 4:
			each := b.all[o.Inputs[1]]
			if each.Name != "reshape" {
				continue
			}
			shape, n := b.all[each.Inputs[0]].Shape, o.Shape[3] // of the mean of each group
			if width := shape[len(shape)-1]; width > 0 && n%width == 0 {
				b.findNorm(i, nn.GroupNorm{Groups: n / width}, n/width)
			}
		case o.Name == "add row" && len(o.Shape) == 2:
			b.findNorm(i, nn.LayerNorm{}, 0)
		}
	}
}

// findNorm compares what an operation is computed from with a layer.
func (b *builder) findNorm(last int, layer nn.Layer, groups int) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	want, err := nn.Operations(g, layer.Forward(g, g.Input("x", b.all[last].Shape...)))
	if err != nil {
		return
	}
	found := map[int]int{}
	if !b.match(want, want[len(want)-1].Inputs[0], last, found) {
		return
	}
	n, within := norm{groups: groups}, map[int]bool{}
	for j, i := range found {
		switch want[j].Param {
		case "x":
			n.x = i
		case "scale":
			n.scale = i
		case "bias":
			n.bias = i
		default:
			within[i] = true
		}
	}
	for i := range within {
		if i != last && slices.ContainsFunc(b.readers[i], func(by int) bool { return !within[by] }) {
			return
		}
	}
	b.norms[last] = n
	for i := range within {
		b.within[i] = i != last
	}
}

// match reports whether operation i is operation j of others, on the same inputs. What it finds has the
// operations by those that they are.
func (b *builder) match(want []nn.Operation, j, i int, found map[int]int) bool {
	if at, ok := found[j]; ok {
		return at == i
	}
	w, o := want[j], b.all[i]
	if !slices.Equal(w.Shape, o.Shape) {
		return false
	}
	found[j] = i
	if w.Name == "input" {
		return true
	}
	if w.Name != o.Name || len(w.Inputs) != len(o.Inputs) || !slices.EqualFunc(w.Attrs, o.Attrs, same) {
		return false
	}
	for k, in := range w.Inputs {
		if !b.match(want, in, o.Inputs[k], found) {
			return false
		}
	}
	return true
}

// translate adds a normalisation. That of groups of channels is one of instances whose channels are the
// groups, and then a scale and a bias.
func (n norm) translate(b *builder) {
	epsilon := attribute{"epsilon", normEpsilon}
	if n.groups == 0 {
		b.set(false, b.add("LayerNormalization", []string{b.get(n.x, false), b.get(n.scale, false), b.get(n.bias, false)}, attribute{"axis", -1}, epsilon))
		return
	}
	shape := b.all[n.x].Shape
	y := b.add("Reshape", []string{b.get(n.x, true), b.whole(0, n.groups, -1)})
	y = b.add("InstanceNormalization", []string{y, b.equal("ones", 1, n.groups), b.equal("zeros", 0, n.groups)}, epsilon)
	y = b.add("Reshape", []string{y, b.whole(0, shape[3], shape[1], shape[2])})
	y = b.add("Mul", []string{y, b.vector(n.scale, 4, true)})
	b.set(true, b.add("Add", []string{y, b.vector(n.bias, 4, true)}))
}

// equal is a vector of n equal numbers.
func (b *builder) equal(name string, c float32, n int) string {
	name = fmt.Sprintf("%s_%d", name, n)
	return b.constant(name, name, func() initial {
		return initial{dims: []int{n}, floats: slices.Repeat([]float32{c}, n)}
	})
}
