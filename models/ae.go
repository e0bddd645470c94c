package models

import (
	"latentspace/latent"
	"latentspace/nn"
)

// AE is the autoencoder: an encoder f to codes and a decoder g back, trained to
// reproduce the examples,
//
//	z = f(x),   L = Σ (x − g(z))²          squared_error, per example
//	            L = BernoulliNLL(g(z), x)  cross_entropy, in nats; g gives logits
//
// An autoencoder has no prior. While it trains, it keeps the mean and the second
// moments of its codes as state, "code.mean" and "code.second", each moved a
// hundredth of the way to the batch's at every step, and it is drawn from through
// the Gaussian with these moments, corrected for their start: see [nn.Moving].
//
// Parameters are in the scopes "encoder" and "decoder".
//
// Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural
// Networks, Science 2006.
type AE struct {
	Latent  int     `yaml:"latent"`  // dimension of the code
	Encoder Network `yaml:"encoder"` //
	Decoder Network `yaml:"decoder"` // the mirror of the encoder if absent
	Loss    string  `yaml:"loss"`    // squared_error or cross_entropy
}

const codeRate = 0.01

var aeLosses = map[string]bool{"squared_error": true, "cross_entropy": true}

// Check reports the fields that are out of range.
func (m AE) Check(report func(key, format string, args ...any)) {
	checkLatent(report, m.Latent)
	oneOf(report, "loss", m.Loss, aeLosses)
}

// UnitInterval names the key whose value wants data in [0, 1], and what to use
// where the data is not.
func (m AE) UnitInterval() (key, instead string) {
	if m.Loss == "cross_entropy" {
		return "model.loss: cross_entropy", "loss: squared_error"
	}
	return "", ""
}

// Phases implements [Model].
func (m AE) Phases() []Phase { return []Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m AE) loss(g *nn.Graph, b Batch) Loss {
	z := m.Encode(g, b.X)
	m.observe(g.In("code"), z)
	out := m.decoder(g, z, tail(b.X.Shape()))

	g.In("loss")
	if m.Loss == "squared_error" {
		e := nn.SquaredError(b.X, out).Mean()
		return Loss{Total: e, Terms: []Term{{"squared_error", e}}}
	}
	ce := nn.BernoulliNLL(out, b.X).Mean()
	e := nn.SquaredError(b.X, out.Sigmoid()).Mean()
	return Loss{Total: ce, Terms: []Term{{"cross_entropy", ce}, {"squared_error", e}}}
}

// observe moves the moments of the codes towards the batch's.
func (m AE) observe(g *nn.Graph, z nn.Node) {
	mean := g.Moving("mean", nn.Moving{Rate: codeRate}, m.Latent)
	second := g.Moving("second", nn.Moving{Rate: codeRate}, m.Latent, m.Latent)
	if !g.Training || len(z.Shape()) != 2 {
		return
	}
	n := float64(z.Shape()[0])
	move := func(old, now nn.Node) nn.Node { return old.Scale(1 - codeRate).Add(now.Scale(codeRate / n)) }
	g.SetState("mean", move(mean, z.SumRows()))
	g.SetState("second", move(second, z.TMatMul(z)))
}

// decoder returns the reconstruction, or its logits.
func (m AE) decoder(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	return orMirror(m.Decoder, m.Encoder).Decode(g.In("decoder"), z, shape)
}

// Encode implements [Encoder].
func (m AE) Encode(g *nn.Graph, x nn.Node) nn.Node {
	return m.Encoder.Encode(g.In("encoder"), x, m.Latent)
}

// Dim implements [Prior].
func (m AE) Dim() int { return m.Latent }

// Prior implements [Prior]: the Gaussian with the moments of the codes.
func (m AE) Prior(p *nn.Params) (latent.Gaussian, error) {
	return fromMoments(p.Get("code.mean").Data, p.Get("code.second").Data)
}

// Decode implements [Decoder].
func (m AE) Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	out := m.decoder(g, z, shape)
	if m.Loss == "cross_entropy" {
		return out.Sigmoid()
	}
	return out
}
