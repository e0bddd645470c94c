package show

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"latentspace/explore"
)

// A map is saved before the charts are drawn, and never in the place of one.
func TestASaveThatFailsLeavesNothing(t *testing.T) {
	m := learned(t, tiny)
	for _, save := range []string{"no/map.safetensors", "m.png", "./m.svg", "m.csv", "m-manifold.png"} {
		dir := t.TempDir()
		v := explore.Map{Options: explore.Options{N: 20, Split: "test"}}
		to := MapOutput{Output: Output{File: filepath.Join(dir, "m.png")}, Save: dir + "/" + save}
		if _, err := Map(t.Context(), m, v, to); err == nil {
			t.Errorf("-save %s: no error", save)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("-save %s: it left %v", save, left)
		}
	}
}

// A context that has ended stops what is long, and no file is begun.
func TestAnEndedContextStopsAMap(t *testing.T) {
	m := learned(t, tiny)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	o := explore.Options{N: 1000, Split: "train"}
	for _, method := range []string{"pca", "tsne"} {
		to := MapOutput{Output: Output{File: filepath.Join(dir, "map.png")}}
		if _, err := Map(ctx, m, explore.Map{Options: o, Method: method}, to); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want %v", method, err, context.Canceled)
		}
	}
	if _, err := Encode(ctx, m, explore.Encode{Options: o, Precision: "int8"}, Output{File: filepath.Join(dir, "codes.npz")}); !errors.Is(err, context.Canceled) {
		t.Errorf("encode: got %v, want %v", err, context.Canceled)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(files) > 0 {
		t.Errorf("wrote %v", files)
	}
}
