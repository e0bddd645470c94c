package experiments

import (
	"reflect"

	"latentspace/data"
	"latentspace/models"
	"latentspace/nn/optim"
	"latentspace/settings"
)

// registry is what a kind can be, for every polymorphic part of a Config.
var registry = settings.Kinds{
	reflect.TypeFor[data.Source]():    settings.Constructors(data.Sources),
	reflect.TypeFor[models.Model]():   settings.Constructors(models.Models),
	reflect.TypeFor[models.Network](): settings.Constructors(models.Networks),
	reflect.TypeFor[optim.Rule]():     settings.Prototypes(optim.Rules),
	reflect.TypeFor[optim.Schedule](): settings.Prototypes(optim.Schedules),
}

// modelKind and dataKind are the names under which parts of c are registered.
func (c Config) modelKind() string { return registry.Of(c.Model, reflect.TypeFor[models.Model]()) }
func (c Config) dataKind() string  { return registry.Of(c.Data, reflect.TypeFor[data.Source]()) }
