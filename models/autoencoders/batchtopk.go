package autoencoders

import (
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// BatchTopK keeps, in training, the K·batch largest features of a batch, so that an example has K on
// average and as many as it needs. Outside of training an example is alone, and features stay that
// are above a threshold θ, the mean over batches of the least feature that was kept:
//
//	f = BatchTopK(ReLU(h + b)),   f = (h + b)·[h + b > θ] outside of training
//
//	θ "threshold" (1), a moving average
//
// Bussmann, Leask and Nanda, BatchTopK Sparse Autoencoders, 2024, equations 2 and 4.
type BatchTopK struct {
	K int `yaml:"k"` // features of an example that are not zero, on average, at most model.latent
}

// Check reports the fields that are out of range.
func (a BatchTopK) Check(report func(key, format string, args ...any)) {
	parts.CheckBetween(report, "k", a.K, 1, networks.MaxWidth)
}

// CheckOf implements [Activation].
func (a BatchTopK) CheckOf(report func(key, format string, args ...any), latent int) {
	checkK(report, a.K, latent)
}

// Activate implements [Activation].
func (a BatchTopK) Activate(g *nn.Graph, h nn.Node) Active {
	h, bias := biased(g, h)
	threshold := g.Moving("threshold", nn.Moving{Rate: parts.CodeRate, Positive: true}, 1)
	if !g.Training {
		above := h.Sub(threshold.Reshape().Broadcast(h.Shape()...))
		return Active{Features: h.ReLU().Mul(positive(above)), Before: h, Bias: bias}
	}
	f, least := largest(h, a.K*h.Shape()[0])
	g.SetState("threshold", threshold.Scale(1-parts.CodeRate).Add(least.Scale(parts.CodeRate)))
	return Active{Features: f, Before: h, Bias: bias}
}

// largest are the at most k largest values of ReLU(h) of a batch, with zeros for the others, and the
// least of them that is above zero (1); zero if there is none.
func largest(h nn.Node, k int) (f, least nn.Node) {
	n, m := h.Shape()[0], h.Shape()[1]
	all := h.ReLU().Reshape(1, n*m)
	f = all.Mul(all.TopK(min(k, n*m)))
	const far = 1e30 // above every feature
	least = f.Add(positive(f).Neg().AddScalar(1).Scale(far))
	least = least.Reshape(n*m, 1).Gather(least.ArgMin()).Reshape(1).Mul(positive(f.Sum().Reshape(1)))
	return f.Reshape(n, m), least.Stop()
}
