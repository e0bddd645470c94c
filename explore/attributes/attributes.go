// Package attributes has the attributes of examples, numbers and classes, for directions of codes,
// and a small network that reads them off other examples, with its scores.
package attributes

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/data/attributefile"
	"latentspace/example"
)

// Attribute is a number or a class that is known of each example.
type Attribute struct {
	Name    string
	Values  []float64 // of each example, or the index of its class; NaN if it is not known
	Classes []string  // nil for a number
}

// Of returns what a data set knows of its first n examples, its class first.
func Of(ds data.Dataset, n int) ([]Attribute, error) {
	columns, err := data.Columns(ds, n)
	if err != nil {
		return nil, err
	}
	class, _ := data.ClassField(ds)
	var first, others []Attribute
	for _, c := range columns {
		a := Attribute{Name: c.Name, Values: c.Values}
		switch {
		case c.Name == class.Name:
			a.Classes = c.Words
			first = append(first, a)
		case c.Kind == example.Category:
			a.Classes = c.Words
			others = append(others, a)
		default:
			others = append(others, binary(a))
		}
	}
	return append(first, others...), nil
}

// FromTable returns the columns of a table.
func FromTable(t *attributefile.Attributes) ([]Attribute, error) {
	var all []Attribute
	for _, name := range t.Names {
		values, classes, err := t.Column(name)
		if err != nil {
			return nil, err
		}
		all = append(all, binary(Attribute{name, values, classes}))
	}
	return all, nil
}

// binary makes classes 0 and 1 of numbers that are all 0 or 1.
func binary(a Attribute) Attribute {
	if a.Classes == nil && !a.Constant() && !slices.ContainsFunc(a.Values, func(v float64) bool { return v != 0 && v != 1 && !math.IsNaN(v) }) {
		a.Classes = []string{"0", "1"}
	}
	return a
}

// Indicator is 1 for examples of a class, 0 for others, and NaN where the class is not known.
func (a Attribute) Indicator(class int) []float64 {
	y := make([]float64, len(a.Values))
	for i, v := range a.Values {
		switch {
		case math.IsNaN(v):
			y[i] = v
		case int(v) == class:
			y[i] = 1
		}
	}
	return y
}

// Index returns the index of a name, as spelled or else in any case; -1 if there is
// none.
func Index(names []string, name string) int {
	if k := slices.Index(names, name); k >= 0 {
		return k
	}
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// Columns returns an attribute as numbers for a regression: the number, or an indicator
// of each class except the first.
func (a Attribute) Columns() [][]float64 {
	if a.Classes == nil {
		return [][]float64{a.Values}
	}
	var all [][]float64
	for k := 1; k < len(a.Classes); k++ {
		all = append(all, a.Indicator(k))
	}
	return all
}

// present returns the values that are known.
func (a Attribute) present() []float64 {
	return slices.DeleteFunc(slices.Clone(a.Values), math.IsNaN)
}

// Moments returns the mean and the deviation of a number, over the examples where it is known.
func (a Attribute) Moments() (mean, deviation float64) {
	values := a.present()
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		deviation += float64((v-mean)*(v-mean)) / float64(len(values))
	}
	return mean, math.Sqrt(deviation)
}

// Constant reports whether the known values are all equal, or none is known.
func (a Attribute) Constant() bool {
	values := a.present()
	return !slices.ContainsFunc(values, func(v float64) bool { return v != values[0] })
}

// Names returns the names of attributes.
func Names(all []Attribute) []string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	return names
}

// List formats the names of attributes.
func List(all []Attribute) string { return Listed(Names(all)) }

// Listed formats names, of many only the first.
func Listed(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
