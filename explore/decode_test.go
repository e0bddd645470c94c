package explore

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"latentspace/training"
)

// What would be held at once is bounded before anything is decoded; draws written as
// numbers are not held.
func TestExamplesThatAreHeldAreBounded(t *testing.T) {
	m := learned(t, tiny)
	many := Options{N: 400_000, Split: "test", File: t.TempDir() + "/x.png"} // of 784 values, 314 million
	for name, verb := range map[string]interface {
		Run(context.Context, *training.Trained) (fmt.Stringer, error)
	}{
		"draw":        Draw{Options: many},
		"interpolate": Interpolate{Options: many, Method: "lerp", Steps: 2, From: -1, To: -1},
		"vary":        Vary{Options: many, Attribute: "slant", Method: "means", Strengths: []float64{0, 1}, Fit: 10, Check: 10},
		"expression":  Expression{Options: many, Text: "1", Fit: 10},
		"reconstruct": Reconstruct{many},
	} {
		if _, err := verb.Run(context.Background(), m); err == nil || !strings.Contains(err.Error(), "are too many") {
			t.Errorf("%s: got %v, want too many examples", name, err)
		}
	}
}
