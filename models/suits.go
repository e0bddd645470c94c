package models

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Suits reports data that a model of a kind is not for. Words and values that may be missing need a
// likelihood of their own, so that only a [Likely] model has them; the others make numbers. A
// [Sequential] model writes text alone.
func Suits(m Model, kind string, d Data) error {
	if _, ok := m.(Sequential); ok {
		if _, err := tokensOf(d.Schema); err != nil {
			return fmt.Errorf("models: a model of kind %s: %w", kind, err)
		}
		return nil
	}
	if _, ok := m.(Likely); ok {
		return nil
	}
	for _, f := range d.Schema.Fields {
		what := ""
		switch {
		case f.Indexed():
			what = fmt.Sprintf("is %s, one of %d words", f.Kind, len(f.Words))
		case f.Gaps:
			what = "may be missing"
		default:
			continue
		}
		return fmt.Errorf("models: a model of kind %s makes numbers alone, and field %q %s: want one of %s", kind, f.Name, what, strings.Join(makers(d), ", "))
	}
	return nil
}

// makers are the kinds of model that make examples with words or gaps such as those of the data. The
// critic of a model whose phases play against each other reads numbers.
func makers(d Data) (kinds []string) {
	_, err := tokensOf(d.Schema)
	for _, kind := range slices.Sorted(maps.Keys(Models)) {
		m := Models[kind]()
		_, likely := m.(Likely)
		_, sequential := m.(Sequential)
		if likely && !Adversarial(m) || sequential && err == nil {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
