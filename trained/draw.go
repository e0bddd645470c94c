package trained

import (
	"context"
	"fmt"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/tensor"
)

// With is the model with the same weights whose codes are drawn from a distribution that was
// fitted to them, nil for its own.
func (m *Model) With(prior latent.Prior) *Model {
	drawn := *m
	drawn.prior = prior
	return &drawn
}

// Fitted is the distribution of [Model.With], nil for none.
func (m *Model) Fitted() latent.Prior { return m.prior }

// Prior is the distribution that codes are drawn from: the one of [Model.With], or the model's own.
func (m *Model) Prior() (latent.Prior, error) {
	if m.prior != nil {
		return m.prior, nil
	}
	return m.OwnPrior()
}

// OwnPrior is the model's own distribution of codes.
func (m *Model) OwnPrior() (latent.Prior, error) {
	d, ok := m.Net.(models.Prior)
	switch {
	case !ok && m.HasEncoder():
		return nil, fmt.Errorf("%w; one can be fitted to its codes: sample -prior gaussian", m.Lacks("prior of its own to draw codes from"))
	case !ok:
		return nil, m.Lacks("prior to draw codes from")
	}
	prior, err := d.Prior(m.params)
	if err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	return prior, nil
}

// Draw returns n codes (n, dim) from the model's prior. Code i is a function of
// the seed and i.
func (m *Model) Draw(n int, seed uint64) (*tensor.Tensor, error) {
	prior, err := m.Prior()
	if err != nil {
		return nil, err
	}
	if _, err := m.Dim(); err != nil {
		return nil, err
	}
	return latent.Draws(prior, n, seed)
}

// Samples returns n examples (n, shape…), as [Model.Generate] makes them, of codes from the prior,
// under [Model.Conditions] of training examples. Example i is a function of the seed and i.
func (m *Model) Samples(ctx context.Context, n int, seed uint64) (*tensor.Tensor, error) {
	z, err := m.Draw(n, seed)
	if err != nil {
		return nil, err
	}
	about, err := m.Conditions(n, seed, nil)
	if err != nil {
		return nil, err
	}
	return m.Generate(ctx, z, about, 0, seed)
}
