package parts

import (
	"latentspace/latent"
	"latentspace/models/priors"
	"latentspace/nn"
)

// Flow is a flow from noise x₀ ~ N(0, I) at the time 0 to codes x₁ at the time 1, by a network v of
// velocities that learns from straight paths between them:
//
//	dx/dt = v(x, t, c)
//	L = E|v(xₜ, t, c) − (x₁ − x₀)|²,   xₜ = (1 − t)·x₀ + t·x₁,   t ~ Uniform(0, 1)
//
// It is followed by Heun's method, in Steps equal steps h with two velocities each:
//
//	k₁ = v(x, t)   k₂ = v(x + h·k₁, t + h)   x ← x + h/2·(k₁ + k₂)
//
// Lipman, Chen, Ben-Hamu, Nickel and Le, Flow Matching for Generative Modeling, ICLR 2023, equation
// 23 with σ_min = 0; Liu, Gong and Liu, Flow Straight and Fast, ICLR 2023, equation 1.
type Flow struct {
	Width  int `yaml:"width"`  // units of the network of velocities, or channels for maps of codes
	Blocks int `yaml:"blocks"` // residual blocks of it, 1 to 64
	Steps  int `yaml:"steps"`  // of Heun's method, 1 to 1000
}

// DefaultFlow has the defaults.
var DefaultFlow = Flow{Width: 256, Blocks: 3, Steps: 20}

// Check reports the fields that are out of range.
func (f Flow) Check(report func(key, format string, args ...any)) {
	CheckBetween(report, "width", f.Width, 4, 1<<14)
	CheckBetween(report, "blocks", f.Blocks, 1, 64)
	CheckBetween(report, "steps", f.Steps, 1, 1000)
}

// Velocity returns v (n, …, d) at places x, times t (n) and conditions c (n, m), which may be the
// zero Node. Parameters are in the graph's scope.
func (f Flow) Velocity(g *nn.Graph, x, t, c nn.Node) nn.Node {
	return velocity{f.Width, f.Blocks}.at(g, x, t, c)
}

// Loss returns L, with the square summed over the values of a code, for codes x₁ (n, …, d).
func (f Flow) Loss(g *nn.Graph, x1, c nn.Node) nn.Node {
	shape := x1.Shape()
	x0, t := g.Noise("noise", shape...), g.Uniform("time", shape[0])
	path := x1.Sub(x0)
	return nn.SquaredError(f.Velocity(g, x0.Add(path.MulCol(t)), t, c), path).Mean()
}

// Field is a field of velocities at places x and times t (n).
type Field func(x, t nn.Node) nn.Node

// Follow returns where the flow takes noise x (n, …, d) by the time 1.
func (f Flow) Follow(g *nn.Graph, v Field, x nn.Node) nn.Node {
	h := 1 / float64(f.Steps)
	for k := range f.Steps {
		x = heun(v, x, g.Scalar(float64(k)*h), h)
	}
	return x
}

// Return returns what noise the flow took to codes x (n, …, d).
func (f Flow) Return(g *nn.Graph, v Field, x nn.Node) nn.Node {
	h := 1 / float64(f.Steps)
	for k := f.Steps; k > 0; k-- {
		x = heun(v, x, g.Scalar(float64(k)*h), -h)
	}
	return x
}

// heun is a step of Heun's method from a time t, a scalar.
func heun(v Field, x, t nn.Node, h float64) nn.Node {
	n := x.Shape()[0]
	first := v(x, t.Broadcast(n))
	second := v(x.Add(first.Scale(h)), t.AddScalar(h).Broadcast(n))
	return x.Add(first.Add(second).Scale(h / 2))
}

// Prior is the distribution of vectors of a size that noise is taken to, without conditions, in
// the units of [InUnits]. Parameters are those of a scope.
func (f Flow) Prior(p *nn.Params, scope string, size int) latent.Prior {
	return &priors.Graph{Size: size, Steps: f.Steps, Params: p,
		Begin: func(g *nn.Graph, n int) nn.Node { return g.Noise("noise", n, size) },
		Step: func(g *nn.Graph, x, k nn.Node) nn.Node {
			in := g.In(scope)
			v := func(x, t nn.Node) nn.Node { return f.Velocity(in, x, t, nn.Node{}) }
			return heun(v, x, k.Scale(1/float64(f.Steps)), 1/float64(f.Steps))
		},
		End: func(g *nn.Graph, x nn.Node) nn.Node { return FromUnits(g.In(scope), x) },
	}
}

// InUnits returns codes z (n, …, d) with the mean 0 and the variance 1 of each of the d values:
//
//	u = (z − mean)/deviation
//
//	mean "mean" (d)   deviation "deviation" (d)   whether they are known "known" ()
//
// They are those of the first batch in training, and the state of the graph's scope from then on.
// Before it u = z.
//
// Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, CVPR 2022, appendix G.
func InUnits(g *nn.Graph, z nn.Node) nn.Node {
	mean, deviation := units(g, z)
	known := g.State("known", nn.Zeros)
	if g.Training {
		first := known.Scale(-1).AddScalar(1).Broadcast(mean.Shape()...)
		now, variance := z.Moments()
		mean = mean.Add(now.Sub(mean).Mul(first))
		deviation = deviation.Add(variance.AddScalar(1e-8).Sqrt().Sub(deviation).Mul(first))
		g.SetState("mean", mean)
		g.SetState("deviation", deviation)
		g.SetState("known", known.Like(1))
	}
	return z.Normalise(mean, deviation.Reciprocal(), mean.Like(0))
}

// UnitsLeast is the fewest codes of a first batch that have a deviation: that of one alone is zero, and
// codes in its units are without bounds.
const UnitsLeast = 2

// FromUnits returns the codes z (n, …, d) that [InUnits] gives u.
func FromUnits(g *nn.Graph, u nn.Node) nn.Node {
	mean, deviation := units(g, u)
	return u.Normalise(mean.Like(0), deviation, mean)
}

func units(g *nn.Graph, z nn.Node) (mean, deviation nn.Node) {
	d := 1 // of a network that failed
	if shape := z.Shape(); len(shape) > 0 {
		d = max(1, shape[len(shape)-1])
	}
	return g.State("mean", nn.Zeros, d), g.State("deviation", nn.Ones, d)
}
