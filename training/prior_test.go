package training

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/internal/atomicfile"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// fitted has an autoencoder fit a mixture to its codes.
const fitted = `
name: kept
data: {kind: glyphs, train: 120, valid: 20, test: 20}
model: {kind: ae, latent: 3, encoder: {kind: mlp, hidden: [12]}}
train: {epochs: 2, batch: 16, samples: 4, ema: 0.9, optimizer: {kind: adam}, prior: {fit: gmm, components: 2}}
`

// lastOf reads the checkpoint that a manifest names.
func lastOf(t *testing.T, dir string, m *rundir.Manifest) *checkpoints.Checkpoint {
	t.Helper()
	c, err := checkpoints.Read(filepath.Join(dir, m.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func trainedIn(t *testing.T, dir, src string, extend bool, sets ...string) *rundir.Manifest {
	t.Helper()
	m, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: dir, Log: io.Discard, Extend: extend})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The last checkpoint keeps the prior that is fitted to the codes by the averaged weights, and the
// model that it makes draws from that.
func TestTheLastCheckpointKeepsThePrior(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m := trainedIn(t, dir, fitted, false)
	if m.Prior == nil || m.Prior.Kind != "gmm" || m.Prior.Codes != 100 || m.Prior.Components != 2 || len(m.Warnings) > 0 {
		t.Fatalf("run.json has the prior %+v and warnings %q, want a gmm of 2 components of 100 codes", m.Prior, m.Warnings)
	}
	opened, err := Open(filepath.Join(dir, m.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	if got := opened.Kept.String(); got != "gmm of 100 codes, kept in the checkpoint" {
		t.Errorf("kept: %s", got)
	}
	splits, err := opened.Data(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := opened.FitPrior(context.Background(), splits.Train, 100, fitting.Spec{Kind: "gmm", Components: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(want, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := opened.Draw(5, 3); err != nil || !got.Equal(z) {
		t.Errorf("draws are not those of the mixture of the codes of the training set: %v", err)
	}
	own, err := opened.With(nil).Draw(5, 3)
	if err != nil || own.Equal(z) {
		t.Errorf("the model's own prior draws the same: %v", err)
	}
	if s := opened.Subject(splits, splits.Test, "test"); s.Prior != opened.Kept.String() {
		t.Errorf("a report says that samples are of %q", s.Prior)
	}
}

// Nothing else depends on train.prior: with or without it the weights are the same, and a run
// that is resumed, at any step, writes the same bytes.
func TestARunWithAPriorIsResumedToTheSameBytes(t *testing.T) {
	for _, prior := range []string{"train.prior={fit: gmm, components: 2}", "train.prior={fit: flow, updates: 20, width: 8, blocks: 1, steps: 3}"} {
		t.Run(prior, func(t *testing.T) { resumedWithAPrior(t, prior) })
	}
}

func resumedWithAPrior(t *testing.T, prior string) {
	whole, parts, plain := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "parts"), filepath.Join(t.TempDir(), "plain")
	m := trainedIn(t, whole, fitted, false, prior)
	stopAt(t, parse(t, fitted, prior), parts, 9)
	resumed := trainedIn(t, parts, fitted, false, prior)
	a, err := os.ReadFile(filepath.Join(whole, m.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(parts, resumed.Checkpoint)); err != nil || string(a) != string(b) {
		t.Errorf("a run that was resumed has another last checkpoint: %v", err)
	}
	if v := verified(t, parts, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
	none := trainedIn(t, plain, fitted, false, `train.prior={}`)
	if none.ParamsSHA256 != m.ParamsSHA256 || none.Prior != nil || hasPrior(lastOf(t, plain, none)) {
		t.Errorf("without a prior: got %+v, want the same weights", none)
	}
	if opened, err := Open(filepath.Join(plain, none.Checkpoint)); err != nil || opened.Kept != nil || opened.Fitted() != nil {
		t.Errorf("a checkpoint without a prior: %v", err)
	}
}

// A finished run is given a prior by -extend, and one that is extended fits it anew at its end.
func TestExtendingFitsThePriorAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	before := trainedIn(t, dir, fitted, false, "train.prior={}")
	if _, err := Run(context.Background(), parse(t, fitted), Options{Dir: dir, Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "-extend changes it from here on") {
		t.Errorf("another prior without -extend: got %v", err)
	}
	added := trainedIn(t, dir, fitted, true)
	if added.ParamsSHA256 != before.ParamsSHA256 || added.Prior == nil || !hasPrior(lastOf(t, dir, added)) {
		t.Fatalf("a prior for a finished run: got %+v", added)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
	first := lastOf(t, dir, added)
	longer := trainedIn(t, dir, fitted, true, "train.epochs=3")
	last := lastOf(t, dir, longer)
	if longer.Step <= added.Step || !hasPrior(last) || last.Tensors["prior/mean"].Equal(first.Tensors["prior/mean"]) {
		t.Errorf("a run that is extended keeps the prior of step %d at step %d", added.Step, longer.Step)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay of the longer run: %v", v)
	}
	removed := trainedIn(t, dir, fitted, true, "train.epochs=3", "train.prior={}")
	if removed.Prior != nil || hasPrior(lastOf(t, dir, removed)) {
		t.Errorf("a prior that is no longer asked for is kept")
	}
}

// A replay compares the tensors of the prior.
func TestVerifyComparesThePrior(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m := trainedIn(t, dir, fitted, false)
	c := lastOf(t, dir, m)
	for name, spoil := range map[string]func(){
		"prior/mean":    func() { c.Tensors["prior/mean"].Data[0]++ },
		"prior/chol":    func() { delete(c.Tensors, "prior/chol") },
		"prior/weights": func() { delete(c.Tensors, "prior/mean"); delete(c.Tensors, "prior/weights") },
	} {
		c = lastOf(t, dir, m)
		spoil()
		other := filepath.Join(t.TempDir(), "run")
		if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		store := checkpoints.Store{Dir: other, Keep: 3, FS: atomicfile.OS{}}
		if _, err := store.Save(m.Step, c); err != nil {
			t.Fatal(err)
		}
		if v := verified(t, other, 0); v.Agrees || !strings.HasPrefix(v.Tensor, "prior/") {
			t.Errorf("%s: the replay says %v", name, v)
		}
	}
}

// What a checkpoint says of its prior is anyone's.
func TestAPriorInACheckpointThatCannotBe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m := trainedIn(t, dir, fitted, false)
	for name, c := range map[string]struct {
		spoil func(c *checkpoints.Checkpoint)
		want  string
	}{
		"no JSON":           {func(c *checkpoints.Checkpoint) { c.Meta[saved.MetaPrior] = "gmm" }, "prior: "},
		"an unknown kind":   {func(c *checkpoints.Checkpoint) { c.Meta[saved.MetaPrior] = `{"kind": "spline", "prior_codes": 1}` }, `prior "spline", want one of`},
		"one that is drawn": {func(c *checkpoints.Checkpoint) { c.Meta[saved.MetaPrior] = `{"kind": "kde", "prior_codes": 1}` }, "prior kde cannot be kept"},
		"a tensor missing":  {func(c *checkpoints.Checkpoint) { delete(c.Tensors, "prior/mean") }, "mean"},
		"other codes": {func(c *checkpoints.Checkpoint) {
			c.Tensors["prior/mean"], c.Tensors["prior/chol"] = tensor.New(2, 5), tensor.New(2, 5, 5)
		}, "of codes of 5 values, want 3 as the model's"},
	} {
		spoiled := lastOf(t, dir, m)
		c.spoil(spoiled)
		if _, err := fromCheckpoint(spoiled); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// Codes that are all the same have no mixture: the run ends all the same, and says so.
func TestAPriorThatCannotBeFitted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m := trainedIn(t, dir, fitted, false, "train.prior.components=101")
	if m.Status != rundir.Finished || m.Prior != nil || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "train.prior: no prior is fitted: latent: mixture: 101 components of 100 codes") {
		t.Errorf("got %+v with warnings %q", m, m.Warnings)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, parse(t, fitted), Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard}); !errors.Is(err, ErrInterrupted) {
		t.Errorf("an interrupt: got %v", err)
	}
}
