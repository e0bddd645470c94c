package priors

import (
	"errors"
	"fmt"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/nn"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Vamp is the variational mixture of posteriors: the mixture of what the model's own encoder makes of
// examples that are learned with it, the pseudo-inputs u,
//
//	p(z) = 1/K Σₖ q(z|uₖ),   q(z|u) = N(μ(u), σ²(u))
//
//	u = σ(Speed·a)   a "logits" (components, …)   where values are in [0, 1]
//	u = Speed·a      a "pseudo" (components, …)   elsewhere
//
// The KL is estimated by the draw, ln q(z|x) − ln p(z). A pseudo-input has the shape of an example as
// the networks read it. Those in [0, 1] begin as σ of draws from N(−2, 1), so that pictures begin dark,
// others as draws from N(0, 1). An optimizer that moves a weight by its learning rate, such as Adam, moves
// Speed·a as many times farther: pseudo-inputs have a longer way to go than weights. A step encodes all of
// them besides its batch.
//
// Tomczak and Welling, VAE with a VampPrior, AISTATS 2018, equation 9.
type Vamp struct {
	Components int     `yaml:"components"` // number of pseudo-inputs, 1 to 10000
	Speed      float64 `yaml:"speed"`      // of the pseudo-inputs beside the weights, from 0.001 to 1000
}

var defaultVamp = Vamp{Components: 500, Speed: 50}

var _ Encoded = Vamp{}

// Check reports the fields that are out of range.
func (m Vamp) Check(report func(key, format string, args ...any)) {
	checkComponents(report, m.Components)
	if !(m.Speed >= 0.001 && m.Speed <= 1000) {
		report("speed", "%v, want it from 0.001 to 1000", m.Speed)
	}
}

const needsEncoder = "a vamp prior is made of codes of the model's encoder, and this kind of model hands it none: want prior: mixture"

// KL implements [Prior]: an error, as the prior has no encoder yet.
func (Vamp) KL(g *nn.Graph, _, _, _ nn.Node) nn.Node { return g.Failf(needsEncoder) }

// LogDensity implements [Prior]: an error, as the prior has no encoder yet.
func (Vamp) LogDensity(g *nn.Graph, _ nn.Node) nn.Node { return g.Failf(needsEncoder) }

// Distribution implements [Prior]: an error, as the prior has no encoder yet.
func (Vamp) Distribution(*nn.Params, string, int) (latent.Prior, error) {
	return nil, errors.New("models: " + needsEncoder)
}

// With implements [Encoded].
func (m Vamp) With(encode Encoder, shape []int, bounded bool) Prior {
	return vamp{m, encode, shape, bounded}
}

// vamp is a [Vamp] of a model.
type vamp struct {
	of      Vamp
	encode  Encoder
	shape   []int
	bounded bool
}

// Names of the pseudo-inputs.
const (
	logitsName = "logits"
	pseudoName = "pseudo"
)

// posteriors are μ and ln σ² of every pseudo-input (components, latent).
func (m vamp) posteriors(g *nn.Graph) (mean, logvar nn.Node) {
	shape := append([]int{m.of.Components}, m.shape...)
	if m.bounded {
		return m.encode(g.Outside(), g.Param(logitsName, m.begin(-2), shape...).Scale(m.of.Speed).Sigmoid())
	}
	return m.encode(g.Outside(), g.Param(pseudoName, m.begin(0), shape...).Scale(m.of.Speed))
}

// begin draws from N(mean, 1)/Speed.
func (m vamp) begin(mean float32) nn.Init {
	return func(w *tensor.Tensor, key kernel.Key) {
		nn.Normal(1)(w, key)
		for i, v := range w.Data {
			w.Data[i] = (v + mean) / float32(m.of.Speed)
		}
	}
}

// KL implements [Prior].
func (m vamp) KL(g *nn.Graph, mu, logvar, z nn.Node) nn.Node {
	return nn.GaussianNLL(mu, logvar, z).Add(m.LogDensity(g, z)).Neg()
}

// LogDensity implements [Prior].
func (m vamp) LogDensity(g *nn.Graph, z nn.Node) nn.Node {
	if shape := z.Shape(); len(shape) != 2 {
		return g.Failf("vamp prior: codes of shape %v, want (batch, latent)", shape)
	}
	mean, logvar := m.posteriors(g)
	equal := g.Scalar(-elementary.Log(float64(m.of.Components))).Broadcast(m.of.Components)
	return weighed(z, mean, logvar, equal).LogSumExp()
}

// Distribution implements [Prior].
func (m vamp) Distribution(p *nn.Params, scope string, dim int) (latent.Prior, error) {
	m.bounded = true
	pseudo := p.Get(scope + "." + logitsName)
	if pseudo == nil {
		m.bounded = false
		pseudo = p.Get(scope + "." + pseudoName)
	}
	m.shape = pseudo.Shape[1:]
	g := nn.NewGraph(p, nn.Options{Name: "prior"})
	mean, logvar := m.posteriors(g.In(scope))
	program, err := nn.Compile(g, mean, logvar)
	if err == nil {
		err = program.RunAll()
	}
	if err != nil {
		return nil, fmt.Errorf("models: vamp prior: %w", err)
	}
	weights := make([]float32, m.of.Components)
	for k := range weights {
		weights[k] = float32(1 / float64(m.of.Components))
	}
	return diagonal(weights, program.Output(mean), program.Output(logvar), dim), nil
}
