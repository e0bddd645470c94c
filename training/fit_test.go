package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/rundir"
)

// tinyPCA is an experiment of a model that is fitted.
const tinyPCA = `
name: pca
data: {kind: glyphs, train: 70, valid: 20, test: 10, binarize: true}
model: {kind: pca, latent: 3}
train: {batch: 8, samples: 2}
`

func TestAModelIsFittedInOneStep(t *testing.T) {
	c, dir := parse(t, tinyPCA), filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if m.Status != rundir.Finished || m.Step != 1 || m.Epoch != 1 || !(m.FitSeconds > 0) || m.Parameters != 784+3*784+3+1 {
		t.Errorf("got %+v, want a run that is finished after one step, of %d parameters, with the seconds of its fit", m, 784+3*784+3+1)
	}
	if m.Best == nil || m.Best.Step != 1 {
		t.Errorf("best step %v, want the only one", m.Best)
	}
	for split, metrics := range map[string]rundir.Metrics{"train": m.Metrics.Train, "valid": m.Metrics.Valid, "test": m.Metrics.Test} {
		if v, ok := metrics.Get("squared_error"); !ok || !(v > 0 && v < 784) {
			t.Errorf("squared error %v in %s, want one of 784 pixels in [0, 1]", v, split)
		}
	}
	for _, file := range []string{"samples-0001.png", "reconstructions-0001.png", "curves.png", rundir.MetricsFile, experiments.ConfigFile} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}

	var log bytes.Buffer
	again, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil || again.ParamsSHA256 != m.ParamsSHA256 || !strings.Contains(log.String(), "is finished: step 1") {
		t.Errorf("got %v and %q, want the finished run", err, &log)
	}
}

// The loss on the training set is what the components leave of the variance, less the
// division by n−1 in place of n.
func TestTheTrainingLossOfPCAIsTheVarianceLeft(t *testing.T) {
	c, dir := parse(t, tinyPCA), filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	model, err := Open(filepath.Join(dir, m.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	want := float64(model.Weights()["pca.total"].Data[0])
	for _, v := range model.Weights()["pca.variance"].Data {
		want -= float64(v)
	}
	want *= 49.0 / 50
	if got, _ := m.Metrics.Train.Get("loss"); math.Abs(got-want) > 1e-4*want {
		t.Errorf("loss %v, want %v", got, want)
	}
}

// A run that is stopped has nothing before its fit and all after it, and ends as one
// that was not.
func TestAFitThatIsStoppedBeginsAgain(t *testing.T) {
	c := parse(t, tinyPCA)
	whole := filepath.Join(t.TempDir(), "whole")
	want, err := Run(context.Background(), c, Options{Dir: whole, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "stopped")
	for lines, at := range []string{"before the fit was done; the same command begins it again", "interrupted at step 1 of 1"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Run(ctx, c, Options{Dir: dir, Log: &stopper{lines: 1 + lines, stop: cancel}})
		cancel()
		if !errors.Is(err, ErrInterrupted) || !strings.Contains(err.Error(), at) {
			t.Fatalf("got %v, want it to be %s", err, at)
		}
		m, err := rundir.ReadManifest(dir)
		if err != nil || m.Status != rundir.Interrupted || m.Step != lines {
			t.Errorf("run.json has %+v (%v), want an interrupted run of %d steps", m, err, lines)
		}
		if _, _, _, err := (checkpoints.Store{Dir: dir, FS: atomicfile.OS{}}).Latest(nil); errors.Is(err, checkpoints.ErrNone) != (lines == 0) {
			t.Errorf("after %d lines: checkpoint: %v", lines, err)
		}
	}
	got, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if !(got.FitSeconds > 0) {
		t.Error("the seconds of the fit are lost")
	}
	for _, file := range []string{want.Checkpoint, rundir.MetricsFile, experiments.ConfigFile} {
		a, errA := os.ReadFile(filepath.Join(whole, file))
		b, errB := os.ReadFile(filepath.Join(dir, file))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", file, errA, errB)
		}
	}
}

func TestKeysOfStepsAreRefusedToAFittedModel(t *testing.T) {
	_, err := experiments.Parse("f.yaml", []byte(tinyPCA), "train.epochs=3", "train.optimizer.lr=0.1", "train.ema=0.9",
		"train.optimizers={reconstruction: {kind: sgd}}", "train.checkpoint.keep=2")
	got := strings.Split(fmt.Sprint(err), "\n")
	if len(got) != 5 {
		t.Errorf("got %d lines, want 5:\n%v", len(got), err)
	}
	for _, want := range []string{"train.epochs: a model of kind pca is fitted at once, not trained by steps: leave it out",
		"train.optimizer: a model", "train.ema: a model", "train.optimizers: a model", "train.checkpoint: a model"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
	parse(t, tinyPCA, "train.epochs=10") // as the defaults, and as a resolved config
}

func TestCheckOfAFittedModelPromisesNoSteps(t *testing.T) {
	c, err := Check(context.Background(), parse(t, tinyPCA), CheckOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(c.Text, "\n3140 parameters, fitted at once\n") || strings.Contains(c.Text, "Inf") || c.Parameters != 3140 || c.Flops != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestAFitThatCannotBe(t *testing.T) {
	for want, sets := range map[string][]string{
		"pca: 3 components, want at most the 2 values of an example": {"data={kind: moons, train: 70}"},
		"50 components of 50 rows of 784 values, want from 1 to 49":  {"model.latent=50"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		if _, err := Run(context.Background(), parse(t, tinyPCA, sets...), Options{Dir: dir, Log: io.Discard}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The squared errors per test image that numpy finds; with 5, 10 and 20 components they
// are 34.909, 26.714 and 18.454.
func TestPCAOfMNISTHasTheKnownErrors(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" {
		t.Skip("LATENTSPACE_DATA names no folder with mnist/")
	}
	for latent, want := range map[int]float64{2: 43.645, 30: 13.866} {
		c, err := experiments.Load("mnist-pca", fmt.Sprintf("model.latent=%d", latent), "train.samples=0")
		if err != nil {
			t.Fatal(err)
		}
		m, err := Run(t.Context(), c, Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := m.Metrics.Test.Get("squared_error"); math.Abs(got-want) > 0.005 {
			t.Errorf("%d components: squared error %v, want %v", latent, got, want)
		}
	}
}
