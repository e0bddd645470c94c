package variational

import (
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
)

// DIPVAE is the DIP-VAE II, a VAE that pulls the covariance of the aggregate posterior q(z) to that of
// its prior, the identity:
//
//	L = −ELBO + OffDiagonal·Σᵢ≠ⱼ Cᵢⱼ² + Diagonal·Σᵢ (Cᵢᵢ − 1)²
//
//	C = Cov[z] = E[diag σ²(x)] + Cov[μ(x)],   over the batch, divided by its size
//
// for z ~ q(z|x) = N(μ, σ²) and p(z) = N(0, I).
//
// Kumar, Sattigeri and Balakrishnan, Variational Inference of Disentangled Latent Concepts from
// Unlabeled Observations, ICLR 2018, equation 7.
type DIPVAE struct {
	parts.Coder `yaml:",inline"`
	OffDiagonal float64 `yaml:"off_diagonal"` // weight of what dimensions have in common, at least 0
	Diagonal    float64 `yaml:"diagonal"`     // weight of how far variances are from 1, at least 0
}

var (
	_ models.Encoder = DIPVAE{}
	_ models.Decoder = DIPVAE{}
	_ models.Prior   = DIPVAE{}
	_ models.Likely  = DIPVAE{}
	_ models.Ranged  = DIPVAE{}
)

// DefaultDIPVAE has the defaults of the kind.
var DefaultDIPVAE = DIPVAE{Coder: parts.DefaultCoder, OffDiagonal: 10, Diagonal: 10}

// Check reports the fields that are out of range.
func (m DIPVAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckWeight(report, "off_diagonal", m.OffDiagonal)
	parts.CheckWeight(report, "diagonal", m.Diagonal)
}

// Phases implements [models.Model].
func (m DIPVAE) Phases() []models.Phase {
	return []models.Phase{{Name: "elbo", Least: 2, Loss: m.loss}}
}

func (m DIPVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")
	rec, kl := m.Decode(g, z, b).NLL(b.X).Mean(), nn.GaussianKL(q.Mean, q.LogVar).Mean()
	off, diagonal := unlikeIdentity(q)
	return models.Loss{
		Total: rec.Add(kl).Add(off.Scale(m.OffDiagonal)).Add(diagonal.Scale(m.Diagonal)),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)},
			{Name: "off_diagonal", Value: off}, {Name: "diagonal", Value: diagonal},
		},
	}
}

// unlikeIdentity returns Σᵢ≠ⱼ Cᵢⱼ² and Σᵢ (Cᵢᵢ − 1)² of the covariance C of draws of q over the
// batch.
func unlikeIdentity(q models.Code) (off, diagonal nn.Node) {
	if len(q.Mean.Shape()) != 2 {
		return q.Mean, q.Mean // of an encoder that failed
	}
	centred := q.Mean.AddRow(q.Mean.MeanAxis(0).Neg())
	of := centred.Scale(1 / float64(q.Mean.Shape()[0]))
	covariance := centred.TMatMul(of) // of the means
	own := centred.Mul(of).SumRows()  // its diagonal
	off = covariance.Square().Sum().Sub(own.Square().Sum())
	variance := own.Add(q.LogVar.ExpBounded(maxLogPrecision).MeanAxis(0))
	return off, variance.AddScalar(-1).Square().Sum()
}
