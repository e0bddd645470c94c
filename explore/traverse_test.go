package explore

import (
	"strings"
	"testing"
)

// A dimension has a KL of its own under the prior N(0, I), and under a mixture none: there the
// dimensions are ordered by what the decoder makes of them.
func TestDimensionsHaveAKLUnderTheStandardPriorAlone(t *testing.T) {
	for prior, want := range map[string]string{"normal": "kl", "mixture": "sensitivity"} {
		m := learned(t, `data: {kind: moons, train: 64, valid: 8, test: 8}
model: {kind: vae, latent: 2, encoder: {hidden: [4]}, prior: `+prior+`}
train: {epochs: 1, batch: 16, samples: 0}
`)
		o := Traverse{Options: Options{N: 2, Seed: 1, Split: "test"}, Steps: 3, Range: 2, From: -1, Fit: 64}
		r, err := o.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if r.Report.Order != want || (r.Report.Dimensions[0].KL != nil) != (want == "kl") {
			t.Errorf("%s: by %s with a KL %v, want by %s", prior, r.Report.Order, r.Report.Dimensions[0].KL, want)
		}
		o.Order = "kl"
		if _, err := o.Run(t.Context(), m); (err == nil) != (want == "kl") || err != nil && !strings.Contains(err.Error(), "has no prior N(0, I), which -order kl is about") {
			t.Errorf("%s by kl: got error %v", prior, err)
		}
	}
}
