package experiments

import (
	"maps"
	"reflect"
	"slices"

	"latentspace/data"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/priors"
	"latentspace/models/sequences"
	"latentspace/nn/optim"
	"latentspace/settings"
)

// Registry lists the kinds of every part of a Config that has a kind.
var Registry = settings.Kinds{
	reflect.TypeFor[data.Source]():             settings.Constructors(data.Sources),
	reflect.TypeFor[models.Model]():            settings.Constructors(families.Models),
	reflect.TypeFor[networks.Network]():        settings.Constructors(networks.Networks),
	reflect.TypeFor[autoencoders.Activation](): settings.Constructors(autoencoders.Activations),
	reflect.TypeFor[sequences.Reader]():        settings.Constructors(sequences.Readers),
	reflect.TypeFor[sequences.Writer]():        settings.Constructors(sequences.Writers),
	reflect.TypeFor[likelihoods.Likelihood]():  settings.Constructors(likelihoods.Likelihoods),
	reflect.TypeFor[priors.Prior]():            settings.Constructors(priors.Priors),
	reflect.TypeFor[optim.Rule]():              settings.Prototypes(optim.Rules),
	reflect.TypeFor[optim.Schedule]():          settings.Prototypes(optim.Schedules),
}

// ModelKind and DataKind return the names under which parts of c are registered.
func (c Config) ModelKind() string { return Registry.Of(c.Model, reflect.TypeFor[models.Model]()) }
func (c Config) DataKind() string  { return Registry.Of(c.Data, reflect.TypeFor[data.Source]()) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
