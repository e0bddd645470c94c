package show

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/explore"
	"latentspace/latent"
	"latentspace/training"
)

const keptAE = "data: {kind: glyphs, train: 120, valid: 20, test: 60}\nmodel: {kind: ae, latent: 2, encoder: {kind: mlp, hidden: [12]}}\ntrain: {epochs: 1, batch: 20, samples: 0, prior: {fit: gmm, components: 2}}\n"

// draws are the bytes of a table of samples, and the report.
func draws(t *testing.T, m *training.Trained, p explore.Prior) ([]byte, string, *explore.PriorFit) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "d.csv")
	d := explore.Draw{Options: explore.Options{N: 5, Seed: 3, Split: "test"}, Prior: p}
	r, err := Draw(context.Background(), m, d, Output{File: file})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b, r.String(), r.(Report).Found.(explore.DrawReport).PriorFit
}

// Draws are from the prior that the checkpoint keeps, and the report says so; -prior model draws
// from the model's own.
func TestDrawsAreFromThePriorThatIsKept(t *testing.T) {
	m := learned(t, keptAE)
	kept, said, fit := draws(t, m, explore.Prior{})
	if !strings.Contains(said, "prior: gmm of 100 codes, kept in the checkpoint, 2 components") || !fit.Kept || fit.Prior != "gmm" {
		t.Errorf("the report says %q", said)
	}
	z, err := latent.Draws(m.Kept.Distribution, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.Draw(5, 3); err != nil || !got.Equal(z) {
		t.Errorf("the codes are not draws of the mixture: %v", err)
	}
	own, said, fit := draws(t, m, explore.Prior{Kind: "model"})
	if bytes.Equal(own, kept) || fit != nil {
		t.Errorf("-prior model: the draws are those of the mixture, or the report %q speaks of one", said)
	}
	without := learned(t, strings.Replace(keptAE, ", prior: {fit: gmm, components: 2}", "", 1))
	if plain, _, fit := draws(t, without, explore.Prior{}); !bytes.Equal(plain, own) || fit != nil {
		t.Errorf("the model's own prior depends on the one that is kept")
	}
}

// A report says what prior its samples are of, where that was fitted, in JSON, in each protocol
// and on the page, and its likelihood is that of the model all the same.
func TestEvaluateUnderAPrior(t *testing.T) {
	vae := learned(t, evaluatedVAE)
	report := func(m *training.Trained, p explore.Prior) (Evaluated, map[string]any) {
		e := explore.Evaluate{Options: explore.Options{Split: "test", Seed: 1}, Prior: p, Metrics: []string{"neg_elbo", "frechet_distance"}}
		r := evaluated(t, m, e, Output{File: filepath.Join(t.TempDir(), "r.json")}, true)
		b, err := os.ReadFile(r.File)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(b, &fields); err != nil {
			t.Fatal(err)
		}
		return r, fields
	}
	plain, fields := report(vae, explore.Prior{})
	if plain.PriorFit != nil || fields["prior"] != nil {
		t.Errorf("without -prior the report has the prior %v", fields["prior"])
	}
	const what = "gmm of 50 codes of the train split"
	fitted, fields := report(vae, explore.Prior{Kind: "gmm", Split: "train", Fit: 50, Components: 2})
	if fields["prior"] != "gmm" || fields["prior_split"] != "train" || fields["prior_codes"] != 50.0 || !strings.Contains(fitted.String(), "prior: "+what) {
		t.Errorf("-prior gmm: prior %v of %v codes of %v\n%s", fields["prior"], fields["prior_codes"], fields["prior_split"], fitted)
	}
	a, _ := plain.Figure("frechet_distance")
	b, _ := fitted.Figure("frechet_distance")
	if a.Value == b.Value || a.Protocol.Prior != "" || b.Protocol.Prior != what {
		t.Errorf("frechet_distance %v of %q and %v of %q, want samples of other priors", a.Value, a.Protocol.Prior, b.Value, b.Protocol.Prior)
	}
	c, _ := plain.Figure("neg_elbo")
	d, _ := fitted.Figure("neg_elbo")
	if c.Value != d.Value || d.Protocol.Prior != "" {
		t.Errorf("neg_elbo %v and %v, want the model's own in both", c.Value, d.Value)
	}
	if page, err := os.ReadFile(fitted.Also[0]); err != nil || !strings.Contains(string(page), "Samples from the prior "+what) {
		t.Errorf("the page does not say what its samples are of: %v", err)
	}

	ae := learned(t, keptAE)
	kept, fields := report(ae, explore.Prior{})
	if f, _ := kept.Figure("frechet_distance"); f.Protocol.Prior != "gmm of 100 codes, kept in the checkpoint" || fields["prior_kept"] != true || kept.Run.PriorSHA256 == "" {
		t.Errorf("of a prior that is kept: protocol %+v, run %+v", f.Protocol, kept.Run)
	}
	if own, _ := report(ae, explore.Prior{Kind: "model"}); own.PriorFit != nil || own.ByDefault(ae) || !kept.ByDefault(ae) || !plain.ByDefault(vae) || fitted.ByDefault(vae) {
		t.Errorf("a report of another prior is taken for the one that compare makes")
	}
	if name := reportName(ae, "test", "gmm", nil); name != "evaluate-gmm" {
		t.Errorf("got %s, want a name of its own", name)
	}
	if _, err := (explore.Evaluate{Options: explore.Options{Split: "test"}, Prior: explore.Prior{Kind: "spline"}}).Run(context.Background(), vae); err == nil || !strings.Contains(err.Error(), `-prior "spline", want model, aggregate`) {
		t.Errorf("an unknown prior: got %v", err)
	}
}
