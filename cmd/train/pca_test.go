package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"latentspace/kernel"
)

// components is an experiment of a model that is fitted, to two blocks of rows and the
// beginning of a third.
const components = `
name: components
data: {kind: glyphs, train: 8300, valid: 60, test: 40}
model: {kind: pca, latent: 6}
train: {samples: 4}
`

func TestAFitHasTheSameBitsOnEveryPath(t *testing.T) {
	t.Parallel()
	config, dir := write(t, components), t.TempDir()
	want := ""
	for i, path := range kernel.Paths() {
		if i > 0 && path == "portable" {
			continue // see the next test
		}
		for _, threads := range []string{"1", "2", "7"} {
			if i > 0 && threads != "7" && !long {
				continue
			}
			out := filepath.Join(dir, path+threads)
			train(t, []string{"LATENTSPACE_KERNEL=" + path}, "-config", config, "-out", out, "-threads", threads)
			got := manifest(t, out)
			if want == "" {
				want = got.ParamsSHA256
			}
			if got.Status != "finished" || got.Step != 1 || got.ParamsSHA256 != want {
				t.Errorf("%s with %s threads: got %+v, want a finished fit with parameters %s", path, threads, got, want)
			}
		}
	}
}

// The portable kernels take their time: fewer rows, which are one block.
func TestAFitHasTheSameBitsWithPortableKernels(t *testing.T) {
	config, dir := write(t, components), t.TempDir()
	var hashes []string
	for _, path := range []string{"", "portable"} {
		out := filepath.Join(dir, "run"+path)
		train(t, []string{"LATENTSPACE_KERNEL=" + path}, "-config", config, "-out", out, "-set", "data.train=160", "-set", "train.samples=0")
		hashes = append(hashes, manifest(t, out).ParamsSHA256)
	}
	if hashes[0] != hashes[1] {
		t.Errorf("parameters %s with portable kernels, want %s", hashes[1], hashes[0])
	}
}

// A fit that is killed begins again, or goes on behind its checkpoint, and a finished
// one stays as it is.
func TestAFitOutlivesKills(t *testing.T) {
	t.Parallel()
	config, dir := write(t, components), t.TempDir()
	whole, killed := filepath.Join(dir, "whole"), filepath.Join(dir, "killed")
	start := time.Now()
	train(t, nil, "-config", config, "-out", whole)
	took := time.Since(start)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 6 {
		cmd := exec.Command(binary, "-config", config, "-out", killed)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Float64() * float64(took)))
		cmd.Process.Kill()
		cmd.Wait()
	}
	train(t, nil, "-config", config, "-out", killed)
	if a, b := manifest(t, whole), manifest(t, killed); a != b {
		t.Errorf("got %+v, want %+v", b, a)
	}
	for _, name := range []string{"metrics.jsonl", manifest(t, whole).Checkpoint, "samples-0001.png"} {
		a, errA := os.ReadFile(filepath.Join(whole, name))
		b, errB := os.ReadFile(filepath.Join(killed, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", name, errA, errB)
		}
	}
}
