package experiments

import (
	"strings"

	"latentspace/latent/fitting"
)

// Prior says what distribution is fitted, at the end of training, to the codes of the training
// set, and kept in the last checkpoint: codes are drawn from it in place of the model's own prior.
type Prior struct {
	Fit        string `yaml:"fit"`        // gaussian or gmm; empty for none
	Components int    `yaml:"components"` // of gmm, 0 or more; 0 chooses by BIC
	Diagonal   bool   `yaml:"diagonal"`   // gmm: diagonal covariances in place of full ones
}

// Check reports the fields that make no sense.
func (p Prior) Check(report func(key, format string, args ...any)) {
	if p.Components < 0 {
		report("components", "%d, want at least 1, or 0 to choose", p.Components)
		return
	}
	if p.Fit == "" {
		if p.Components != 0 || p.Diagonal {
			report("fit", "missing, want gmm beside components or diagonal")
		}
		return
	}
	err := fitting.CheckKept(p.Fit)
	if err == nil {
		err = p.Spec(0).Check()
	}
	if err != nil {
		report("fit", "%s", strings.TrimPrefix(err.Error(), "fitting: "))
	}
}

// Spec is the prior as it is fitted, with a seed.
func (p Prior) Spec(seed uint64) fitting.Spec {
	return fitting.Spec{Kind: p.Fit, Components: p.Components, Diagonal: p.Diagonal, Seed: seed}
}
