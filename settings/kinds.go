package settings

import (
	"maps"
	"reflect"
	"slices"
)

// Kinds is what can stand in place of an interface: for each, the value with its
// defaults by the name that a file gives as kind.
type Kinds map[reflect.Type]map[string]func() any

// Constructors is a table of kinds whose values are made anew each time.
func Constructors[T any](table map[string]func() T) map[string]func() any {
	out := make(map[string]func() any, len(table))
	for kind, f := range table {
		out[kind] = func() any { return f() }
	}
	return out
}

// Prototypes is a table of kinds whose values are copied.
func Prototypes[T any](table map[string]T) map[string]func() any {
	out := make(map[string]func() any, len(table))
	for kind, v := range table {
		out[kind] = func() any { return v }
	}
	return out
}

// Of is the name under which v's type stands for the interface, or "".
func (k Kinds) Of(v any, iface reflect.Type) string {
	for kind, f := range k[iface] {
		if reflect.TypeOf(f()) == reflect.TypeOf(v) {
			return kind
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
