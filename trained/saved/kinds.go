package saved

import (
	"maps"
	"reflect"

	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/priors"
	"latentspace/models/sequences"
	"latentspace/settings"
)

// Kinds lists the kinds of every part of a model that has a kind, with their defaults.
func Kinds() settings.Kinds {
	return settings.Kinds{
		reflect.TypeFor[models.Model]():            settings.Constructors(families.Models),
		reflect.TypeFor[networks.Network]():        settings.Constructors(networks.Networks),
		reflect.TypeFor[autoencoders.Activation](): settings.Constructors(autoencoders.Activations),
		reflect.TypeFor[sequences.Reader]():        settings.Constructors(sequences.Readers),
		reflect.TypeFor[sequences.Writer]():        settings.Constructors(sequences.Writers),
		reflect.TypeFor[likelihoods.Likelihood]():  settings.Constructors(likelihoods.Likelihoods),
		reflect.TypeFor[priors.Prior]():            settings.Constructors(priors.Priors),
	}
}

// Earlier returns kinds with the former defaults of those whose defaults have changed, which the
// experiments of checkpoints leave out.
func Earlier(k settings.Kinds) settings.Kinds {
	k = maps.Clone(k)
	Replace(k, families.Earlier)
	Replace(k, likelihoods.Earlier)
	return k
}

// Replace puts other defaults of some kinds of an interface in the place of those that are there.
func Replace[T any](k settings.Kinds, defaults map[string]func() T) {
	of := reflect.TypeFor[T]()
	k[of] = maps.Clone(k[of])
	maps.Copy(k[of], settings.Constructors(defaults))
}
