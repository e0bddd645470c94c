package training

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/rundir"
)

const explosive = `
name: explosive
data: {kind: moons, train: 700, valid: 20, test: 10}
model: {kind: ae, latent: 1, encoder: {kind: mlp, hidden: [8]}}
train: {epochs: 1, batch: 10, samples: 0, checkpoint: {every: 8}, on_nonfinite: {rollback: true}}
`

// poison sets a weight to infinity after a step, once.
func poison(at int) func(step int, t *trainer) {
	done := false
	return func(step int, t *trainer) {
		if step == at && !done {
			done = true
			t.params.Get("decoder.layer1.weight").Data[2] = float32(math.Inf(1))
		}
	}
}

// A weight that is infinite after step 50 is explained at step 51, with the layer that it is
// in; the run goes back to step 48 and on with half the learning rate.
func TestARollbackRecovers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	m, err := Run(context.Background(), parse(t, explosive), Options{Dir: dir, Log: &log, hook: poison(50)})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	for _, want := range []string{"step 51: phase reconstruction", "first in: ", "decoder.layer1", "step-00000048.safetensors", "nonfinite-00000051.safetensors",
		"back to step 48, and on with 0.5 of the learning rate (1 of 3)"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, &log)
		}
	}
	if m.Status != rundir.Finished || m.Step != 70 {
		t.Errorf("got %s at step %d, want the run finished at 70", m.Status, m.Step)
	}
	c, err := checkpoints.Read(filepath.Join(dir, "nonfinite-00000051.safetensors"))
	if err != nil || !math.IsInf(float64(c.Tensors["param/decoder.layer1.weight"].Data[2]), 1) || c.Tensors["grad/encoder.layer1.weight"] == nil {
		t.Errorf("what was written beside: %v, want the weight as it was, and gradients", err)
	}
	if v := verified(t, dir, 0); !v.Agrees || v.From < 48 {
		t.Errorf("a replay: %+v", v)
	}
}

// The same steps twice give the same bytes, and a run without an accident another rate.
func TestARollbackIsReproducible(t *testing.T) {
	final := func(hook func(int, *trainer)) string {
		dir := filepath.Join(t.TempDir(), "run")
		m, err := Run(context.Background(), parse(t, explosive), Options{Dir: dir, Log: io.Discard, hook: hook})
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, m.Checkpoint))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if a, b := final(poison(50)), final(poison(50)); a != b {
		t.Error("two runs that were rolled back at the same step differ")
	}
	if a, b := final(poison(50)), final(nil); a == b {
		t.Error("a run that was rolled back has the bytes of one that was not")
	}
}

// A learning rate with which nothing can live is brought down until it can, or until the
// tries are used up.
func TestRollbackOfALearningRate(t *testing.T) {
	big := []string{"train.optimizer.lr=1e20", "train.checkpoint.every=1"}
	m, err := Run(context.Background(), parse(t, explosive, append(big, "train.on_nonfinite.lr_scale=1e-12")...), Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard})
	if err != nil || m.Status != rundir.Finished {
		t.Errorf("with a factor of 1e-12: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	_, err = Run(context.Background(), parse(t, explosive, big...), Options{Dir: dir, Log: &log})
	var bad *NonFiniteError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "first in: ") {
		t.Errorf("with halves: got %v, want a NonFiniteError", err)
	}
	if n := strings.Count(log.String(), "\nback to step "); n != 3 {
		t.Errorf("with halves: back %d times, want 3", n)
	}
	if m, err := rundir.ReadManifest(dir); err != nil || m.Status != rundir.Failed {
		t.Errorf("got %+v, %v, want a failed run", m, err)
	}
}

func TestRollbackMistakes(t *testing.T) {
	for set, want := range map[string]string{
		"train.on_nonfinite.lr_scale=0": "lr_scale: 0, want a factor in (0, 1]",
		"train.on_nonfinite.tries=0":    "tries: 0, want it from 1 to 1000",
	} {
		if _, err := experiments.Parse("test.yaml", []byte(explosive), set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", set, err, want)
		}
	}
}

// A run that was rolled back twice and stopped goes on with a quarter of the learning rate.
func TestARestoredRunHasTheRateOfItsRollbacks(t *testing.T) {
	tr, err := newTrainer(parse(t, explosive), shaped(700, 2))
	if err != nil {
		t.Fatal(err)
	}
	c, err := tr.checkpoint("", tr.meter(), progress{Rollbacks: make([]rollback, 2)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.restore(c, "", tr.meter()); err != nil || tr.rate != 0.25 {
		t.Errorf("got a factor of %v, %v, want 0.25", tr.rate, err)
	}
}
