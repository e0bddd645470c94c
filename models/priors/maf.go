package priors

import (
	"fmt"
	"sync"

	"latentspace/latent"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/tensor"
)

// MAF is a masked autoregressive flow that is learned with the model: what its maps make of a code is a
// draw from N(0, I),
//
//	u = (z − m)·e^−a,   (m, r) = MADE(z),   a = 3·tanh(r/3)
//	ln p(z) = ln N(u_T; 0, I) − Σₜ Σᵢ aₜᵢ
//
// where m and a of a value depend on the values before it alone: see [networks.MADE]. Before each map but the
// first the values are put into the reverse order. The density of all values is known at once, and a
// draw is made value by value. In the paper a is not bounded, and normalisation by the batch lies
// between the maps.
//
// The KL is estimated by the draw, ln q(z|x) − ln p(z). At first the prior is N(0, I) but for a few
// hundredths.
//
// Papamakarios, Pavlakou and Murray, Masked Autoregressive Flow for Density Estimation, NIPS 2017,
// equations 4 and 5.
type MAF struct {
	Flows  int   `yaml:"flows"`  // maps, 1 to 100
	Hidden []int `yaml:"hidden"` // widths of the hidden layers of each map
}

// Check reports the fields that are out of range.
func (m MAF) Check(report func(key, format string, args ...any)) {
	if m.Flows < 1 || m.Flows > 100 {
		report("flows", "%d, want it from 1 to 100", m.Flows)
	}
	CheckHidden(report, "hidden", m.Hidden)
}

// CheckHidden reports widths of the hidden layers of an autoregressive map that cannot be meant.
func CheckHidden(report func(key, format string, args ...any), key string, widths []int) {
	for i, n := range widths {
		if n < 1 || n > 1<<14 {
			report(key, "element %d is %d, want it from 1 to %d", i, n, 1<<14)
		}
	}
	if len(widths) > 100 {
		report(key, "%d layers, want at most 100", len(widths))
	}
}

// Reversed is z (batch, n) with its values in the reverse order.
func Reversed(g *nn.Graph, z nn.Node) nn.Node {
	shape := z.Shape()
	if len(shape) != 2 {
		return g.Failf("codes of shape %v, want (batch, latent)", shape)
	}
	order := make([]float32, shape[1])
	for i := range order {
		order[i] = float32(len(order) - 1 - i)
	}
	return z.T().Gather(g.Constant(order, len(order))).T()
}

// parameters are m and a of map t for codes z (batch, latent).
func (m MAF) parameters(g *nn.Graph, t int, z nn.Node) (mean, log nn.Node) {
	d := z.Shape()[1]
	y := networks.MADE{Outputs: 2, Hidden: m.Hidden, Activation: "tanh"}.Forward(g.In(fmt.Sprintf("flow%d", t+1)), z, nn.Node{})
	return y.Slice(1, 0, d), y.Slice(1, d, 2*d).Scale(1.0 / 3).Tanh().Scale(3)
}

// KL implements [Prior].
func (m MAF) KL(g *nn.Graph, mu, logvar, z nn.Node) nn.Node {
	return nn.GaussianNLL(mu, logvar, z).Add(m.LogDensity(g, z)).Neg()
}

// LogDensity implements [Prior].
func (m MAF) LogDensity(g *nn.Graph, z nn.Node) nn.Node {
	u, logs := m.undone(g, z)
	return nn.StandardNormalNLL(u).Add(logs).Neg()
}

// undone is what the maps make of codes z (batch, latent), and Σₜ Σᵢ aₜᵢ of it, (batch).
func (m MAF) undone(g *nn.Graph, z nn.Node) (u, logs nn.Node) {
	if shape := z.Shape(); len(shape) != 2 {
		fail := g.Failf("maf prior: codes of shape %v, want (batch, latent)", shape)
		return fail, fail
	}
	for t := range m.Flows {
		if t > 0 {
			z = Reversed(g, z)
		}
		mean, log := m.parameters(g, t, z)
		z = z.Sub(mean).Mul(log.Neg().Exp())
		if sum := log.SumCols(); t > 0 {
			logs = logs.Add(sum)
		} else {
			logs = sum
		}
	}
	return z, logs
}

// Distribution implements [Prior]. A draw takes a step for each value and map, of all maps, of which the
// one whose turn it is counts: its state are the noise u of the map and the values so far.
func (m MAF) Distribution(p *nn.Params, scope string, dim int) (latent.Prior, error) {
	steps := m.Flows * dim
	return &maf{Graph: &Graph{
		Size: dim, Steps: steps, Params: p,
		Begin: func(g *nn.Graph, n int) nn.Node {
			noise := g.Noise("z", n, dim)
			return nn.Concat(1, noise, noise.Like(0))
		},
		Step: func(g *nn.Graph, state, k nn.Node) nn.Node {
			g = g.In(scope)
			noise, values := state.Slice(1, 0, dim), state.Slice(1, dim, 2*dim)
			turn := k.Reshape(1).OneHot(steps)
			last := g.Scalar(0)
			made := values
			for t := range m.Flows {
				at := (m.Flows - 1 - t) * dim // the last map is undone first
				now := turn.Slice(1, at, at+dim).Reshape(dim)
				mean, log := m.parameters(g, t, values)
				made = made.Add(noise.Mul(log.Exp()).Add(mean).Sub(values).MulRow(now))
				last = last.Add(now.Slice(0, dim-1, dim).Sum())
			}
			other := last.Neg().AddScalar(1)
			return nn.Concat(1,
				noise.ScaleBy(other).Add(Reversed(g, made).ScaleBy(last)),
				made.ScaleBy(other))
		},
		End: func(g *nn.Graph, state nn.Node) nn.Node { return Reversed(g, state.Slice(1, 0, dim)) },
	}, density: func(g *nn.Graph, z nn.Node) nn.Node { return m.LogDensity(g.In(scope), z) }}, nil
}

// maf is the distribution of a [MAF].
type maf struct {
	*Graph
	density func(g *nn.Graph, z nn.Node) nn.Node

	mu      sync.Mutex
	program *nn.Program
	logp    nn.Node
}

var _ latent.Density = (*maf)(nil)

// LogDensity implements [latent.Density], block by block.
func (m *maf) LogDensity(z *tensor.Tensor, dst []float64) error {
	if len(z.Shape) != 2 || z.Shape[1] != m.Size || len(z.Data) != z.Shape[0]*m.Size || len(dst) != z.Shape[0] {
		return fmt.Errorf("models: maf prior: density of codes of shape %v, want (%d, %d)", z.Shape, len(dst), m.Size)
	}
	for i, v := range z.Data {
		if v-v != 0 {
			return fmt.Errorf("models: maf prior: value %d of code %d is %v, want a finite number", i%m.Size, i/m.Size, v)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.program == nil {
		g := nn.NewGraph(m.Params, nn.Options{Name: "prior.density"})
		m.logp = m.density(g, g.Input("z", graphRows, m.Size))
		program, err := nn.Compile(g, m.logp)
		if err != nil {
			return fmt.Errorf("models: maf prior: %w", err)
		}
		m.program = program
	}
	in := m.program.Input("z")
	for at := 0; at < len(dst); at += graphRows {
		clear(in)
		copy(in, z.Data[at*m.Size:])
		if err := m.program.RunAll(); err != nil {
			return fmt.Errorf("models: maf prior: %w", err)
		}
		for i, v := range m.program.Output(m.logp)[:min(graphRows, len(dst)-at)] {
			dst[at+i] = float64(v)
		}
	}
	return nil
}
