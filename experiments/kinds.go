package experiments

import (
	"reflect"

	"latentspace/data"
	"latentspace/models"
	"latentspace/nn/optim"
)

// kinds is what can stand in place of an interface: for each, the value with its
// defaults by the name that a file gives as kind.
type kinds map[reflect.Type]map[string]func() any

// registry is what a kind can be, for every polymorphic part of a Config.
var registry = kinds{
	reflect.TypeFor[data.Source]():    constructors(data.Sources),
	reflect.TypeFor[models.Model]():   constructors(models.Models),
	reflect.TypeFor[models.Network](): constructors(models.Networks),
	reflect.TypeFor[optim.Rule]():     prototypes(optim.Rules),
	reflect.TypeFor[optim.Schedule](): prototypes(optim.Schedules),
}

func constructors[T any](table map[string]func() T) map[string]func() any {
	out := make(map[string]func() any, len(table))
	for kind, f := range table {
		out[kind] = func() any { return f() }
	}
	return out
}

func prototypes[T any](table map[string]T) map[string]func() any {
	out := make(map[string]func() any, len(table))
	for kind, v := range table {
		out[kind] = func() any { return v }
	}
	return out
}

// modelKind and dataKind are the names under which parts of c are registered.
func (c Config) modelKind() string { return registry.of(c.Model, reflect.TypeFor[models.Model]()) }
func (c Config) dataKind() string  { return registry.of(c.Data, reflect.TypeFor[data.Source]()) }

// of is the name under which v's type stands for the interface, or "".
func (k kinds) of(v any, iface reflect.Type) string {
	for kind, f := range k[iface] {
		if reflect.TypeOf(f()) == reflect.TypeOf(v) {
			return kind
		}
	}
	return ""
}
