package families

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/models"
	"latentspace/nn"
)

// Suits reports data that a model of a kind is not for. Words and values that may be missing need a
// likelihood of their own, so that only a [models.Likely] model has them; the others make numbers. A
// [models.Sequential] model writes text alone.
func Suits(m models.Model, kind string, d models.Data) error {
	if _, ok := m.(models.Sequential); ok {
		if _, err := models.TokensOf(d.Schema); err != nil {
			return fmt.Errorf("models: a model of kind %s: %w", kind, err)
		}
		return nil
	}
	if _, ok := m.(models.Likely); ok {
		return nil
	}
	for _, f := range d.Schema.Fields {
		what := ""
		switch {
		case f.Indexed():
			what = fmt.Sprintf("is %s, one of %d words", f.Kind, len(f.Words))
		case f.Gaps:
			what = "may be missing"
		default:
			continue
		}
		return fmt.Errorf("models: a model of kind %s makes numbers alone, and field %q %s: want one of %s", kind, f.Name, what, strings.Join(makers(d), ", "))
	}
	return nil
}

// makers are the kinds of model that make examples with words or gaps such as those of the data. A
// critic of codes is content with them; one of examples reads numbers.
func makers(d models.Data) (kinds []string) {
	_, err := models.TokensOf(d.Schema)
	for _, kind := range slices.Sorted(maps.Keys(Models)) {
		m := Models[kind]()
		_, likely := m.(models.Likely)
		_, sequential := m.(models.Sequential)
		if likely && (!models.Adversarial(m) || builds(m, d)) || sequential && err == nil {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// builds reports whether the losses of a model can be built for data.
func builds(m models.Model, d models.Data) bool {
	params := nn.NewParams(1)
	for _, p := range m.Phases() {
		if _, _, err := p.Graph(params, nn.Options{Name: p.Name}, d, max(1, p.Least)); err != nil {
			return false
		}
	}
	return true
}
