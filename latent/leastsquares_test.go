package latent

import (
	"math"
	"strings"
	"testing"
)

// The matrix of two columns that are the same has the eigenvalues 2 and 0; rounded, the second can
// be below zero. Both have one half of what they explain together.
func TestSolveOfAMatrixThatIsSemidefiniteUpToRounding(t *testing.T) {
	for _, off := range []float64{0, 1e-7, 1e-5, 5e-4} {
		w, err := solve([]float64{1, 1 + off, 1 + off, 1}, [][]float64{{1, 1}}, tinyRidge)
		if err != nil {
			t.Errorf("an eigenvalue of −%v: %v", off, err)
			continue
		}
		if math.Abs(w[0][0]-0.5) > 1e-3 || math.Abs(w[0][1]-0.5) > 1e-3 {
			t.Errorf("an eigenvalue of −%v: got %v, want ½ and ½", off, w[0])
		}
	}
	_, err := solve([]float64{1, 1.1, 1.1, 1}, [][]float64{{1, 1}}, tinyRidge)
	if err == nil || !strings.Contains(err.Error(), "a matrix of 2 columns is indefinite beyond rounding") {
		t.Errorf("an eigenvalue of −0.1: got %v, want an error", err)
	}
}
