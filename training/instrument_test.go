package training

import (
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/kernel"
)

// noise is a folder of pictures 8×8 of noise in IDX files, whose labels are chance.
func noise(t *testing.T, train, test int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	write := func(name string, key uint64, levels float32, dims ...int) {
		b, n := []byte{0, 0, 8, byte(len(dims))}, 1
		for _, d := range dims {
			b, n = binary.BigEndian.AppendUint32(b, uint32(d)), n*d
		}
		u := make([]float32, n)
		kernel.Uniform(u, kernel.Seed(key))
		for _, v := range u {
			b = append(b, byte(v*levels))
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("train-images-idx3-ubyte", 1, 256, train, 8, 8)
	write("train-labels-idx1-ubyte", 2, 5, train)
	write("t10k-images-idx3-ubyte", 3, 256, test, 8, 8)
	write("t10k-labels-idx1-ubyte", 4, 5, test)
	return dir
}

// Where the classifier learns nothing no distance is measured with it, and no checkpoint is
// the best by one: that is told before the first step.
func TestNoCheckpointIsBestByAnInstrumentThatFailed(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	src := "name: noise\ndata: {kind: mnist, valid: 100, dir: " + noise(t, 400, 50) + "}\nmodel: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [8]}}\n" +
		"train: {epochs: 1, batch: 50, samples: 0, evaluate: {metrics: [frechet_distance, nll]}}\n"
	_, err := Run(context.Background(), parse(t, src, "train.best=frechet_distance"), Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard})
	for _, want := range []string{"train.best: frechet_distance cannot be measured: The classifier has learned nothing that shows", "of 100 valid examples right"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	var log strings.Builder
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Run(context.Background(), parse(t, src, "train.best=nll"), Options{Dir: dir, Log: &log}); err != nil {
		t.Fatal(err)
	}
	if want := "frechet_distance is left out: The classifier has learned nothing that shows"; !strings.Contains(log.String(), want) {
		t.Errorf("the log says nothing of it:\n%s", log.String())
	}
	for _, r := range records(t, dir) {
		if e, ok := r.Figures["frechet_distance"]; ok {
			t.Errorf("step %d has a distance of %v", r.Step, e)
		}
	}
}
