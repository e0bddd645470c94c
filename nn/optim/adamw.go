package optim

import "latentspace/kernel"

// AdamW is [Adam] with decoupled weight decay, which the running means do not see:
//
//	w ← (1 − LR·WeightDecay)·w − LR · m/(1 − Beta1ᵗ) / (√(v/(1 − Beta2ᵗ)) + Epsilon)
//
// The decay is per unit of learning rate and follows its schedule, as in PyTorch; in
// the paper it has a schedule but not LR as a factor. It takes every parameter,
// biases too. It is at least zero, and LR·WeightDecay is below one.
//
// Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019,
// algorithm 2.
type AdamW struct {
	LR          float64 `yaml:"lr"`           // the learning rate, above 0
	Beta1       float64 `yaml:"beta1"`        // decay of the mean gradient, in [0, 1)
	Beta2       float64 `yaml:"beta2"`        // decay of the mean square, in [0, 1)
	Epsilon     float64 `yaml:"epsilon"`      // above 0
	WeightDecay float64 `yaml:"weight_decay"` // at least 0; its product with lr is below 1
}

func (a AdamW) adam() Adam {
	return Adam{LR: a.LR, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon}
}

// Slots implements [Rule].
func (a AdamW) Slots() []string { return a.adam().Slots() }

// Update implements [Rule].
func (a AdamW) Update(step int, factor float64, w, g []float32, slots [][]float32) {
	c := a.adam().coefficients(step, factor)
	c.Keep = float32(1 - float64(a.LR*factor*a.WeightDecay))
	kernel.Adam(w, g, slots[0], slots[1], c)
}

// Check implements [Rule].
func (a AdamW) Check(report func(key, format string, args ...any)) {
	a.adam().Check(report)
	checkNotNegative(report, "weight_decay", a.WeightDecay)
	if shrink := a.LR * a.WeightDecay; shrink >= 1 {
		report("weight_decay", "%v times lr %v is %v, want less than 1", a.WeightDecay, a.LR, shrink)
	}
}
