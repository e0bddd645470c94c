package optim

import (
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
)

// Adam divides a running mean of the gradient by its running root mean square:
//
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	w ← w − LR · m/(1 − Beta1ᵗ) / (√(v/(1 − Beta2ᵗ)) + Epsilon)
//
//	m "m"   v "v"; both zero at first; t is the step, from 1
//
// LR and Epsilon are above zero, the betas in [0, 1). There is no penalty on the
// weights: see [AdamW].
//
// Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1.
type Adam struct {
	LR      float64 `yaml:"lr"`      // the learning rate, above 0
	Beta1   float64 `yaml:"beta1"`   // decay of the mean gradient, in [0, 1)
	Beta2   float64 `yaml:"beta2"`   // decay of the mean square, in [0, 1)
	Epsilon float64 `yaml:"epsilon"` // above 0
}

// Slots implements [Rule].
func (a Adam) Slots() []string { return []string{"m", "v"} }

// Update implements [Rule].
func (a Adam) Update(step int, factor float64, w, g []float32, slots [][]float32) {
	kernel.Adam(w, g, slots[0], slots[1], a.coefficients(step, factor))
}

// coefficients are those without decay. The corrections are of the betas in single
// precision, which the running means have.
func (a Adam) coefficients(step int, factor float64) kernel.AdamStep {
	beta1, beta2 := float32(a.Beta1), float32(a.Beta2)
	t := float64(step)
	return kernel.AdamStep{
		Beta1:   beta1,
		Beta2:   beta2,
		Rate:    float32(a.LR * factor / (1 - elementary.Pow(float64(beta1), t))),
		Scale:   float32(1 / math.Sqrt(1-elementary.Pow(float64(beta2), t))),
		Epsilon: float32(a.Epsilon),
		Keep:    1,
	}
}

// Check implements [Rule].
func (a Adam) Check(report func(key, format string, args ...any)) {
	checkPositive(report, "lr", a.LR)
	checkBelowOne(report, "beta1", a.Beta1)
	checkBelowOne(report, "beta2", a.Beta2)
	checkPositive(report, "epsilon", a.Epsilon)
}
