package attributes

import (
	"fmt"
	"slices"
)

// Unread is an attribute of which no readings are told, and why.
type Unread struct {
	Attribute string `json:"attribute"`
	Why       string `json:"why"`
	Examples  *Score `json:"on_examples,omitempty"` // where it was tried
}

// String is the attribute with the reason.
func (u Unread) String() string { return u.Attribute + ": " + u.Why }

// Reasons are the attributes, each with the reason.
func Reasons(all []Unread) []string {
	var s []string
	for _, u := range all {
		s = append(s, u.String())
	}
	return s
}

// Known is the attribute of the examples whose value is not missing.
func (a Attribute) Known() Attribute {
	a.Values = a.present()
	return a
}

// occurring are the indices of the classes that occur, in order; nil for a number.
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

// fewNames is how many classes do not name examples, however few these are.
const fewNames = 20

// NamesExamples reports whether an attribute names the examples, as a file's name does, and says
// nothing that they have in common: it has many classes, and fewer than two examples of each
// in the mean.
func (a Attribute) NamesExamples() bool {
	known := a.Known()
	classes := len(known.occurring())
	return classes > fewNames && len(known.Values) < 2*classes
}

// Unreadable says why an attribute, all of whose values are known, cannot be read off
// examples; "" if it may be.
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
