package experiments

import (
	"strings"

	"latentspace/latent/fitting"
)

// Prior says what distribution is fitted, at the end of training, to the codes of the training
// set, and kept in the last checkpoint: codes are drawn from it in place of the model's own prior.
type Prior struct {
	Fit        string `yaml:"fit"`               // flow, gaussian or gmm; empty for none
	Components int    `yaml:"components"`        // of gmm, 0 or more; 0 chooses by BIC
	Diagonal   bool   `yaml:"diagonal"`          // gmm: diagonal covariances in place of full ones
	Updates    int    `yaml:"updates,omitempty"` // of the network of a flow, on 256 codes each; 0 for 4000
	Width      int    `yaml:"width,omitempty"`   // of the network of a flow; 0 for 256
	Blocks     int    `yaml:"blocks,omitempty"`  // residual blocks of the network of a flow; 0 for 3
	Steps      int    `yaml:"steps,omitempty"`   // of a flow, from noise to a code by Heun's method; 0 for 20
}

// Check reports the fields that make no sense.
func (p Prior) Check(report func(key, format string, args ...any)) {
	if p.Components < 0 {
		report("components", "%d, want at least 1, or 0 to choose", p.Components)
		return
	}
	if p.Fit == "" {
		switch {
		case p.Components != 0 || p.Diagonal:
			report("fit", "missing, want gmm beside components or diagonal")
		case p.flow() != fitting.Flow{}:
			report("fit", "missing, want flow beside updates, width, blocks or steps")
		}
		return
	}
	if p.Fit == "flow" && p.Components == 0 && !p.Diagonal {
		p.flow().Check(report)
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
	return fitting.Spec{Kind: p.Fit, Components: p.Components, Diagonal: p.Diagonal, Flow: p.flow(), Seed: seed}
}

func (p Prior) flow() fitting.Flow {
	return fitting.Flow{Updates: p.Updates, Width: p.Width, Blocks: p.Blocks, Steps: p.Steps}
}
