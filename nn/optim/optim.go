// Package optim has the rules by which parameters follow their gradients, the
// schedules of the learning rate, gradient clipping and averages of weights.
//
// What a user configures is a plain struct of hyperparameters: a [Rule], a
// [Schedule], a [Warmup], an [EMA]. What runs and has memory is an [Optimizer] or
// an [Average], made for the parameters that it will see.
package optim

import (
	"fmt"
	"reflect"
	"sync"

	"latentspace/tensor"
)

// Rule is the formula of an optimizer and its hyperparameters.
type Rule interface {
	// Slots names the arrays that the rule keeps for every parameter.
	Slots() []string
	// Update moves the weights w by their gradient g. The step counts from 1, the
	// learning rate is the rule's times the factor, and slots are in the order of
	// Slots, as long as w and zero before the first step.
	Update(step int, factor float64, w, g []float32, slots [][]float32)
	// Check reports every field that is out of range, by its name in YAML.
	Check(report func(key, format string, args ...any))
}

// Optimizer is a rule at work on a set of parameters, with what it remembers of
// each of them.
type Optimizer struct {
	rule    Rule
	factor  float64
	memory  memory
	entries map[string]entry
	parts   sync.Pool // of *part
}

type entry struct {
	size  int
	slots [][]float32
}

// New returns an optimizer for the parameters, before its first step. It keeps
// their names and shapes, not their tensors.
func New(rule Rule, params map[string]*tensor.Tensor) *Optimizer {
	o := &Optimizer{rule: rule, memory: newMemory(), entries: make(map[string]entry, len(params))}
	o.parts.New = func() any { return &part{} }
	for name, w := range params {
		e := entry{size: w.Len()}
		for _, slot := range rule.Slots() {
			t := tensor.New(w.Shape...)
			o.memory.tensors[slot+"/"+name] = t
			e.slots = append(e.slots, t.Data)
		}
		o.entries[name] = e
	}
	return o
}

// Step begins a step, in which the learning rate is the rule's times the factor.
func (o *Optimizer) Step(factor float64) {
	o.memory.steps++
	o.factor = factor
}

// Steps returns the number of steps begun, over all runs since the first.
func (o *Optimizer) Steps() int { return o.memory.steps }

// Update moves a parameter by its gradient. It belongs after Step, once for each
// parameter that the step trains. It allocates nothing.
func (o *Optimizer) Update(name string, w *tensor.Tensor, grad []float32) {
	o.check(name, w, 0, w.Len(), grad)
	o.rule.Update(o.memory.steps, o.factor, w.Data, grad, o.entries[name].slots)
}

// UpdatePart is [Optimizer.Update] of some values of a parameter, from the one at a place on, by
// their gradient. The parts of a parameter may be updated in any order, several at once.
func (o *Optimizer) UpdatePart(name string, w *tensor.Tensor, at int, grad []float32) {
	end := at + len(grad)
	o.check(name, w, at, end, grad)
	p := o.parts.Get().(*part)
	p.slots = p.slots[:0]
	for _, slot := range o.entries[name].slots {
		p.slots = append(p.slots, slot[at:end])
	}
	o.rule.Update(o.memory.steps, o.factor, w.Data[at:end], grad, p.slots)
	o.parts.Put(p)
}

// check panics on an update of the weights [at, end) that the trainer must not ask for.
func (o *Optimizer) check(name string, w *tensor.Tensor, at, end int, grad []float32) {
	e, ok := o.entries[name]
	switch {
	case !ok:
		panic(fmt.Sprintf("optim: update %s: not among the parameters of New", name))
	case w.Len() != e.size || at < 0 || end > e.size || len(grad) != end-at:
		panic(fmt.Sprintf("optim: update %s: %d weights and %d gradients from %d on, want %d weights", name, w.Len(), len(grad), at, e.size))
	case o.memory.steps == 0:
		panic(fmt.Sprintf("optim: update %s: before the first step", name))
	}
}

// part is the slots of a part of a parameter.
type part struct{ slots [][]float32 }

// State returns what the optimizer remembers: a tensor slot/parameter for every
// slot of every parameter, and the count of steps in "step". They share the
// optimizer's memory: clone them to keep them beyond the next Update.
func (o *Optimizer) State() map[string]*tensor.Tensor { return o.memory.state() }

// Load copies a state into the optimizer, which then goes on with the bits of the
// one that the state is from. Entries that are missing, unknown, of another shape
// or no count are errors, reported together, and nothing is changed.
func (o *Optimizer) Load(state map[string]*tensor.Tensor) error {
	if err := o.memory.load(state); err != nil {
		return fmt.Errorf("optim: optimizer: %w", err)
	}
	return nil
}

// Inherit takes over what another optimizer remembers of the same parameters, and its count of
// steps. Both must be of one rule, whatever its hyperparameters, where Adam and AdamW are one;
// a slot that only o has starts at zero. Of another rule nothing is taken: o is then as before
// its first step.
func (o *Optimizer) Inherit(old *Optimizer) {
	if family(o.rule) != family(old.rule) {
		return
	}
	o.memory.steps = old.memory.steps
	for name, t := range o.memory.tensors {
		if from := old.memory.tensors[name]; from != nil {
			copy(t.Data, from.Data)
		}
	}
}

// family is the same for rules whose slots mean the same.
func family(r Rule) reflect.Type {
	if a, ok := r.(AdamW); ok {
		r = a.adam()
	}
	return reflect.TypeOf(r)
}
