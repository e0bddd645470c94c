package models

import (
	"fmt"
	"slices"

	"latentspace/example"
	"latentspace/nn"
	"latentspace/tensor"
)

// Names of the inputs of the graphs of this package.
const (
	InputName = "x"     // examples, or codes
	AboutName = "about" // what is known of them
	EpochName = "epoch" // scalar, epochs since the start of training
)

// Data describes the data that a model learns from.
type Data struct {
	Schema   example.Schema // of an example
	About    example.Schema // of what else is known of one; no fields if nothing is
	Examples int            // in the training set; 0 if that is not known

	// Known has what is known of some of the training examples, (n, values of About), for
	// samples of a [Conditional] model to be like them. It is nil for other models.
	Known *tensor.Tensor
}

// Shape is the shape of an example.
func (d Data) Shape() []int { return d.Schema.Shape() }

// Batch is what a loss is given: examples X (batch, shape…), pictures as (batch, height, width,
// channels) in [0, 1], and what is known of them. A decoder is given one without examples.
type Batch struct {
	Data
	X nn.Node // the zero Node where there are only codes
	N int     // examples

	root *nn.Graph
}

// NewBatch returns a batch of n examples x, an input of the graph or the zero Node.
func NewBatch(g *nn.Graph, d Data, n int, x nn.Node) Batch {
	return Batch{Data: d, X: x, N: n, root: g}
}

// Input returns a batch of n examples that are an input of the graph.
func Input(g *nn.Graph, d Data, n int) Batch {
	return NewBatch(g, d, n, g.Input(InputName, append([]int{n}, d.Shape()...)...))
}

// Of is the batch with other examples, as many or a multiple of them, of which the same is known.
func (b Batch) Of(x nn.Node) Batch {
	b.X = x
	return b
}

// Seen is the examples as networks read them. Numbers are what they are; an index is a vector with
// a one at its place and zeros elsewhere, zeros alone if the field is missing. Examples of numbers
// alone are X itself; others are rows (batch, n).
func (b Batch) Seen() nn.Node {
	if !slices.ContainsFunc(b.Schema.Fields, example.Field.Indexed) {
		return b.X
	}
	var all []nn.Node
	n := b.X.Shape()[0] // N, or a multiple of it
	at, begin := 0, 0   // of the numbers that are not in all yet
	numbers := func(end int) {
		if end > begin {
			all = append(all, b.X.Slice(1, begin, end))
		}
	}
	x := b.X.Reshape(n, b.Schema.Width())
	b.X = x
	for _, f := range b.Schema.Fields {
		if f.Indexed() {
			numbers(at)
			size := f.Size()
			ones := x.Slice(1, at, at+size).Reshape(n*size).OneHot(len(f.Words)).Reshape(n, size*len(f.Words))
			if f.Gaps {
				ones = ones.MulCol(x.Slice(1, at+size, at+size+1).SumCols())
			}
			all = append(all, ones)
			begin = at + size // whether it is known is a number
		}
		at += f.Width()
	}
	numbers(at)
	if len(all) == 1 {
		return all[0]
	}
	return nn.Concat(1, all...)
}

// Bounded reports whether every value of the examples as networks read them is in [0, 1].
func (b Batch) Bounded() bool {
	return !slices.ContainsFunc(b.Schema.Fields, func(f example.Field) bool { return !f.Bounded() && !f.Indexed() })
}

// Known returns a field of what is known of the examples (batch, size). One that the data do
// not have is an error.
func (b Batch) Known(name string) nn.Node {
	f, at, ok := b.About.Lookup(name)
	if !ok {
		return b.root.Failf("condition %q: %s", name, nothingKnown(b.About))
	}
	about := b.root.Input(AboutName, b.N, b.About.Width())
	if f.Width() == b.About.Width() {
		return about
	}
	return about.Slice(1, at, at+f.Width())
}

// nothingKnown says what there is in place of a field.
func nothingKnown(about example.Schema) string {
	if len(about.Fields) == 0 {
		return "nothing is known of the examples of this data set besides what they are, want one with labels"
	}
	names := about.Names()
	slices.Sort(names)
	return fmt.Sprintf("what is known of an example is %v, want one of them", names)
}

// Epoch is the time since the start of training in epochs, a scalar. Outside of training it is
// the end's, unless the caller fills it.
func (b Batch) Epoch() nn.Node { return b.root.Input(EpochName) }

// Graph builds the graph of a phase's loss for a batch of n examples, over parameters that it
// makes where there are none yet.
func (p Phase) Graph(params *nn.Params, o nn.Options, d Data, n int) (*nn.Graph, Loss, error) {
	g := nn.NewGraph(params, o)
	loss := p.Loss(g, Input(g, d, n))
	if err := g.Err(); err != nil {
		return nil, Loss{}, fmt.Errorf("models: phase %s: %w", p.Name, err)
	}
	return g, loss, nil
}
