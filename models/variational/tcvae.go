package variational

import (
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
	"latentspace/settings"
)

// TCVAE is the β-TCVAE, a VAE whose KL is divided into the mutual information of example and code,
// the total correlation of the code's dimensions, and what is left of each dimension alone:
//
//	L = E[−ln p(x|z)] + Alpha·E[ln q(z|x) − ln q(z)] + Beta·E[ln q(z) − Σⱼ ln q(zⱼ)] + Gamma·E[Σⱼ ln q(zⱼ) − ln p(zⱼ)]
//
// for z ~ q(z|x) = N(μ, σ²), p(z) = N(0, I), and q(z) = 1/N Σₙ q(z|xₙ) over the N examples of the
// training set. With all weights 1 it is −ELBO. ln q(z) is estimated by the M examples of the batch:
//
//	weighted    ln q(zᵢ) ≈ ln Σⱼ q(zᵢ|xⱼ) − ln N·M
//	stratified  ln q(zᵢ) ≈ ln Σⱼ wᵢⱼ·q(zᵢ|xⱼ),   wᵢᵢ = 1/N, wᵢₖ = (N − M + 1)/(N·(M − 1)) for one k ≠ i, 1/(M − 1) for the others
//
// The sum of the second has the mean q(zᵢ). The first is too small, most where no other example of the
// batch has such a code, so that the total correlation that it gives is too large by up to (latent −
// 1)·ln N·M nats; its gradient does not see the constant.
//
// Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in VAEs, NeurIPS 2018, equations
// 2 and 4, appendices C.1 and C.2.
type TCVAE struct {
	parts.Coder `yaml:",inline"`
	Alpha       float64 `yaml:"alpha"`     // weight of the mutual information, at least 0
	Beta        float64 `yaml:"beta"`      // weight of the total correlation, at least 0
	Gamma       float64 `yaml:"gamma"`     // weight of the KL of each dimension, at least 0
	Estimator   string  `yaml:"estimator"` // of q(z): weighted or stratified
}

var (
	_ models.Encoder = TCVAE{}
	_ models.Decoder = TCVAE{}
	_ models.Prior   = TCVAE{}
	_ models.Likely  = TCVAE{}
	_ models.Ranged  = TCVAE{}
)

// DefaultTCVAE has the defaults of the kind.
var DefaultTCVAE = TCVAE{Coder: parts.DefaultCoder, Alpha: 1, Beta: 6, Gamma: 1, Estimator: "weighted"}

// estimators of q(z) are the logarithms of the weights wᵢⱼ of a batch of m of n examples, (m, m).
var estimators = map[string]func(n, m int) []float32{
	"weighted":   weightedBatch,
	"stratified": stratifiedBatch,
}

func weightedBatch(n, m int) []float32 {
	w := make([]float32, m*m)
	for i := range w {
		w[i] = float32(-elementary.Log(float64(n) * float64(m)))
	}
	return w
}

func stratifiedBatch(n, m int) []float32 {
	w := make([]float32, m*m)
	for i := range m {
		row := w[i*m : (i+1)*m]
		for j := range row {
			row[j] = float32(-elementary.Log(float64(m - 1)))
		}
		row[i] = float32(-elementary.Log(float64(n)))
		row[(i+1)%m] = float32(elementary.Log(float64(n-m+1) / (float64(n) * float64(m-1))))
	}
	return w
}

// Check reports the fields that are out of range.
func (m TCVAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckWeight(report, "alpha", m.Alpha)
	parts.CheckWeight(report, "beta", m.Beta)
	parts.CheckWeight(report, "gamma", m.Gamma)
	settings.OneOf(report, "estimator", m.Estimator, estimators)
}

// Phases implements [models.Model].
func (m TCVAE) Phases() []models.Phase {
	return []models.Phase{{Name: "elbo", Least: 2, Loss: m.loss}}
}

func (m TCVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")
	rec, kl := m.Decode(g, z, b).NLL(b.X).Mean(), nn.GaussianKL(q.Mean, q.LogVar).Mean()

	joint, product := m.aggregate(g, b, q, z)
	information := q.LogDensity(z).Sub(joint).Mean()
	correlation := joint.Sub(product).Mean()
	dimensions := product.Add(nn.StandardNormalNLL(z)).Mean()
	return models.Loss{
		Total: rec.Add(information.Scale(m.Alpha)).Add(correlation.Scale(m.Beta)).Add(dimensions.Scale(m.Gamma)),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)},
			{Name: "mutual_information", Value: information}, {Name: "total_correlation", Value: correlation},
			{Name: "dimension_kl", Value: dimensions},
		},
	}
}

// aggregate estimates ln q(z) and Σⱼ ln q(zⱼ) of the batch's codes z (batch, latent), both (batch).
func (m TCVAE) aggregate(g *nn.Graph, b models.Batch, q models.Code, z nn.Node) (joint, product nn.Node) {
	n, d := b.N, m.Latent
	if b.Examples < n {
		fail := g.Failf("estimator %s: %d training examples, want at least the %d of a batch", m.Estimator, b.Examples, n)
		return fail, fail
	}
	if len(z.Shape()) != 2 {
		return z, z // of an encoder that failed
	}
	each := func(of nn.Node) nn.Node { return of.T().RepeatAxis(0, n) } // (batch, latent, batch): [i, k, j] is of example j
	mean, logvar := each(q.Mean), each(q.LogVar)
	weighted := z.RepeatAxis(2, n).Sub(mean).Square().Mul(logvar.Neg().ExpBounded(maxLogPrecision))
	logq := weighted.Add(logvar).AddScalar(elementary.LogTwoPi).Scale(-0.5) // ln q(zᵢₖ|xⱼ)
	weight := g.Constant(estimators[m.Estimator](b.Examples, n), n, n)
	joint = logq.SumAxis(1).Add(weight).LogSumExp()
	product = logq.Add(weight.RepeatAxis(1, d)).LogSumExp().SumCols()
	return joint, product
}

const maxLogPrecision = 40
