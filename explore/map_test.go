package explore

import (
	"context"
	"testing"
)

// The trustworthiness of 5 neighbours takes 11 examples; fewer are placed without it.
func TestFewExamplesAreMapped(t *testing.T) {
	m := learned(t, tiny)
	for n, told := range map[int]bool{9: false, 10: false, 11: true} {
		perplexity, iterations := 3.0, 20
		o := Map{Options: Options{N: n, Split: "test"}, Method: "tsne", Perplexity: &perplexity, Iterations: &iterations}
		r, err := o.Run(context.Background(), m)
		if err != nil {
			t.Errorf("%d examples: %v", n, err)
		} else if got := r.Report.Trustworthiness; (got != nil) != told {
			t.Errorf("%d examples: trustworthiness %v, want it told: %v", n, got, told)
		}
	}
}
