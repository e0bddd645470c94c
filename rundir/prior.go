package rundir

import (
	"fmt"

	"latentspace/latent/fitting"
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
