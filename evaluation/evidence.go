package evaluation

import (
	"errors"

	"latentspace/latent"
	"latentspace/trained"
)

// evidence returns the evidence of the model, [lacking] if the density of examples is not known.
func (m *measurement) evidence() (trained.Evidence, error) {
	e, err := m.Model.Evidence()
	return e, unknown(err)
}

// density returns the density of the model's own prior. If it has none it is [lacking], with the
// consequence as a sentence.
func (m *measurement) density(follows string) (latent.Density, error) {
	d, err := m.Model.PriorDensity(follows)
	return d, unknown(err)
}

// unknown is an error as [lacking] if it says that something is not known of the model.
func unknown(err error) error {
	var u trained.Unknown
	if errors.As(err, &u) {
		return lacking(u)
	}
	return err
}
