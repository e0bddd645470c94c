// Package probe has small networks that read properties off examples: the class of a
// picture, how slanted it is. They measure what a model makes.
package probe

import (
	"context"
	"fmt"

	"latentspace/example"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/tensor"
)

// Network reads properties off examples. A body makes [Features] values h(x) of an
// example x, and a linear head for each property reads it off them:
//
//	h(x) = ReLU(body((x − m)/s))   headₖ(x) = Wₖ·h(x) + bₖ
//
//	x (batch, shape…)   h (batch, Features)   headₖ (batch, 1), or (batch, classes)
//
// with the mean m and the deviation s of each channel of a picture, or of each value of
// other examples, among those that it was trained on; a constant one counts for nothing. A text is
// read as a one at the place of each token, if it is [example.Field.Placed], and behind that as how
// often it has each word.
// The body is convolutional for pictures of at least 8×8 and has two layers else.
type Network struct {
	shape  []int          // of an example
	text   *example.Field // of a text; nil of other examples
	heads  []Head
	blocks []block // of the heads
	params *nn.Params
	body   networks.Network

	program  *nn.Program // reads batch examples
	features nn.Node
	out      []nn.Node // of each block
}

// Features is how many features of an example a network reads its properties off.
const Features = 64

// batch is how many examples a network trains on, or reads, at once.
const batch = 64

// New returns an untrained network with a head for each property of examples of a schema.
// Its first weights are a function of the seed.
func New(s example.Schema, heads []Head, seed uint64) *Network {
	shape := s.Shape()
	p := &Network{shape: shape, heads: heads, blocks: blocksOf(heads), params: nn.NewParams(seed)}
	p.body = networks.MLP{Hidden: []int{128}, Activation: "relu", Norm: "none", Init: "he"}
	if s.IsText() {
		p.text = &s.Fields[0]
	}
	if s.IsPicture() && min(shape[0], shape[1]) >= 8 {
		p.body = networks.Conv{Channels: []int{16, 32}, Activation: "relu", Norm: "none", Init: "he", Down: "stride", Up: "transposed"}
	}
	return p
}

// build returns the features and what each block of heads makes of them for examples x.
func (p *Network) build(g *nn.Graph, x nn.Node) (features nn.Node, out []nn.Node) {
	if p.text != nil {
		x = counted(x, *p.text)
	} else {
		x = standardised(g.In("input"), x)
	}
	features = networks.Vector(g.In("body"), p.body, x, Features).ReLU()
	for _, b := range p.blocks {
		out = append(out, nn.Linear{Out: b.width}.Forward(g.In(b.name), features))
	}
	return features, out
}

// counted is texts x (batch, steps) as vectors: each token, if it is placed, and the number of each word.
func counted(x nn.Node, f example.Field) nn.Node {
	batch, steps, words := x.Shape()[0], f.Size(), len(f.Words)
	ones := func(from, to int) nn.Node {
		return x.Slice(1, from, to).Reshape(batch*(to-from)).OneHot(words).Reshape(batch, to-from, words)
	}
	if f.Placed() {
		each := ones(0, steps)
		return nn.Concat(1, each.Reshape(batch, steps*words), each.SumAxis(1))
	}
	// Some steps at a time, so that all words of all of them are never in memory.
	some := min(steps, max(1, mostOnes/words))
	count := ones(0, some).SumAxis(1)
	for from := some; from < steps; from += some {
		count = count.Add(ones(from, min(from+some, steps)).SumAxis(1))
	}
	return count
}

// mostOnes is how many words of how many steps of an example are made at once.
const mostOnes = 1 << 14

// compile makes the program that reads.
func (p *Network) compile() error {
	g := nn.NewGraph(p.params, nn.Options{Name: "probe"})
	p.features, p.out = p.build(g, g.Input("x", append([]int{batch}, p.shape...)...))
	var err error
	if p.program, err = nn.Compile(g, append([]nn.Node{p.features}, p.out...)...); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return nil
}

// Weights returns the weights by name. They are the network's own.
func (p *Network) Weights() map[string]*tensor.Tensor { return p.params.All() }

// Load makes the network one that was trained before, by its weights.
func (p *Network) Load(weights map[string]*tensor.Tensor) error {
	if err := p.compile(); err != nil {
		return err
	}
	return p.params.Load(weights)
}

// Read returns for each head what it reads off examples x (n, shape…), a number or the
// index of the likeliest class of each, and the features (n, [Features]) of the examples.
func (p *Network) Read(ctx context.Context, x *tensor.Tensor) (values [][]float64, features *tensor.Tensor, err error) {
	n, size := x.Shape[0], tensor.Size(p.shape)
	values, features = make([][]float64, len(p.heads)), tensor.New(n, Features)
	for lo := 0; lo < n; lo += batch {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		hi := min(lo+batch, n)
		copy(p.program.Input("x"), x.Data[lo*size:hi*size])
		if err := p.program.RunAll(); err != nil {
			return nil, nil, fmt.Errorf("probe: %w", err)
		}
		copy(features.Data[lo*Features:hi*Features], p.program.Output(p.features))
		for j, b := range p.blocks {
			out := p.program.Output(p.out[j])
			for i := range hi - lo {
				b.read(out[i*b.width:(i+1)*b.width], func(k int, v float64) { values[k] = append(values[k], v) })
			}
		}
	}
	return values, features, nil
}
