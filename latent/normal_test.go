package latent

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A draw of package rand can differ in its last bits, in the tail, and hardly ever in the
// decision to keep it.
func TestNormalDrawsWhatTheLibraryDraws(t *testing.T) {
	ours, library := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
	for i := range 1_000_000 {
		if got, want := normal(ours), library.NormFloat64(); math.Abs(got-want) > 1e-14 {
			t.Fatalf("draw %d: got %v, want %v", i, got, want)
		}
	}
}
