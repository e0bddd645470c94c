package attributes

import (
	"fmt"
	"slices"
)

// Unread is an attribute without readings, and the reason.
type Unread struct {
	Attribute string `json:"attribute"`
	Why       string `json:"why"`
	Examples  *Score `json:"on_examples,omitempty"` // where it was tried
}

// String returns the attribute with the reason.
func (u Unread) String() string { return u.Attribute + ": " + u.Why }

// Reasons are the attributes, each with the reason.
func Reasons(all []Unread) []string {
	var s []string
	for _, u := range all {
		s = append(s, u.String())
	}
	return s
}

// Known returns the attribute of the examples whose value is not missing.
func (a Attribute) Known() Attribute {
	a.Values = a.present()
	return a
}

// occurring returns the indices of the classes that occur, in order; nil for a number.
func (a Attribute) occurring() []int {
	if a.Classes == nil {
		return nil
	}
	var all []int
	for _, v := range slices.Compact(slices.Sorted(slices.Values(a.Values))) {
		all = append(all, int(v))
	}
	return all
}

// fewNames is the number of classes up to which an attribute never counts as naming
// examples.
const fewNames = 20

// NamesExamples reports whether an attribute names the examples, like a file name, rather than
// describing them: it has many classes, with fewer than two examples each on average.
func (a Attribute) NamesExamples() bool {
	known := a.Known()
	classes := len(known.occurring())
	return classes > fewNames && len(known.Values) < 2*classes
}

// Unreadable says why an attribute whose values are all known cannot be read off
// examples; "" if it can.
func (a Attribute) Unreadable() string {
	switch {
	case len(a.Values) == 0:
		return "no example has a value of it"
	case a.Constant():
		return fmt.Sprintf("it is the same for all of %d examples", len(a.Values))
	case a.NamesExamples():
		return fmt.Sprintf("it names the examples: %d classes of %d", len(a.occurring()), len(a.Values))
	}
	return ""
}
