// Package probe has small networks that read properties off examples: the class of a
// picture, how slanted it is. They measure what a model makes.
package probe

import (
	"context"
	"fmt"
	"math"

	"latentspace/export"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/kernel"
	"latentspace/nn/optim"
	"latentspace/nn/tensor"
)

// Network reads properties off examples: it is trained on examples whose properties are
// known to minimise
//
//	Σ (y − W·h(x))² / (n·targets)
//
// over columns y of the properties, numbers or indicators of classes, and features h(x)
// of [Features] values that a network makes of an example. It is convolutional for
// pictures of at least 8×8 and has two layers else. Training is [Epochs] passes of Adam
// with a rate that falls to zero along a cosine.
type Network struct {
	shape   []int // of an example
	targets int
	params  *nn.Params
	body    models.Network

	program  *nn.Program // reads batch examples
	features nn.Node
	out      nn.Node
}

// Features is how many features of an example a network reads its properties off.
const Features = 64

// Epochs is how often training sees each example.
const Epochs = 6

const (
	batch = 64
	rate  = 2e-3
)

// New returns an untrained network for examples of a shape, whose first weights are a
// function of the seed.
func New(shape []int, targets int, seed uint64) *Network {
	p := &Network{shape: shape, targets: targets, params: nn.NewParams(seed)}
	p.body = models.MLP{Hidden: []int{128}, Activation: "relu", Norm: "none", Init: "he"}
	if export.IsPicture(shape) && min(shape[0], shape[1]) >= 8 {
		p.body = models.Conv{Channels: []int{16, 32}, Activation: "relu", Norm: "none", Init: "he", Down: "stride", Up: "transposed"}
	}
	return p
}

// build returns the features and the outputs for examples x.
func (p *Network) build(g *nn.Graph, x nn.Node) (features, out nn.Node) {
	h := p.body.Encode(g.In("body"), x, Features).ReLU()
	return h, nn.Linear{Out: p.targets}.Forward(g.In("head"), h)
}

// Fit trains the network on examples x (n, shape…) with columns y (n, targets).
func (p *Network) Fit(ctx context.Context, x, y *tensor.Tensor) error {
	n, size := x.Shape[0], tensor.Size(p.shape)
	batch := min(batch, n)
	g := nn.NewGraph(p.params, nn.Options{Name: "probe", Training: true})
	in, want := g.Input("x", append([]int{batch}, p.shape...)...), g.Input("y", batch, p.targets)
	_, out := p.build(g, in)
	loss := nn.SquaredError(out, want).Mean().Scale(1 / float64(p.targets))
	program, err := nn.CompileStep(g, loss, "", loss)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	trained := map[string]*tensor.Tensor{}
	for _, d := range program.Grads() {
		trained[d.Name] = d.Param
	}
	rule := optim.New(optim.Adam{LR: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, trained)
	steps := Epochs * (n / batch)
	order := make([]int, n)
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := step % (n / batch) * batch
		if at == 0 {
			kernel.Permute(order, kernel.Seed(uint64(step), "probe"))
		}
		for i, k := range order[at : at+batch] {
			copy(program.Input("x")[i*size:], x.Data[k*size:(k+1)*size])
			copy(program.Input("y")[i*p.targets:], y.Data[k*p.targets:(k+1)*p.targets])
		}
		if err := program.RunAll(); err != nil {
			return fmt.Errorf("probe: %w", err)
		}
		rule.Step((1 + math.Cos(math.Pi*float64(step)/float64(steps))) / 2)
		for _, d := range program.Grads() {
			rule.Update(d.Name, d.Param, d.Value)
		}
		program.Commit()
	}
	return p.compile()
}

// compile makes the program that reads.
func (p *Network) compile() error {
	g := nn.NewGraph(p.params, nn.Options{Name: "probe"})
	p.features, p.out = p.build(g, g.Input("x", append([]int{batch}, p.shape...)...))
	var err error
	if p.program, err = nn.Compile(g, p.features, p.out); err != nil {
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

// Read returns the columns (n, targets) of examples x (n, shape…), and their features
// (n, [Features]).
func (p *Network) Read(ctx context.Context, x *tensor.Tensor) (y, features *tensor.Tensor, err error) {
	n, size := x.Shape[0], tensor.Size(p.shape)
	y, features = tensor.New(n, p.targets), tensor.New(n, Features)
	for lo := 0; lo < n; lo += batch {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		hi := min(lo+batch, n)
		copy(p.program.Input("x"), x.Data[lo*size:hi*size])
		if err := p.program.RunAll(); err != nil {
			return nil, nil, fmt.Errorf("probe: %w", err)
		}
		copy(y.Data[lo*p.targets:hi*p.targets], p.program.Output(p.out))
		copy(features.Data[lo*Features:hi*Features], p.program.Output(p.features))
	}
	return y, features, nil
}
