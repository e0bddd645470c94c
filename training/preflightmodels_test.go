package training

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/nn"
)

// set is a model with a value of a field, which may be that of a part; false if it has none.
func set(m models.Model, field string, value any) (models.Model, bool) {
	v := reflect.New(reflect.TypeOf(m)).Elem()
	v.Set(reflect.ValueOf(m))
	f := v.FieldByName(field)
	if !f.IsValid() || !reflect.TypeOf(value).AssignableTo(f.Type()) {
		return m, false
	}
	f.Set(reflect.ValueOf(value))
	return v.Interface().(models.Model), true
}

// What is warned of before the first step depends on what a model says of itself, and not on its
// type: every model with a likelihood that is too wide has the same warning, and every model with
// a generator that the data lie outside of.
func TestModelsThatShareAPropertyShareItsWarning(t *testing.T) {
	warned := func(m models.Model) string {
		cfg := experiments.Defaults()
		cfg.Model = m
		p, err := inspect(context.Background(), cfg, &data.Splits{Train: tabled(60, 6, 1), Valid: none{}, Test: none{}})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(p.warnings, "\n")
	}
	wide, bounded, plain := map[string]string{}, map[string]string{}, 0
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		m := families.Models[kind]()
		if w := warned(m); w != "" {
			t.Errorf("%s with its defaults: %q", kind, w)
		}
		_, likely := m.(models.Likely)
		if n, ok := set(m, "Likelihood", likelihoods.Gaussian{Sigma: likelihoods.Fixed(30)}); ok != likely {
			t.Errorf("%s has the field Likelihood: %v, and says that it has one: %v", kind, ok, likely)
		} else if ok {
			wide[kind] = warned(n)
		}
		_, ranged := m.(models.Ranged)
		if n, ok := set(m, "Output", nn.Activation("sigmoid")); ok != (models.Adversarial(m) && !likely && ranged) {
			t.Errorf("%s has the field Output: %v, phases that play against each other: %v, and a likelihood: %v", kind, ok, models.Adversarial(m), likely)
		} else if ok {
			bounded[kind] = warned(n)
		}
		plain++
	}
	for what, all := range map[string]map[string]string{"model.likelihood.sigma 30 is more than": wide, "the generator's output lies in [0, 1]": bounded} {
		for kind, got := range all {
			if !strings.Contains(got, what) {
				t.Errorf("%s: got %q, want %q", kind, got, what)
			}
		}
		if distinct := len(slices.Compact(slices.Sorted(maps.Values(all)))); len(all) < 3 || distinct != 1 {
			t.Errorf("%s: %d models with %d sentences, want one sentence of at least three: %s", what, len(all), distinct, fmt.Sprint(slices.Sorted(maps.Keys(all))))
		}
	}
	if plain < 11 {
		t.Errorf("%d models", plain)
	}
}
