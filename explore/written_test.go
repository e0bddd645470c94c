package explore

import (
	"testing"

	"latentspace/internal/jsontest"
)

// What the verbs report can be written whatever its numbers are.
func TestReportsNeedNoNumbers(t *testing.T) {
	jsontest.Check(t, Comparison{}, Decoded{}, Drawn{}, Encoded{}, Evaluated{}, Expressed{}, Interpolated{}, Mapped{},
		Reconstructed{}, Traversed{}, Varied{})
}
