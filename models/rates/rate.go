// Package rates says how much the code of an example may tell: how a loss weighs the divergence of
// the posterior from the prior, its rate, from the start of training to its end.
package rates

import (
	"math"

	"latentspace/nn"
	"latentspace/settings"
)

// Rate weighs the KL of q(z|x) = N(μ, σ²) from N(0, I), in nats,
//
//	β(t)·Σⱼ max(FreeBits, KLⱼ)       the sum over dimensions, of each the mean over the batch
//	β(t)·|Σⱼ max(FreeBits, KLⱼ) − C(t)|       with a target
//	C(t) = Target·min(1, t/Reached)       Target, if Reached is 0
//
// at the time t in epochs. With β = 1 and neither free bits nor a target it is the KL. What a
// dimension says below the free bits costs nothing; a target is what codes are to say in all, no
// less and no more; one that rises lets them say one thing after another.
//
// Free bits: Kingma et al., Improved Variational Inference with Inverse Autoregressive Flow, NIPS
// 2016, equation 15. The target: Burgess et al., Understanding Disentangling in β-VAE, 2018, equation
// 8.
type Rate struct {
	Beta     float64 `yaml:"beta"`          // weight of the KL term, at least 0
	FreeBits float64 `yaml:"free_bits"`     // nats of each dimension that cost nothing
	Target   float64 `yaml:"target_rate"`   // nats of all dimensions, 0 for none
	Reached  float64 `yaml:"target_epochs"` // over which the target rises from 0 to target_rate; 0 for one that stands
	Anneal   string  `yaml:"anneal"`        // none, linear or cyclical: how the weight rises to beta
	Epochs   float64 `yaml:"anneal_epochs"` // of the rise, or of all cycles
	Cycles   int     `yaml:"anneal_cycles"` // of cyclical: rises one after another
	Rising   float64 `yaml:"anneal_rising"` // of cyclical: the share of a cycle in which the weight rises, in (0, 1]
}

// Default is β = 1 from the first step.
var Default = Rate{Beta: 1, Anneal: "none", Epochs: 10, Cycles: 4, Rising: 0.5}

// anneals are the ways in which the weight may rise, each its share of β at t.
var anneals = map[string]func(r Rate, t nn.Node) nn.Node{
	"none":     func(_ Rate, t nn.Node) nn.Node { return t.Like(1) },
	"linear":   func(r Rate, t nn.Node) nn.Node { return t.Scale(1/r.Epochs).Clamp(0, 1) },
	"cyclical": cyclical,
}

// cyclical is a rise from 0 to 1 in a share of each cycle, 1 in the rest of it and after the last.
//
// Fu et al., Cyclical Annealing Schedule: A Simple Approach to Mitigating KL Vanishing, NAACL 2019,
// equation 6.
func cyclical(r Rate, t nn.Node) nn.Node {
	at := t.Scale(float64(r.Cycles) / r.Epochs) // in cycles
	begun := at.Like(0)                         // the cycles before this one
	for i := 1; i < r.Cycles; i++ {
		begun = begun.Add(at.AddScalar(float64(-i)).Sign().Clamp(0, 1))
	}
	return at.Sub(begun).Scale(1/r.Rising).Clamp(0, 1)
}

// Check reports the fields that are out of range.
func (r Rate) Check(report func(key, format string, args ...any)) {
	notNegative := func(key string, w float64) {
		if !(w >= 0) || math.IsInf(w, 0) {
			report(key, "%v, want a number of at least 0", w)
		}
	}
	notNegative("beta", r.Beta)
	notNegative("free_bits", r.FreeBits)
	notNegative("target_rate", r.Target)
	notNegative("target_epochs", r.Reached)
	settings.OneOf(report, "anneal", r.Anneal, anneals)
	if !(r.Epochs > 0) || math.IsInf(r.Epochs, 0) {
		report("anneal_epochs", "%v, want epochs above 0", r.Epochs)
	}
	if r.Cycles < 1 || r.Cycles > 1000 {
		report("anneal_cycles", "%d, want it from 1 to 1000", r.Cycles)
	}
	if !(r.Rising > 0 && r.Rising <= 1) {
		report("anneal_rising", "%v, want it in (0, 1]", r.Rising)
	}
}

// Weight is β at a time t in epochs, a scalar.
func (r Rate) Weight(t nn.Node) nn.Node {
	return anneals[r.Anneal](r, t).Scale(r.Beta)
}

// Cost is what the KL of each dimension (batch, latent) costs at a time, and how far the KL is above
// the free bits in all, both scalars in nats.
func (r Rate) Cost(kl, epoch nn.Node) (cost, above nn.Node) {
	mean := kl.MeanAxis(0)
	floored := mean.Max(mean.Like(r.FreeBits))
	above = floored.AddScalar(-r.FreeBits).Sum()
	return r.Weight(epoch).Mul(r.missed(floored.Sum(), epoch)), above
}

// CostOfSum is what a KL costs of which the sum alone is known, a scalar in nats. It has no free bits,
// which each dimension has.
func (r Rate) CostOfSum(kl, epoch nn.Node) nn.Node {
	return r.Weight(epoch).Mul(r.missed(kl, epoch))
}

// missed is how far a total is from the target; without one it is the total.
func (r Rate) missed(total, epoch nn.Node) nn.Node {
	switch {
	case r.Target == 0:
		return total
	case r.Reached == 0:
		return total.AddScalar(-r.Target).Abs()
	}
	return total.Sub(epoch.Scale(1/r.Reached).Clamp(0, 1).Scale(r.Target)).Abs()
}

// IsBeta reports whether the rate is a constant weight and nothing else.
func (r Rate) IsBeta() bool { return r.Anneal == "none" && r.FreeBits == 0 && r.Target == 0 }
