package explore

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

func reasons(all []Unread) []string {
	var s []string
	for _, u := range all {
		s = append(s, u.String())
	}
	return s
}

// known is the attribute of the examples whose value is not missing.
func (a attribute) known() attribute {
	a.values = a.present()
	return a
}

// occurring are the indices of the classes that occur, in order; nil for a number.
func (a attribute) occurring() []int {
	if a.classes == nil {
		return nil
	}
	var all []int
	for _, v := range slices.Compact(slices.Sorted(slices.Values(a.values))) {
		all = append(all, int(v))
	}
	return all
}

// fewNames is how many classes do not name examples, however few these are.
const fewNames = 20

// names reports whether an attribute names the examples, as a file's name does, and says
// nothing that they have in common: it has many classes, and fewer than two examples of each
// in the mean.
func (a attribute) names() bool {
	known := a.known()
	classes := len(known.occurring())
	return classes > fewNames && len(known.values) < 2*classes
}

// unreadable says why an attribute, all of whose values are known, cannot be read off
// examples; "" if it may be.
func (a attribute) unreadable() string {
	switch {
	case len(a.values) == 0:
		return "no example has a value of it"
	case a.constant():
		return fmt.Sprintf("it is the same for all of %d examples", len(a.values))
	case a.names():
		return fmt.Sprintf("it names the examples: %d classes of %d", len(a.occurring()), len(a.values))
	}
	return ""
}
