package optim

import (
	"fmt"
	"maps"

	"latentspace/kernel"
	"latentspace/tensor"
)

// EMA is the exponential moving average of weights over the steps of a run:
//
//	dₜ = min(Decay, (1 + t)/(10 + t))
//	a ← a + (1 − dₜ)·(w − a)
//
// The average a starts as the weights are before the first step, and t counts the
// steps before this one, from 0. The smaller decay of early steps, as in TensorFlow's
// ExponentialMovingAverage, lets the average forget those first weights: while it
// lasts, their share after t steps is about 9!/t⁹. Decay is in [0, 1). Beyond 0.99999
// the steps of an average in single precision get lost in its rounding.
//
// Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, SIAM
// Journal on Control and Optimization 1992, for averaging; the exponential form for
// generators is in Karras and others, Progressive Growing of GANs, ICLR 2018.
type EMA struct {
	Decay float64 `yaml:"decay"`
}

// Check reports every field that is out of range, by its name in YAML.
func (e EMA) Check(report func(key, format string, args ...any)) {
	checkBelowOne(report, "decay", e.Decay)
}

// decay returns dₜ.
func (e EMA) decay(t int) float64 {
	return min(e.Decay, float64(1+t)/float64(10+t))
}

// Average is an [EMA] at work on a set of tensors.
type Average struct {
	ema     EMA
	memory  memory
	weights map[string]*tensor.Tensor
}

// averageSlot precedes the names of the averages in a state.
const averageSlot = "average/"

// NewAverage returns the average of tensors before its first step: a copy of each.
func NewAverage(ema EMA, tensors map[string]*tensor.Tensor) *Average {
	a := &Average{ema: ema, memory: newMemory(), weights: make(map[string]*tensor.Tensor, len(tensors))}
	for name, w := range tensors {
		c := w.Clone()
		a.weights[name], a.memory.tensors[averageSlot+name] = c, c
	}
	return a
}

// Step begins a step.
func (a *Average) Step() { a.memory.steps++ }

// Update moves the average of a tensor towards it. It belongs after Step, once for
// each tensor. It allocates nothing.
func (a *Average) Update(name string, w *tensor.Tensor) {
	avg := a.weights[name]
	switch {
	case avg == nil:
		panic(fmt.Sprintf("optim: average of %s: not among the tensors of NewAverage", name))
	case w.Len() != avg.Len():
		panic(fmt.Sprintf("optim: average of %s: %d weights, want %d", name, w.Len(), avg.Len()))
	case a.memory.steps == 0:
		panic(fmt.Sprintf("optim: average of %s: before the first step", name))
	}
	kernel.EMA(avg.Data, w.Data, float32(a.ema.decay(a.memory.steps-1)))
}

// Weights returns the averages by the names of their tensors. They share the memory
// of a.
func (a *Average) Weights() map[string]*tensor.Tensor { return maps.Clone(a.weights) }

// State returns the averages as average/name, and the count of steps in "step". They
// share the memory of a: clone them to keep them beyond the next Update.
func (a *Average) State() map[string]*tensor.Tensor { return a.memory.state() }

// Load copies a state into the average, which then goes on with the bits of the one
// that the state is from. Entries that are missing, unknown, of another shape or no
// count are errors, reported together, and nothing is changed.
func (a *Average) Load(state map[string]*tensor.Tensor) error {
	if err := a.memory.load(state); err != nil {
		return fmt.Errorf("optim: average: %w", err)
	}
	return nil
}
