package experiments

import (
	"maps"
	"reflect"
	"slices"

	"latentspace/data"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/nn/optim"
	"latentspace/settings"
	"latentspace/trained/saved"
)

// Registry lists the kinds of every part of a Config that has a kind.
var Registry = func() settings.Kinds {
	k := saved.Kinds()
	k[reflect.TypeFor[data.Source]()] = settings.Constructors(data.Sources)
	k[reflect.TypeFor[optim.Rule]()] = settings.Prototypes(optim.Rules)
	k[reflect.TypeFor[Log]()] = settings.Prototypes(Logs)
	k[reflect.TypeFor[optim.Schedule]()] = settings.Prototypes(optim.Schedules)
	return k
}()

// earlier returns the [Registry] with the former defaults of kinds whose defaults have changed.
func earlier() settings.Kinds {
	k := saved.Earlier(Registry)
	saved.Replace(k, data.Earlier)
	return k
}

// AddModel adds a kind of model, so that an experiment can name it, and a checkpoint can be opened.
// It belongs before anything is read.
func AddModel(kind string, model func() models.Model) {
	families.Models[kind] = model
	Registry[reflect.TypeFor[models.Model]()][kind] = func() any { return model() }
}

// ModelKind and DataKind return the names under which parts of c are registered.
func (c Config) ModelKind() string { return Registry.Of(c.Model, reflect.TypeFor[models.Model]()) }
func (c Config) DataKind() string  { return Registry.Of(c.Data, reflect.TypeFor[data.Source]()) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
