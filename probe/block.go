package probe

import (
	"fmt"
	"math"

	"latentspace/nn"
	"latentspace/nn/elementary"
)

// block is heads that are one linear map of the features: all numbers are one, all pairs of
// classes another, since a graph of hundreds of heads would take long to compile. Other
// classes are a block each.
type block struct {
	name  string
	of    kind
	heads []int // which heads
	width int   // values that it makes of an example
}

type kind int

const (
	numbers kind = iota // a value each
	pairs               // of classes: the logarithm of the odds of the second
	classes             // the logarithm of the weight of each
)

// blocksOf divides heads into blocks.
func blocksOf(heads []Head) []block {
	number, pair := block{name: "numbers", of: numbers}, block{name: "pairs", of: pairs}
	var all []block
	for k, h := range heads {
		switch h.Classes {
		case 0:
			number.heads, number.width = append(number.heads, k), number.width+1
		case 2:
			pair.heads, pair.width = append(pair.heads, k), pair.width+1
		default:
			all = append(all, block{fmt.Sprintf("classes%d", k), classes, []int{k}, h.Classes})
		}
	}
	for _, b := range []block{number, pair} {
		if b.width > 0 {
			all = append(all, b)
		}
	}
	return all
}

// loss is the sum of the losses of the heads, of what the block makes of a batch (batch,
// width). Targets y are inputs, as are the weights that they have, 0 where they are missing;
// of classes y itself is the weight of the right one.
func (b block) loss(g *nn.Graph, out nn.Node) nn.Node {
	y := g.Input("y", out.Shape()...)
	switch b.of {
	case numbers:
		return out.Sub(y).Square().Mul(g.Input("weight", out.Shape()...)).SumCols().Mean()
	case pairs:
		nll := out.Softplus().Sub(out.Mul(y))
		return nll.Mul(g.Input("weight", out.Shape()...)).SumCols().Mean().Scale(1 / math.Ln2)
	}
	return nn.CategoricalNLL(out, y).Mean().Scale(1 / elementary.Log(float64(max(2, b.width))))
}

// read writes what the heads make of an example, of its row of the block's values: numbers,
// and the indices of the likeliest classes, of several the first.
func (b block) read(row []float32, value func(head int, v float64)) {
	for j, k := range b.heads {
		switch b.of {
		case numbers:
			value(k, float64(row[j]))
		case pairs:
			second := 0.0
			if row[j] > 0 {
				second = 1
			}
			value(k, second)
		default:
			best := 0
			for c, v := range row {
				if v > row[best] {
					best = c
				}
			}
			value(k, float64(best))
		}
	}
}

// target is what a block is to make of a batch.
type target struct {
	block
	y, weight []float32 // (batch, width), the weight of classes nil
}

// set sets the values of example i of the batch, of each head beside the weight of one that
// is known.
func (t target) set(i int, value func(head int) (v float64, weight float32)) {
	y := t.y[i*t.width : (i+1)*t.width]
	if t.of == classes {
		clear(y)
		if v, w := value(t.heads[0]); !math.IsNaN(v) {
			y[int(v)] = w
		}
		return
	}
	for j, k := range t.heads {
		v, w := value(k)
		if math.IsNaN(v) {
			v, w = 0, 0
		}
		y[j], t.weight[i*t.width+j] = float32(v), w
	}
}
