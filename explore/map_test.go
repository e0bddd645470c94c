package explore

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// A map is saved before the charts are drawn, and never in the place of one.
func TestASaveThatFailsLeavesNothing(t *testing.T) {
	m := learned(t, tiny)
	for _, save := range []string{"no/map.safetensors", "m.png", "./m.svg", "m.csv", "m-manifold.png"} {
		dir := t.TempDir()
		o := Map{Options: Options{N: 20, Split: "test", File: filepath.Join(dir, "m.png")}, Save: dir + "/" + save}
		if _, err := o.Run(context.Background(), m); err == nil {
			t.Errorf("-save %s: no error", save)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("-save %s: it left %v", save, left)
		}
	}
}

// The trustworthiness of 5 neighbours takes 11 examples; fewer are placed without it.
func TestFewExamplesAreMapped(t *testing.T) {
	m := learned(t, tiny)
	for n, told := range map[int]bool{9: false, 10: false, 11: true} {
		o := Map{Options: Options{N: n, Split: "test", File: filepath.Join(t.TempDir(), "m.png")}, Method: "tsne", Perplexity: 3, Iterations: 20}
		r, err := o.Run(context.Background(), m)
		if err != nil {
			t.Errorf("%d examples: %v", n, err)
		} else if got := r.(Mapped).Trustworthiness; (got != nil) != told {
			t.Errorf("%d examples: trustworthiness %v, want it told: %v", n, got, told)
		}
	}
}
