package saved

import (
	"fmt"

	"latentspace/checkpoints"
	"latentspace/internal/untrusted"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/trained"
)

// Prior says what distribution the last checkpoint of a run keeps, that was fitted to codes of the
// training set.
type Prior struct {
	Kind string `json:"kind"` // flow, gaussian or gmm
	fitting.Fitted
}

// String is "gmm of 20000 codes, kept in the checkpoint".
func (p Prior) String() string {
	return fmt.Sprintf("%s of %d codes, kept in the checkpoint", p.Kind, p.Codes)
}

// KeptPrior is the prior that a checkpoint keeps: one that was fitted, at the end of training, to
// codes of the training set.
type KeptPrior struct {
	Prior
	Distribution latent.Kept
}

// priorIn reads the prior that a checkpoint keeps for a model; nil if it keeps none.
func priorIn(c *checkpoints.Checkpoint, m *trained.Model) (*KeptPrior, error) {
	text, ok := c.Meta[MetaPrior]
	if !ok {
		return nil, nil
	}
	k := &KeptPrior{}
	if err := untrusted.DecodeJSON([]byte(text), &k.Prior); err != nil {
		return nil, fmt.Errorf("%s: %w", MetaPrior, err)
	}
	prior, err := fitting.Read(k.Kind, Under(c.Tensors, PriorPrefix))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", MetaPrior, err)
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", MetaPrior, err)
	}
	if prior.Dim() != dim {
		return nil, fmt.Errorf("%s: of codes of %d values, want %d as the model's", MetaPrior, prior.Dim(), dim)
	}
	k.Distribution = prior
	return k, nil
}
