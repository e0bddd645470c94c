package variational

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// SVAE is the hyperspherical VAE: codes are points of the unit sphere in Latent dimensions, with a von
// Mises–Fisher posterior and the uniform distribution p(z) as prior:
//
//	L = E[−ln p(x|z)] + Beta·KL(q(z|x) ‖ p(z)),   q(z|x) ∝ e^(κ·μᵀz),   |z| = |μ| = 1
//	KL = κ·A(κ) − ln E[e^(κ·μᵀz)] over p(z),   A(κ) = I_ν+1(κ)/I_ν(κ),   ν = Latent/2 − 1
//
// in nats per example. The encoder gives μ as a direction and κ = 1 + softplus. Nothing is drawn to a
// centre, as there is none, and the KL cannot be made small by scale: it depends on κ alone.
//
// A draw is z = cos θ·μ + sin θ·v: v is an even direction across μ, and θ the quantile of the angle's
// distribution at a uniform share. In the paper it is drawn by Wood's rejection sampling. The quantile
// takes the same noise for every κ, and its derivative is exact: see [nn.Node.VonMises].
//
// The code of an example is μ. Parameters are in the scopes "encoder", "decoder" and "loss".
//
// Davidson, Falorsi, De Cao, Kipf and Tomczak, Hyperspherical Variational Auto-Encoders, UAI 2018,
// section 3.
type SVAE struct {
	Latent     int                    `yaml:"latent"`     // dimension of z, at least 2
	Encoder    networks.Network       `yaml:"encoder"`    // network to the direction of μ and to κ
	Decoder    networks.Network       `yaml:"decoder"`    // network from z; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|z)
	Beta       float64                `yaml:"beta"`       // weight of the KL term, at least 0
}

var (
	_ models.Encoder    = SVAE{}
	_ models.Decoder    = SVAE{}
	_ models.Prior      = SVAE{}
	_ models.Weigher    = SVAE{}
	_ models.Likely     = SVAE{}
	_ models.Ranged     = SVAE{}
	_ models.KLWeighted = SVAE{}
)

// DefaultSVAE has the defaults of the kind.
var DefaultSVAE = SVAE{Latent: 10, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Beta: 1}

// Check reports the fields that are out of range.
func (m SVAE) Check(report func(key, format string, args ...any)) {
	parts.CheckBetween(report, "latent", m.Latent, 2, networks.MaxWidth)
	parts.CheckWeight(report, "beta", m.Beta)
}

// Phases implements [models.Model].
func (m SVAE) Phases() []models.Phase { return []models.Phase{{Name: "elbo", Loss: m.loss}} }

func (m SVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.posterior(g, b)
	rec := m.Decode(g, q.draw(g), b).NLL(b.X).Mean()
	kl := q.kl().Mean()
	return models.Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)},
			{Name: "kappa", Value: q.kappa.Mean()},
		},
	}
}

// vonMises is a von Mises–Fisher distribution of each example.
type vonMises struct {
	mean  nn.Node // μ (batch, latent), of length 1
	kappa nn.Node // κ (batch)
	dim   int
}

func (m SVAE) posterior(g *nn.Graph, b models.Batch) vonMises {
	h := networks.Vector(g.In("encoder"), m.Encoder, b.Seen(), m.Latent+1)
	return vonMises{
		mean:  direction(h.Slice(1, 0, m.Latent)),
		kappa: h.Slice(1, m.Latent, m.Latent+1).SumCols().Softplus().AddScalar(1),
		dim:   m.Latent,
	}
}

// direction is x (batch, n) with each row of length 1.
func direction(x nn.Node) nn.Node {
	return x.MulCol(x.Square().SumCols().AddScalar(1e-12).Sqrt().Reciprocal())
}

// draw is a draw z of each distribution, (batch, latent).
func (q vonMises) draw(g *nn.Graph) nn.Node {
	shape := q.mean.Shape()
	if len(shape) != 2 {
		return q.mean // of an encoder that failed
	}
	n := shape[0]
	angle := q.kappa.VonMises(g.Uniform("share", n), q.dim)
	eps := g.Noise("eps", shape...)
	across := direction(eps.Sub(q.mean.MulCol(eps.Mul(q.mean).SumCols())))
	column := func(i int) nn.Node { return angle.Slice(1, i, i+1).SumCols() }
	return q.mean.MulCol(column(0)).Add(across.MulCol(column(1)))
}

// kl is the divergence from the uniform distribution, (batch).
func (q vonMises) kl() nn.Node {
	return q.kappa.Mul(q.kappa.VonMisesCumulant(q.dim, 1)).Sub(q.kappa.VonMisesCumulant(q.dim, 0))
}

// logRatio is ln p(z) − ln q(z), (batch), for the uniform distribution p.
func (q vonMises) logRatio(z nn.Node) nn.Node {
	return q.kappa.VonMisesCumulant(q.dim, 0).Sub(q.kappa.Mul(q.mean.Mul(z).SumCols()))
}

// Encode implements [models.Encoder]: the mean direction of q(z|x).
func (m SVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(m.posterior(g, b).mean)
}

// Decode implements [models.Decoder]: p(x|z/|z|).
func (m SVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), direction(z), given, m.Likelihood)
}

// Prior implements [models.Prior]: the uniform distribution on the sphere.
func (m SVAE) Prior(*nn.Params) (latent.Prior, error) { return latent.Sphere(m.Latent), nil }

// Weigh implements [models.Weigher].
func (m SVAE) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	q := m.posterior(g, b)
	z := q.draw(g)
	return m.Decode(g, z, b).NLL(b.X).Neg(), q.logRatio(z)
}

// LikelihoodOf implements [models.Likely].
func (m SVAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m SVAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// KLWeight implements [models.KLWeighted].
func (m SVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }
