package training

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/rundir"
)

// The weights of a run do not depend on what is free, nor, without patience, on what the best
// is chosen by: not on where it is, not on what is saved, drawn and measured.
func TestWeightsDoNotDependOnWhatIsFree(t *testing.T) {
	tensors := func(sets ...string) string {
		c, dir := parse(t, tiny["vae"], sets...), filepath.Join(t.TempDir(), "run")
		m, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		saved, err := checkpoints.Read(filepath.Join(dir, m.Checkpoint))
		if err != nil {
			t.Fatal(err)
		}
		return checkpoints.Hash(saved.Tensors)
	}
	want := tensors()
	tried := map[string]bool{}
	for _, set := range []string{
		"name=other", "train.checkpoint.every=3", "train.checkpoint.keep=9", "train.samples=0",
		"train.log=[tensorboard]", "train.use=best", "train.evaluate={metrics: [nll], every: 5 steps, n: 3, draws: 2}", "train.best=nll",
	} {
		sets := []string{set}
		if set == "train.best=nll" {
			sets = append(sets, "train.evaluate.metrics=[nll]")
		}
		if got := tensors(sets...); got != want {
			t.Errorf("%s: tensors %s, want %s", set, got, want)
		}
		key, _, _ := strings.Cut(set, "=")
		tried[key] = true
	}
	for key, class := range parse(t, tiny["vae"]).Classes() {
		if (class == experiments.Free || class == experiments.Choice) && !tried[key] && !strings.HasPrefix(key, "train.evaluate.") {
			t.Errorf("%s is %v and was not tried", key, class)
		}
	}
}

// A run goes on with other names, outputs and choices of the best, says so and notes it.
func TestARunGoesOnWithWhatIsFree(t *testing.T) {
	c := parse(t, tiny["vae"])
	whole, err := Run(context.Background(), c, Options{Dir: filepath.Join(t.TempDir(), "whole"), Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	stopAt(t, c, dir, 9)
	other := parse(t, tiny["vae"], "name=renamed", "train.checkpoint={every: 3, keep: 4}", "train.samples=1", "train.log=[tensorboard]", "train.evaluate={metrics: [nll], n: 5, draws: 2}", "train.best=nll")
	var log strings.Builder
	m, err := Run(context.Background(), other, Options{Dir: dir, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: renamed here, vae in the run", "train.checkpoint.keep: 4 here, 3 in the run", "train.samples: 1 here, 2 in the run", "train.log: [{kind: tensorboard}] here, absent in the run", "changed at step 9: train.best loss -> nll"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in\n%s", want, &log)
		}
	}
	if m.ParamsSHA256 != whole.ParamsSHA256 || m.Name != "renamed" || m.Best == nil || m.Best.By != "nll" || len(m.History) != 1 {
		t.Errorf("got %+v, want the weights %s of a run that is renamed and has its best by nll", m, whole.ParamsSHA256)
	}
	if kept, err := experiments.Load(filepath.Join(dir, experiments.ConfigFile)); err != nil || len(other.Differences(kept)) > 0 {
		t.Errorf("config.yaml differs: %v, %v", err, other.Differences(kept))
	}
	// A finished one, too.
	third := parse(t, tiny["vae"], "name=third", "train.evaluate={metrics: [nll], n: 5, draws: 2}", "train.best=nll")
	if m, err = Run(context.Background(), third, Options{Dir: dir, Log: io.Discard}); err != nil || m.Name != "third" || m.Status != rundir.Finished {
		t.Errorf("got %+v, %v, want the finished run with its third name", m, err)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
}

// What is fitted at once can be measured later, and is what it was.
func TestAFittedRunIsMeasuredLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	before, err := Run(context.Background(), parse(t, tinyPCA), Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Run(context.Background(), parse(t, tinyPCA, "train.evaluate.metrics=[squared_error]", "train.samples=0"), Options{Dir: dir, Log: io.Discard})
	if err != nil || m.ParamsSHA256 != before.ParamsSHA256 || m.Status != rundir.Finished || len(m.Metrics.Figures) != 1 {
		t.Errorf("got %+v, %v, want the same weights with a figure", m, err)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
}

// stopAt trains until a step, and stops there as Ctrl-C does.
func stopAt(t testing.TB, c experiments.Config, dir string, at int, options ...func(*Options)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := Options{Dir: dir, Log: io.Discard, hook: func(step int, _ *trainer) {
		if step == at {
			cancel()
		}
	}}
	for _, set := range options {
		set(&o)
	}
	if _, err := Run(ctx, c, o); err == nil || !strings.Contains(fmt.Sprint(err), "interrupted at step") {
		t.Fatalf("got %v, want a run that is interrupted at step %d", err, at)
	}
}
