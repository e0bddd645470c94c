package trained

import (
	"context"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/tensor"
)

// FitPrior fits a distribution to the codes of the first most examples of a data set, as
// [fitting.Fit] does: where codes are distributions, to a draw of each, as the decoder was
// trained on draws; the aggregate is of the distributions themselves.
func (m *Model) FitPrior(ctx context.Context, ds example.Set, most int, s fitting.Spec) (latent.Prior, fitting.Fitted, error) {
	if err := s.Check(); err != nil {
		return nil, fitting.Fitted{}, err
	}
	if s.Kind == "aggregate" && m.HasPosterior() {
		mean, logvar, err := m.Posteriors(ctx, ds, most)
		if err != nil {
			return nil, fitting.Fitted{}, err
		}
		return fitting.Fit(ctx, s, mean, logvar)
	}
	z, err := m.DrawCodes(ctx, ds, most, s.Seed)
	if err != nil {
		return nil, fitting.Fitted{}, err
	}
	return fitting.Fit(ctx, s, z, nil)
}

// DrawCodes returns the codes (m, dim) of the first most examples of a data set, as
// [Model.Codes] does, and where codes are distributions a draw of each, which is a function of the
// seed and of its place.
func (m *Model) DrawCodes(ctx context.Context, ds example.Set, most int, seed uint64) (*tensor.Tensor, error) {
	if !m.HasPosterior() {
		return m.Codes(ctx, ds, most)
	}
	mean, logvar, err := m.Posteriors(ctx, ds, most)
	if err != nil {
		return nil, err
	}
	return latent.DrawPosteriors(mean, logvar, seed)
}
