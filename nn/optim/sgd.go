package optim

import "latentspace/kernel"

// SGD is gradient descent, with momentum if that is not zero:
//
//	d = g + WeightDecay·w
//	u ← Momentum·u + d
//	w ← w − LR·u                   or, with Nesterov, w ← w − LR·(d + Momentum·u)
//
//	u "velocity", kept only with momentum; zero at first
//
// The velocity is a sum of gradients, where the paper's has the learning rate in it:
// the same path for a constant rate, but a new rate acts at once. WeightDecay is a
// penalty of ½·WeightDecay·w² on every parameter, biases too. LR is above zero,
// Momentum in [0, 1), and Nesterov needs momentum.
//
// Sutskever, Martens, Dahl and Hinton, On the Importance of Initialization and
// Momentum in Deep Learning, ICML 2013, equations 1 to 4.
type SGD struct {
	LR          float64 `yaml:"lr"`           // the learning rate, above 0
	Momentum    float64 `yaml:"momentum"`     // in [0, 1)
	Nesterov    bool    `yaml:"nesterov"`     // look ahead along the velocity; needs momentum
	WeightDecay float64 `yaml:"weight_decay"` // penalty on the weights, at least 0
}

// Slots implements [Rule].
func (s SGD) Slots() []string {
	if s.Momentum == 0 {
		return nil
	}
	return []string{"velocity"}
}

// Update implements [Rule].
func (s SGD) Update(_ int, factor float64, w, g []float32, slots [][]float32) {
	rate, mu, decay := float32(s.LR*factor), float32(s.Momentum), float32(s.WeightDecay)
	switch {
	case s.Momentum == 0:
		kernel.SGD(w, g, rate, decay)
	case s.Nesterov:
		kernel.Nesterov(w, g, slots[0], rate, mu, decay)
	default:
		kernel.Momentum(w, g, slots[0], rate, mu, decay)
	}
}

// Check implements [Rule].
func (s SGD) Check(report func(key, format string, args ...any)) {
	checkPositive(report, "lr", s.LR)
	checkBelowOne(report, "momentum", s.Momentum)
	if s.Nesterov && s.Momentum == 0 {
		report("nesterov", "true with momentum 0, want momentum above 0")
	}
	checkNotNegative(report, "weight_decay", s.WeightDecay)
}
