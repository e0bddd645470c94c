package probe

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/nn"
	"latentspace/nn/elementary"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// How long a network is trained: nine passes over the examples, but at least 500 steps, since
// few examples make few steps of a pass, and of those at most a hundred passes, which learn a
// few examples by heart.
const (
	passes     = 9
	mostPasses = 100
	leastSteps = 500
)

// rate is that of the first step.
const rate = 3e-3

// Steps is how many steps of Adam a network takes on n examples.
func Steps(n int) int {
	pass := n / max(1, min(batch, n))
	return max(passes*pass, min(leastSteps, mostPasses*pass))
}

// Fit trains the network on examples x (n, shape…) with n values of each head: numbers,
// whose mean should be 0 and deviation 1, or indices of classes; NaN for a value that is
// missing. It minimises the mean of the heads' losses by [Steps] steps of Adam, with a rate
// that falls to zero along a cosine, in an order that is a function of the step. No
// examples, other numbers of values and values out of range are errors.
func (p *Network) Fit(ctx context.Context, x *tensor.Tensor, values [][]float64) error {
	n, size := x.Shape[0], tensor.Size(p.shape)
	if err := p.check(n, values); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	t, err := p.training(min(batch, n), x)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	weights := make([]float32, len(values))
	for k, v := range values {
		weights[k] = weight(v)
	}
	steps, order := Steps(n), make([]int, n)
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := step % (n / t.batch) * t.batch
		if at == 0 {
			kernel.Permute(order, kernel.Seed(uint64(step), "probe"))
		}
		for i, e := range order[at : at+t.batch] {
			copy(t.program.Input("x")[i*size:], x.Data[e*size:(e+1)*size])
			for _, target := range t.targets {
				target.set(i, func(k int) (float64, float32) { return values[k][e], weights[k] })
			}
		}
		if err := t.program.RunAll(); err != nil {
			return fmt.Errorf("probe: %w", err)
		}
		t.rule.Step((1 + elementary.Cos(math.Pi*float64(step)/float64(steps))) / 2)
		for _, d := range t.program.Grads() {
			t.rule.Update(d.Name, d.Param, d.Value)
		}
		t.program.Commit()
	}
	return p.compile()
}

// check reports values that are not those of n examples.
func (p *Network) check(n int, values [][]float64) error {
	if n == 0 || len(p.heads) == 0 || len(values) != len(p.heads) {
		return fmt.Errorf("%d examples with values of %d properties, want at least one with those of %d", n, len(values), len(p.heads))
	}
	for k, head := range p.heads {
		if len(values[k]) != n {
			return fmt.Errorf("%d values of property %d, want one of each of %d examples", len(values[k]), k, n)
		}
		for i, v := range values[k] {
			if err := head.check(v); err != nil {
				return fmt.Errorf("property %d of example %d is %w", k, i, err)
			}
		}
	}
	return nil
}

// training is what trains a network.
type training struct {
	program *nn.Program
	batch   int
	targets []target // of each block of heads
	rule    *optim.Optimizer
}

// training compiles the loss for batches of examples, and tells the network how examples x
// are standardised.
func (p *Network) training(batch int, x *tensor.Tensor) (*training, error) {
	g := nn.NewGraph(p.params, nn.Options{Name: "probe", Training: true})
	_, out := p.build(g, g.Input("x", append([]int{batch}, p.shape...)...))
	loss := p.blocks[0].loss(g.In(p.blocks[0].name), out[0])
	for j, b := range p.blocks[1:] {
		loss = loss.Add(b.loss(g.In(b.name), out[j+1]))
	}
	loss = loss.Scale(1 / float64(len(p.heads)))
	program, err := nn.CompileStep(g, loss, nil, loss)
	if err != nil {
		return nil, err
	}
	if p.text == nil {
		p.standardise(x)
	}
	t := &training{program: program, batch: batch}
	for _, b := range p.blocks {
		t.targets = append(t.targets, target{b, program.Input(b.name + ".y"), program.Input(b.name + ".weight")})
	}
	trained := map[string]*tensor.Tensor{}
	for _, d := range program.Grads() {
		trained[d.Name] = d.Param
	}
	t.rule = optim.New(optim.Adam{LR: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, trained)
	return t, nil
}
