package evaluation

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/trained"
)

// What the diagnosis says of figures depends on what a model says of itself, and not on its type:
// of one report, every model with a heavy KL hears the same, and so does every model with a wide
// likelihood.
func TestModelsThatShareAPropertyShareItsFinding(t *testing.T) {
	collapsed := Section{Name: "x", Figures: []Figure{
		{Name: "kl", Value: 0.1}, {Name: "active_units", Value: 0},
	}}
	found := func(m models.Model, kind string) string {
		d := &diagnosis{
			Report: &Report{Sections: []Section{collapsed}},
			m:      &measurement{Subject: Subject{Model: &trained.Model{Kind: kind, Net: m, Told: models.Data{Schema: example.Points(6)}, Schema: example.Points(6)}}},
			values: spread{least: -2, most: 2, deviation: 1},
		}
		f, err := averagedLoss(context.Background(), d)
		if err != nil || f == nil {
			return ""
		}
		return f.Evidence + " " + f.Remedy
	}
	with := func(m models.Model, field string, value any) (models.Model, bool) {
		v := reflect.New(reflect.TypeOf(m)).Elem()
		v.Set(reflect.ValueOf(m))
		f := v.FieldByName(field)
		if !f.IsValid() || !reflect.TypeOf(value).AssignableTo(f.Type()) {
			return m, false
		}
		f.Set(reflect.ValueOf(value))
		return v.Interface().(models.Model), true
	}
	// Of these kinds a key of that name is something else: the weight of the total correlation, or of a
	// divergence that keeps the scale of maps of codes and is small on purpose.
	otherwise := map[string]map[string]bool{"Beta": {"tcvae": true, "kl-field": true, "latent-diffusion": true}}
	for field, value := range map[string]any{"Beta": 50.0, "Likelihood": likelihoods.Gaussian{Sigma: likelihoods.Fixed(30)}} {
		all := map[string]string{}
		for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
			m := families.Models[kind]()
			if said := found(m, kind); said != "" {
				t.Errorf("%s with its defaults: %q", kind, said)
			}
			if m, ok := with(m, field, value); ok && !otherwise[field][kind] {
				all[kind] = found(m, kind)
			}
		}
		said := slices.Compact(slices.Sorted(maps.Values(all)))
		if len(all) < 2 || len(said) != 1 || said[0] == "" {
			t.Errorf("%s: %v, want one sentence of all models that have it", field, all)
		}
	}
}
