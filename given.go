package latentspace

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"latentspace/tensor"
)

// Given has values of what a conditional model is told of examples, by the names of [Model.Conditions]:
// a word, its index, or a number.
type Given map[string]string

// Condition is something that a conditional model is told of an example.
type Condition struct {
	Name  string
	Words []string // that it can be, in their order; nil for a number
}

// Conditions are what the model is told of an example; none of a model without conditions.
func (m *Model) Conditions() []Condition {
	var all []Condition
	for _, name := range m.of.Conditional() {
		f, _, _ := m.of.Told.About.Lookup(name)
		c := Condition{Name: name}
		if f.Indexed() {
			c.Words = slices.Clone(f.Words)
		}
		all = append(all, c)
	}
	return all
}

// held returns the values of the conditions that are given.
func (m *Model) held(given Given) (map[string]float32, error) {
	conditions := m.Conditions()
	held := map[string]float32{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(conditions, func(c Condition) bool { return c.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("latentspace: given %q: %w", name, m.of.Lacks(fmt.Sprintf("condition %q", name)))
		}
		v, err := conditions[at].value(given[name])
		if err != nil {
			return nil, err
		}
		held[name] = v
	}
	return held, nil
}

// value is the value of a condition that is given as text.
func (c Condition) value(text string) (float32, error) {
	if c.Words == nil {
		v, err := strconv.ParseFloat(text, 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("latentspace: given %s: %q, want a number", c.Name, text)
		}
		return float32(v), nil
	}
	if k := slices.Index(c.Words, text); k >= 0 {
		return float32(k), nil
	}
	if k, err := strconv.Atoi(text); err == nil && k >= 0 && k < len(c.Words) {
		return float32(k), nil
	}
	return 0, fmt.Errorf("latentspace: given %s: %q, want one of %s", c.Name, text, strings.Join(c.Words, ", "))
}

// about is what the model is told of n examples, nil of a model without conditions.
func (m *Model) about(n int, seed uint64, given Given) (*tensor.Tensor, error) {
	if len(given) == 0 && len(m.of.Conditional()) == 0 {
		return nil, nil
	}
	held, err := m.held(given)
	if err != nil {
		return nil, err
	}
	about, err := m.of.Conditions(n, seed, held)
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	return about, nil
}

// all is what the model is told of n examples, of which everything has to be given.
func (m *Model) all(n int, given Given) (*tensor.Tensor, error) {
	for _, name := range m.of.Conditional() {
		if _, ok := given[name]; !ok {
			return nil, fmt.Errorf("latentspace: a model of kind %s is told %s of each example, want it given", m.Kind(), name)
		}
	}
	return m.about(n, 0, given)
}
