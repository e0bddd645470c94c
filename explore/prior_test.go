package explore

import (
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

const keptAE = "data: {kind: glyphs, train: 120, valid: 20, test: 60}\nmodel: {kind: ae, latent: 2, encoder: {kind: mlp, hidden: [12]}}\ntrain: {epochs: 1, batch: 20, samples: 0, prior: {fit: gmm, components: 2}}\n"

// draws are samples and what they were drawn from.
func draws(t *testing.T, m *training.Trained, p Prior) (*tensor.Tensor, *PriorFit) {
	t.Helper()
	r, err := Draw{Options: Options{N: 5, Seed: 3, Split: "test"}, Prior: p}.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Examples.All()
	if err != nil {
		t.Fatal(err)
	}
	return x, r.PriorFit
}

// Draws are from the prior that the checkpoint keeps, and the report says so; -prior model draws
// from the model's own.
func TestDrawsAreFromThePriorThatIsKept(t *testing.T) {
	m := learned(t, keptAE)
	kept, r := draws(t, m, Prior{})
	if got := r.String(); !strings.Contains(got, "prior: gmm of 100 codes, kept in the checkpoint, 2 components") || !r.Kept || r.Prior != "gmm" {
		t.Errorf("the report says %q", got)
	}
	z, err := latent.Draws(m.Kept.Distribution, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.Draw(5, 3); err != nil || !got.Equal(z) {
		t.Errorf("the codes are not draws of the mixture: %v", err)
	}
	own, r := draws(t, m, Prior{Kind: "model"})
	if own.Equal(kept) || r != nil {
		t.Errorf("-prior model: the draws are those of the mixture, or the report %q speaks of one", r)
	}
	without := learned(t, strings.Replace(keptAE, ", prior: {fit: gmm, components: 2}", "", 1))
	if plain, r := draws(t, without, Prior{}); !plain.Equal(own) || r != nil {
		t.Errorf("the model's own prior depends on the one that is kept")
	}
}
