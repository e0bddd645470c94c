package explore

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

// probe reads attributes off examples, so that those of a decoded example can be
// told: a network trained on examples whose attributes are known to minimise
//
//	Σ (y − f(x))² / (n·targets)
//
// over columns y of the attributes. It is convolutional for pictures of at least 8×8
// and has two layers else. Training is [probeEpochs] passes of Adam with a rate that falls to
// zero along a cosine.
type probe struct {
	shape   []int // of an example
	targets int
	params  *nn.Params
	network models.Network
	program *nn.Program // reads probeBatch examples
	out     nn.Node
}

const (
	probeBatch  = 64
	probeEpochs = 6
	probeRate   = 2e-3
)

// newProbe returns an untrained probe.
func newProbe(shape []int, targets int, seed uint64) *probe {
	p := &probe{shape: shape, targets: targets, params: nn.NewParams(seed)}
	p.network = models.MLP{Hidden: []int{128, 128}, Activation: "relu", Norm: "none", Init: "he"}
	if export.IsPicture(shape) && min(shape[0], shape[1]) >= 8 {
		p.network = models.Conv{Channels: []int{16, 32}, Hidden: []int{64}, Activation: "relu", Norm: "none", Init: "he", Down: "stride", Up: "transposed"}
	}
	return p
}

// fit trains the probe on examples x (n, shape…) with columns y (n, targets).
func (p *probe) fit(ctx context.Context, x, y *tensor.Tensor) error {
	n, size := x.Shape[0], tensor.Size(p.shape)
	batch := min(probeBatch, n)
	g := nn.NewGraph(p.params, nn.Options{Name: "probe", Training: true})
	in, want := g.Input("x", append([]int{batch}, p.shape...)...), g.Input("y", batch, p.targets)
	loss := nn.SquaredError(p.network.Encode(g, in, p.targets), want).Mean().Scale(1 / float64(p.targets))
	program, err := nn.CompileStep(g, loss, "", loss)
	if err != nil {
		return fmt.Errorf("explore: probe: %w", err)
	}
	trained := map[string]*tensor.Tensor{}
	for _, d := range program.Grads() {
		trained[d.Name] = d.Param
	}
	rule := optim.New(optim.Adam{LR: probeRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, trained)
	steps := probeEpochs * (n / batch)
	order := make([]int, n)
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := step % (n / batch) * batch
		if at == 0 {
			shuffle(order, kernel.Seed(uint64(step), "explore.probe"))
		}
		for i, k := range order[at : at+batch] {
			copy(program.Input("x")[i*size:], x.Data[k*size:(k+1)*size])
			copy(program.Input("y")[i*p.targets:], y.Data[k*p.targets:(k+1)*p.targets])
		}
		if err := program.RunAll(); err != nil {
			return fmt.Errorf("explore: probe: %w", err)
		}
		rule.Step((1 + math.Cos(math.Pi*float64(step)/float64(steps))) / 2)
		for _, d := range program.Grads() {
			rule.Update(d.Name, d.Param, d.Value)
		}
		program.Commit()
	}
	g = nn.NewGraph(p.params, nn.Options{Name: "probe"})
	p.out = p.network.Encode(g, g.Input("x", append([]int{probeBatch}, p.shape...)...), p.targets)
	if p.program, err = nn.Compile(g, p.out); err != nil {
		return fmt.Errorf("explore: probe: %w", err)
	}
	return nil
}

// shuffle fills order with a permutation of its indices that is a function of the key.
func shuffle(order []int, key kernel.Key) {
	u := make([]float32, len(order))
	kernel.Uniform(u, key)
	for i := range order {
		j := min(int(float64(u[i])*float64(i+1)), i)
		order[i] = order[j]
		order[j] = i
	}
}

// read returns the columns (n, targets) of examples x (n, shape…).
func (p *probe) read(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	n, size := x.Shape[0], tensor.Size(p.shape)
	y := tensor.New(n, p.targets)
	for lo := 0; lo < n; lo += probeBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(lo+probeBatch, n)
		copy(p.program.Input("x"), x.Data[lo*size:hi*size])
		if err := p.program.RunAll(); err != nil {
			return nil, fmt.Errorf("explore: probe: %w", err)
		}
		copy(y.Data[lo*p.targets:hi*p.targets], p.program.Output(p.out))
	}
	return y, nil
}
