package explore

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"latentspace/data"
	"latentspace/example"
	"latentspace/experiments"
)

// attribute is what is known of examples: a number of each, or its class.
type attribute struct {
	name    string
	values  []float64 // of each example; the index of its class where there are classes; NaN where it is not known
	classes []string  // nil for a number
}

// attributesOf returns what a data set knows of its first n examples, its class first.
func attributesOf(ds data.Dataset, n int) ([]attribute, error) {
	columns, err := data.Columns(ds, n)
	if err != nil {
		return nil, err
	}
	class, _ := data.ClassField(ds)
	var first, others []attribute
	for _, c := range columns {
		a := attribute{name: c.Name, values: c.Values}
		switch {
		case c.Name == class.Name:
			a.classes = c.Words
			first = append(first, a)
		case c.Kind == example.Category:
			a.classes = c.Words
			others = append(others, a)
		default:
			others = append(others, binary(a))
		}
	}
	return append(first, others...), nil
}

// tableAttributes returns the columns of a table.
func tableAttributes(t *data.Attributes) ([]attribute, error) {
	var all []attribute
	for _, name := range t.Names {
		values, classes, err := t.Column(name)
		if err != nil {
			return nil, err
		}
		all = append(all, binary(attribute{name, values, classes}))
	}
	return all, nil
}

// binary makes the classes 0 and 1 of numbers that are nothing else.
func binary(a attribute) attribute {
	if a.classes == nil && !a.constant() && !slices.ContainsFunc(a.values, func(v float64) bool { return v != 0 && v != 1 && !math.IsNaN(v) }) {
		a.classes = []string{"0", "1"}
	}
	return a
}

// target is the attribute that a direction is for: a number, or one class of an
// attribute against the rest.
type target struct {
	attribute
	class int // -1 for a number
}

// String is the target as a command line spells it.
func (t target) String() string {
	if t.class < 0 {
		return t.name
	}
	return t.name + ":" + t.classes[t.class]
}

// column has the values that a direction is fitted to: the number, or 1 in the class and 0
// outside; NaN where it is not known.
func (t target) column() []float64 {
	if t.class < 0 {
		return t.values
	}
	return t.indicator(t.class)
}

// indicator is 1 for examples of a class, 0 for others, and NaN where the class is not known.
func (a attribute) indicator(class int) []float64 {
	y := make([]float64, len(a.values))
	for i, v := range a.values {
		switch {
		case math.IsNaN(v):
			y[i] = v
		case int(v) == class:
			y[i] = 1
		}
	}
	return y
}

// spelledIndex is that of a name as it is spelled, or else in any case; -1 for none.
func spelledIndex(names []string, name string) int {
	if k := slices.Index(names, name); k >= 0 {
		return k
	}
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// find returns the target of a name: that of a number or of an attribute with two classes, or
// "name:class". A name may have colons of its own.
func find(all []attribute, spelled string) (target, error) {
	if spelled == "" {
		return target{}, experiments.Usagef("want -attribute, one of %s, or -expr", attributeNames(all))
	}
	names := namesOf(all)
	name, class, chosen := spelled, "", false
	i := spelledIndex(names, spelled)
	for at := 0; i < 0 && at < len(spelled); at++ {
		if spelled[at] == ':' {
			name, class, chosen = spelled[:at], spelled[at+1:], true
			i = spelledIndex(names, name)
		}
	}
	if i < 0 {
		name, _, _ = strings.Cut(spelled, ":")
		return target{}, fmt.Errorf("explore: no attribute %q among %s", name, attributeNames(all))
	}
	a := all[i]
	switch {
	case a.classes == nil && !chosen:
		return target{a, -1}, nil
	case a.classes == nil:
		return target{}, fmt.Errorf("explore: attribute %s is a number and has no class %q", a.name, class)
	case !chosen && len(a.classes) == 2:
		return target{a, 1}, nil
	case !chosen:
		return target{}, experiments.Usagef("attribute %s has %d classes, want one of them, as in %s:%s; there are %s", a.name, len(a.classes), a.name, a.classes[0], listed(a.classes))
	}
	k, err := classIndex(a.classes, class)
	return target{a, k}, err
}

// classIndex is that of the class of a name, as spelled or in any case, or else of a number.
func classIndex(classes []string, name string) (int, error) {
	if k := spelledIndex(classes, name); k >= 0 {
		return k, nil
	}
	if k, err := strconv.Atoi(name); err == nil && k >= 0 && k < len(classes) {
		return k, nil
	}
	return 0, fmt.Errorf("explore: no class %q among %s", name, listed(classes))
}

// columns are numbers that hold what an attribute says, for a regression: the
// number, or an indicator of each class but the first.
func (a attribute) columns() [][]float64 {
	if a.classes == nil {
		return [][]float64{a.values}
	}
	var all [][]float64
	for k := 1; k < len(a.classes); k++ {
		all = append(all, a.indicator(k))
	}
	return all
}

// present returns the values that are known.
func (a attribute) present() []float64 {
	return slices.DeleteFunc(slices.Clone(a.values), math.IsNaN)
}

// moments are the mean and the deviation of a number, over the examples where it is known.
func (a attribute) moments() (mean, deviation float64) {
	values := a.present()
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		deviation += float64((v-mean)*(v-mean)) / float64(len(values))
	}
	return mean, math.Sqrt(deviation)
}

// constant reports whether all examples where it is known have one value, or none, of which
// nothing can be told.
func (a attribute) constant() bool {
	values := a.present()
	return !slices.ContainsFunc(values, func(v float64) bool { return v != values[0] })
}

func namesOf(all []attribute) []string {
	var names []string
	for _, a := range all {
		names = append(names, a.name)
	}
	return names
}

func attributeNames(all []attribute) string { return listed(namesOf(all)) }

// listed writes the first of many names.
func listed(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
