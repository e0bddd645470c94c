package attributes

import (
	"fmt"
	"strconv"
	"strings"

	"latentspace/experiments"
)

// Target is the attribute of a direction: a number, or one class of an Attribute
// against the rest.
type Target struct {
	Attribute
	Class int // -1 for a number
}

// String is the target as a command line spells it.
func (t Target) String() string {
	if t.Class < 0 {
		return t.Name
	}
	return t.Name + ":" + t.Classes[t.Class]
}

// Column returns the values that a direction is fitted to: the number, or 1 in the class and 0
// outside; NaN if it is not known.
func (t Target) Column() []float64 {
	if t.Class < 0 {
		return t.Values
	}
	return t.Indicator(t.Class)
}

// Find returns the target of a name: a number, an attribute with two classes, or "name:class".
// Names may contain colons.
func Find(all []Attribute, spelled string) (Target, error) {
	if spelled == "" {
		return Target{}, experiments.Usagef("want -attribute, one of %s, or -expr", List(all))
	}
	names := Names(all)
	name, class, chosen := spelled, "", false
	i := Index(names, spelled)
	for at := 0; i < 0 && at < len(spelled); at++ {
		if spelled[at] == ':' {
			name, class, chosen = spelled[:at], spelled[at+1:], true
			i = Index(names, name)
		}
	}
	if i < 0 {
		name, _, _ = strings.Cut(spelled, ":")
		return Target{}, fmt.Errorf("explore: no attribute %q among %s", name, List(all))
	}
	a := all[i]
	switch {
	case a.Classes == nil && !chosen:
		return Target{a, -1}, nil
	case a.Classes == nil:
		return Target{}, fmt.Errorf("explore: attribute %s is a number and has no class %q", a.Name, class)
	case !chosen && len(a.Classes) == 2:
		return Target{a, 1}, nil
	case !chosen:
		return Target{}, experiments.Usagef("attribute %s has %d classes, want one of them, as in %s:%s; there are %s", a.Name, len(a.Classes), a.Name, a.Classes[0], Listed(a.Classes))
	}
	k, err := ClassIndex(a.Classes, class)
	return Target{a, k}, err
}

// ClassIndex returns the index of a class by its name, as spelled or in any case, or else by its
// number.
func ClassIndex(classes []string, name string) (int, error) {
	if k := Index(classes, name); k >= 0 {
		return k, nil
	}
	if k, err := strconv.Atoi(name); err == nil && k >= 0 && k < len(classes) {
		return k, nil
	}
	return 0, fmt.Errorf("explore: no class %q among %s", name, Listed(classes))
}
