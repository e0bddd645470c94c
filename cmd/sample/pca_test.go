package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestPCAIsSampledLikeAnyModel fits one and draws from it, walks through it and
// reconstructs with it.
func TestPCAIsSampledLikeAnyModel(t *testing.T) {
	for name, model := range map[string]string{"pca": "{kind: pca, latent: 20}", "whitened": "{kind: pca, latent: 20, whiten: true}"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "experiment.yaml")
			if err := os.WriteFile(file, []byte("name: "+name+"\n"+glyphs+"model: "+model+"\ntrain: {samples: 0}\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(trainer, "-config", file)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("train: %v\n%s", err, out)
			}
			d := sampleJSON(t, dir, "-n", "9")
			picture(t, filepath.Join(dir, d.File), 176, 176)
			d = sampleJSON(t, dir, "interpolate", "-n", "2")
			if len(d.Also) != 1 {
				t.Errorf("interpolate wrote %+v, want a strip and an animation", d)
			}
			// Of 100 training examples 20 components leave a part of the new ones; the mean
			// alone leaves some 60.
			d = sampleJSON(t, dir, "reconstruct", "-n", "30")
			if d.SquaredError == nil || !(*d.SquaredError > 1 && *d.SquaredError < 45) {
				t.Errorf("squared error %v, want it between 1 and 45", *d.SquaredError)
			}
			if d := sampleJSON(t, dir, "-best", "-n", "4"); d.N != 4 {
				t.Errorf("-best wrote %+v", d)
			}
		})
	}
}
