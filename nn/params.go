package nn

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Params holds the tensors of a model by name: the parameters that optimizers
// train, and the state that layers keep, such as running statistics. Every graph
// of a model shares the tensors' memory, so that a change is seen by all.
type Params struct {
	seed    uint64
	entries map[string]entry
	given   map[string]*tensor.Tensor // where new tensors come from; nil for first values

	settled *settled // nil if the tensors may change
}

type entry struct {
	value  *tensor.Tensor
	state  bool
	moving *Moving // of state that is a moving average, nil of other
}

// NewParams returns an empty set. The first value of a tensor is a function of
// the seed and its name.
func NewParams(seed uint64) *Params {
	return &Params{seed: seed, entries: map[string]entry{}}
}

// RestoredParams returns a set whose tensors are those of values, once a graph asks for
// them. One that values lack, or that has another shape there, is an error: nothing is made
// of a size that only a model declares.
func RestoredParams(values map[string]*tensor.Tensor) *Params {
	return &Params{entries: map[string]entry{}, given: values}
}

// CheckUsed reports the first of the restored tensors that no graph has asked for.
func (p *Params) CheckUsed() error {
	for _, name := range slices.Sorted(maps.Keys(p.given)) {
		if _, ok := p.entries[name]; !ok {
			return fmt.Errorf("nn: parameter %s: the model has none of that name", name)
		}
	}
	return nil
}

// get returns the tensor of a name, made by init if it is new.
func (p *Params) get(name string, state bool, init Init, shape []int) (*tensor.Tensor, error) {
	if e, ok := p.entries[name]; ok {
		if !slices.Equal(e.value.Shape, shape) || e.state != state {
			return nil, fmt.Errorf("%s: %s %v exists, want %s %v",
				name, kindOf(e.state), e.value.Shape, kindOf(state), shape)
		}
		return e.value, nil
	}
	for _, d := range shape {
		if d < 1 {
			return nil, fmt.Errorf("%s: shape %v, want dimensions of at least 1", name, shape)
		}
	}
	if p.given != nil {
		v, ok := p.given[name]
		if !ok {
			return nil, fmt.Errorf("%s: missing", name)
		}
		if !slices.Equal(v.Shape, shape) {
			return nil, fmt.Errorf("%s: shape %v, want %v", name, v.Shape, shape)
		}
		p.entries[name] = entry{value: v, state: state}
		return v, nil
	}
	total := 1.0
	for _, d := range shape {
		total *= float64(d)
	}
	for _, e := range p.entries {
		total += float64(e.value.Len())
	}
	if total > maxValues {
		return nil, fmt.Errorf("%s: with its shape %v the model has %.4g values, want at most %d, which take 2 GiB", name, shape, total, maxValues)
	}
	t := tensor.New(shape...)
	init(t, kernel.Seed(p.seed, "init", name))
	p.entries[name] = entry{value: t, state: state}
	return t, nil
}

// maxValues bounds the size of a model, so that a slip in a width is an error and
// not the end of the machine's memory.
const maxValues = 1 << 29

func kindOf(state bool) string {
	if state {
		return "state"
	}
	return "parameter"
}

// Get returns the tensor of a name, nil if there is none.
func (p *Params) Get(name string) *tensor.Tensor { return p.entries[name].value }

// All returns every tensor by name, parameters and state.
func (p *Params) All() map[string]*tensor.Tensor {
	all := make(map[string]*tensor.Tensor, len(p.entries))
	for name, e := range p.entries {
		all[name] = e.value
	}
	return all
}

// Trained returns the sorted names of the parameters in scopes, without state. No scopes
// are all there are.
func (p *Params) Trained(scopes ...string) []string {
	var names []string
	for name, e := range p.entries {
		if !e.state && InAny(name, scopes) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// InAny reports whether a name is in one of the scopes. No scopes have all names.
func InAny(name string, scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, func(scope string) bool { return InScope(name, scope) })
}

// InScope reports whether a name is that of a scope or of something in it. The empty scope
// has all names.
func InScope(name, scope string) bool {
	return scope == "" || name == scope || strings.HasPrefix(name, scope+".")
}

// Count returns the number of trained values.
func (p *Params) Count() int {
	n := 0
	for _, e := range p.entries {
		if !e.state {
			n += e.value.Len()
		}
	}
	return n
}

// Load copies values into the tensors that exist. A tensor that is missing in
// values, one that has no place here, or one of another shape is an error, and
// nothing is changed.
func (p *Params) Load(values map[string]*tensor.Tensor) error {
	if p.settled != nil {
		return errors.New("nn: the parameters are settled: want them to keep their values")
	}
	for _, name := range slices.Sorted(maps.Keys(p.entries)) {
		v, ok := values[name]
		if !ok {
			return fmt.Errorf("nn: parameter %s: missing", name)
		}
		if want := p.entries[name].value.Shape; !slices.Equal(v.Shape, want) {
			return fmt.Errorf("nn: parameter %s: shape %v, want %v", name, v.Shape, want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, ok := p.entries[name]; !ok {
			return fmt.Errorf("nn: parameter %s: the model has none of that name", name)
		}
	}
	for name, v := range values {
		copy(p.entries[name].value.Data, v.Data)
	}
	return nil
}
