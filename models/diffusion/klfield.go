package diffusion

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/models/priors"
	"latentspace/nn"
)

// KLField is the autoencoder that latent diffusion is trained on: its codes are maps, the KL term is
// small, and reconstructions are made sharp by a critic. See [Field] for its losses.
//
// The mean and the mean square of each value of codes follow those of batches, as the state "mean" and
// "second" of the scope "autoencoder.code": the scale of the codes, which a KL term so small leaves
// open. Codes are drawn as independent normal values of these moments; such draws have the scale of
// codes and not their structure, which a [LatentDiffusion] learns. Unlike in the paper there is no
// perceptual loss, which needs a network trained on other pictures.
//
// Rombach, Blattmann, Lorenz, Esser and Ommer, High-Resolution Image Synthesis with Latent Diffusion
// Models, CVPR 2022, section 3.1 and appendix G.
type KLField struct {
	Field `yaml:",inline"`
}

var (
	_ models.Encoder = KLField{}
	_ models.Decoder = KLField{}
	_ models.Prior   = KLField{}
	_ models.Judged  = KLField{}
)

// DefaultKLField has the defaults of the kind.
var DefaultKLField = KLField{Field: DefaultField}

// Phases implements [models.Model].
func (m KLField) Phases() []models.Phase { return m.phases(0) }

// Encode implements [models.Encoder]: q(z|x).
func (m KLField) Encode(g *nn.Graph, b models.Batch) models.Code { return m.encode(g, b) }

// Decode implements [models.Decoder].
func (m KLField) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, m.decode(g, z, given))
}

// Prior implements [models.Prior]: normal values with the moments of those of codes.
func (m KLField) Prior(p *nn.Params) (latent.Prior, error) {
	return observed(p, "autoencoder.code"), nil
}

// Best implements [models.Judged].
func (m KLField) Best() string { return m.Loss }

// observe moves the moments of each value of codes z (batch, d), "mean" and "second" (d) in the graph's
// scope, towards those of the batch.
func observe(g *nn.Graph, z nn.Node) {
	shape := z.Shape()
	if len(shape) != 2 {
		return // of an encoder that failed
	}
	mean, second := moments(g, shape[1])
	if !g.Training {
		return
	}
	move := func(name string, old, now nn.Node) {
		g.SetState(name, old.Scale(1-parts.CodeRate).Add(now.SumRows().Scale(parts.CodeRate/float64(shape[0]))))
	}
	move("mean", mean, z)
	move("second", second, z.Square())
}

func moments(g *nn.Graph, d int) (mean, second nn.Node) {
	return g.Moving("mean", nn.Moving{Rate: parts.CodeRate}, d), g.Moving("second", nn.Moving{Rate: parts.CodeRate, Positive: true}, d)
}

// observed is the distribution of independent normal values with the moments that [observe] kept in a
// scope.
func observed(p *nn.Params, scope string) latent.Prior {
	d := p.Get(scope + ".mean").Len()
	return &priors.Graph{Size: d, Params: p,
		Begin: func(g *nn.Graph, n int) nn.Node {
			mean, second := moments(g.In(scope), d)
			deviation := second.Sub(mean.Square()).ReLU().Sqrt()
			return g.Noise("noise", n, d).MulRow(deviation).AddRow(mean)
		},
	}
}
