package explore

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// A map is saved before the charts are drawn, and never in the place of one.
func TestASaveThatFailsLeavesNothing(t *testing.T) {
	m := trained(t, tiny)
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
