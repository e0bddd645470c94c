package optim

import "latentspace/kernel"

// RMSProp divides the gradient by a running root mean square:
//
//	v ← Rho·v + (1 − Rho)·g²
//	u ← Momentum·u + g / (√v + Epsilon)
//	w ← w − LR·u
//
//	v "square"   u "velocity", kept only with momentum; both zero at first
//
// As v starts at zero, the first steps are up to 1/√(1 − Rho) times LR. LR and
// Epsilon are above zero, Rho and Momentum in [0, 1).
//
// Hinton, Srivastava and Swersky, Neural Networks for Machine Learning, lecture 6e,
// 2012. Momentum is as in Graves, Generating Sequences with Recurrent Neural
// Networks, 2013, without its centering.
type RMSProp struct {
	LR       float64 `yaml:"lr"`       // the learning rate, above 0
	Rho      float64 `yaml:"rho"`      // decay of the mean square, in [0, 1)
	Momentum float64 `yaml:"momentum"` // in [0, 1)
	Epsilon  float64 `yaml:"epsilon"`  // above 0
}

// Slots implements [Rule].
func (r RMSProp) Slots() []string {
	if r.Momentum == 0 {
		return []string{"square"}
	}
	return []string{"square", "velocity"}
}

// Update implements [Rule].
func (r RMSProp) Update(_ int, factor float64, w, g []float32, slots [][]float32) {
	rate, rho, eps := float32(r.LR*factor), float32(r.Rho), float32(r.Epsilon)
	if r.Momentum == 0 {
		kernel.RMSProp(w, g, slots[0], rate, rho, eps)
		return
	}
	kernel.RMSPropMomentum(w, g, slots[0], slots[1], rate, rho, eps, float32(r.Momentum))
}

// Check implements [Rule].
func (r RMSProp) Check(report func(key, format string, args ...any)) {
	checkPositive(report, "lr", r.LR)
	checkBelowOne(report, "rho", r.Rho)
	checkBelowOne(report, "momentum", r.Momentum)
	checkPositive(report, "epsilon", r.Epsilon)
}
