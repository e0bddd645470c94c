package priors

import (
	"fmt"
	"slices"
	"sync"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/nn"
	"latentspace/tensor"
)

// Graph is a [latent.Prior] whose draws are computed by graphs over the parameters of a model,
// with noise of the graphs:
//
//	s₀ = Begin   sₖ₊₁ = Step(sₖ, k)   z = End(s_Steps)
//
// Draws are computed in blocks of 64, with noise of the seed and of the number of the block, so
// that a draw depends on the seed and its index alone. In the graphs an example must not depend on
// the others. It reads the parameters as they are when it draws, which have to exist, and is safe
// for concurrent use. It must not be copied.
type Graph struct {
	Size   int // of a code
	Steps  int // how often Step is taken; may be 0
	Params *nn.Params

	Begin func(g *nn.Graph, n int) nn.Node            // the state of n draws (n, …)
	Step  func(g *nn.Graph, state, k nn.Node) nn.Node // the next state, for a scalar k; may be nil without steps
	End   func(g *nn.Graph, state nn.Node) nn.Node    // codes (n, Size); nil where the state is the codes

	mu               sync.Mutex
	begin, step, end *drawing
}

var _ latent.Prior = (*Graph)(nil)

const graphRows = 64 // of a block

// drawing is a compiled graph.
type drawing struct {
	program *nn.Program
	result  nn.Node
}

// Dim implements [latent.Prior].
func (p *Graph) Dim() int { return p.Size }

// Draw implements [latent.Prior].
func (p *Graph) Draw(seed uint64, first int, z *tensor.Tensor) error {
	if len(z.Shape) != 2 || z.Shape[1] != p.Size || len(z.Data) != z.Shape[0]*p.Size || first < 0 {
		return fmt.Errorf("models: prior: draws from %d on of shape %v with %d values, want (n, %d) from 0 on", first, z.Shape, len(z.Data), p.Size)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.compile(); err != nil {
		return fmt.Errorf("models: prior: %w", err)
	}
	key := kernel.Seed(seed, "parts.GraphPrior")
	for at, last := first, first+z.Shape[0]; at < last; {
		block := at / graphRows
		end := min((block+1)*graphRows, last)
		codes, err := p.block(key.Mix(uint64(block)))
		if err != nil {
			return fmt.Errorf("models: prior: draws %d to %d: %w", at, end-1, err)
		}
		copy(z.Data[(at-first)*p.Size:], codes[(at-block*graphRows)*p.Size:(end-block*graphRows)*p.Size])
		at = end
	}
	return nil
}

// block computes the codes of a block, which the next one overwrites.
func (p *Graph) block(key kernel.Key) ([]float32, error) {
	state, err := p.begin.run(key.Mix(0), nil, 0)
	for k := 0; k < p.Steps && err == nil; k++ {
		state, err = p.step.run(key.Mix(uint64(k)+1), state, k)
	}
	if p.end != nil && err == nil {
		state, err = p.end.run(key, state, 0)
	}
	return state, err
}

// run computes a graph for a state and a step.
func (d *drawing) run(key kernel.Key, state []float32, k int) ([]float32, error) {
	copy(d.program.Input("state"), state)
	if in := d.program.Input("k"); in != nil {
		in[0] = float32(k)
	}
	d.program.Draw(key[0])
	err := d.program.RunAll()
	return d.program.Output(d.result), err
}

// compile makes the programs where there are none yet.
func (p *Graph) compile() (err error) {
	if p.begin != nil {
		return nil
	}
	var begin, step, end *drawing
	begin, err = p.drawing("begin", func(g *nn.Graph) nn.Node { return p.Begin(g, graphRows) })
	if err != nil {
		return err
	}
	shape := begin.result.Shape()
	if p.Steps > 0 {
		step, err = p.drawing("step", func(g *nn.Graph) nn.Node { return p.Step(g, g.Input("state", shape...), g.Input("k")) })
		if err == nil && !slices.Equal(step.result.Shape(), shape) {
			err = fmt.Errorf("a step makes a state of shape %v, want %v", step.result.Shape(), shape)
		}
	}
	if p.End != nil && err == nil {
		end, err = p.drawing("end", func(g *nn.Graph) nn.Node { return p.End(g, g.Input("state", shape...)) })
		if err == nil {
			shape = end.result.Shape()
		}
	}
	if want := []int{graphRows, p.Size}; err == nil && !slices.Equal(shape, want) {
		err = fmt.Errorf("codes of shape %v, want %v", shape, want)
	}
	if err == nil {
		p.begin, p.step, p.end = begin, step, end
	}
	return err
}

func (p *Graph) drawing(name string, build func(g *nn.Graph) nn.Node) (*drawing, error) {
	g := nn.NewGraph(p.Params, nn.Options{Name: "prior." + name})
	result := build(g)
	program, err := nn.Compile(g, result)
	return &drawing{program, result}, err
}
