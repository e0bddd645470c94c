package training

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/experiments"
	"latentspace/rundir"
)

// rivals reach a diversity of about 1 in their first epoch of 40 steps.
const rivals = `
name: rivals
data: {kind: ring, train: 2000, valid: 20, test: 10}
model: {kind: gan, latent: 4, generator: {kind: mlp, hidden: [32]}, discriminator: {kind: mlp, hidden: [32]}}
train: {epochs: 6, batch: 50, samples: 0, optimizer: {kind: adam, lr: 0.003, beta1: 0.5}, checkpoint: {every: 13, keep: 2}}
`

// deaden makes the generator forget its codes after a step, once.
func deaden(at int) func(step int, t *trainer) {
	done := false
	return func(step int, t *trainer) {
		if step == at && !done {
			done = true
			clear(t.params.Get("generator.layer1.weight").Data)
		}
	}
}

// The generator makes one point from step 150 on, which the look at 160 finds, while the losses are
// those of a healthy run. The checkpoint of 120 stays, where two newer ones would have replaced it.
func TestACollapseIsAWarningThatNamesTheLastGoodCheckpoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	m, err := Run(t.Context(), parse(t, rivals, "train.optimizers={generator: {kind: sgd, lr: 1e-9}}"), Options{Dir: dir, Log: &log, hook: deaden(150)})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	if m.Status != rundir.Finished || m.Step != 240 || len(m.Warnings) != 2 {
		t.Fatalf("got %s at step %d with the warnings %q, want the run finished at 240 with two", m.Status, m.Step, m.Warnings)
	}
	for _, want := range []string{"step 160: the samples have become alike", "the last good checkpoint is step-00000120.safetensors", "train.on_collapse.rollback=true goes back to it"} {
		if !strings.Contains(m.Warnings[0], want) {
			t.Errorf("the warning does not say %q: %s", want, m.Warnings[0])
		}
	}
	if !strings.Contains(m.Warnings[1], "the samples are alike since step 160") || !strings.Contains(log.String(), ", collapsed, after") {
		t.Errorf("the end does not tell of the collapse: %q\n%s", m.Warnings[1], &log)
	}
	var steps []string
	files, err := filepath.Glob(filepath.Join(dir, "step-*"))
	for _, f := range files {
		steps = append(steps, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "step-"), ".safetensors"))
	}
	if want := []string{"00000120", "00000234", "00000240"}; err != nil || !slices.Equal(steps, want) {
		t.Errorf("the checkpoints %v are left, want %v", steps, want)
	}
}

// After a collapse at 160 the run goes back to 120, on with half the learning rate, and ends with
// varied samples. A replay from there agrees.
func TestACollapseCanBeRolledBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	m, err := Run(t.Context(), parse(t, rivals, "train.on_collapse.rollback=true"), Options{Dir: dir, Log: &log, hook: deaden(155)})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	for _, want := range []string{"step-00000120.safetensors; the run goes back to it (1 of 3)", "back to step 120, and on with 0.5 of the learning rate"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, &log)
		}
	}
	if m.Status != rundir.Finished || m.Step != 240 || len(m.Warnings) != 1 {
		t.Errorf("got %s at step %d with the warnings %q, want the run finished at 240 with one", m.Status, m.Step, m.Warnings)
	}
	b, err := os.ReadFile(filepath.Join(dir, rundir.MetricsFile))
	if n := strings.Count(string(b), `"diversity":{"value":`); err != nil || n != 6 {
		t.Errorf("%d looks in %s, %v, want one in each of 6 epochs", n, b, err)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %+v", v)
	}
}

// Where figures are measured within epochs, samples are looked at there too, and a look that finds
// them varied is saved: the run goes back to 140, and not to the end of an epoch.
func TestACollapseIsSeenWhereFiguresAreMeasured(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	m, err := Run(t.Context(), parse(t, rivals, "train.on_collapse.rollback=true", "train.checkpoint.every=0", "train.evaluate={metrics: [diversity], every: 10 steps, n: 20}"),
		Options{Dir: dir, Log: &log, hook: deaden(145)})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	if len(m.Warnings) != 1 || !strings.HasPrefix(m.Warnings[0], "step 150: the samples have become alike") || !strings.Contains(log.String(), "back to step 140, and on") {
		t.Errorf("got the warnings %q, want one at step 150, and the run back at 140\n%s", m.Warnings, &log)
	}
	if d, ok := m.Metrics.Figures["diversity"]; !ok || d.Value < 0.2 {
		t.Errorf("the figure is %v at the end, want varied samples", d)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %+v", v)
	}
}

// A run that is stopped between the collapse and the look, or after it went back, ends with the same
// weights as one that was not.
func TestARolledBackCollapseResumesToTheBit(t *testing.T) {
	config := parse(t, rivals, "train.on_collapse.rollback=true")
	final := func(stops ...int) string {
		dir, hook := filepath.Join(t.TempDir(), "run"), deaden(155)
		for {
			ctx, cancel := context.WithCancel(t.Context())
			m, err := Run(ctx, config, Options{Dir: dir, Log: io.Discard, hook: func(step int, tr *trainer) {
				hook(step, tr)
				if len(stops) > 0 && step == stops[0] && (step > 156 || tr.rate == 1) {
					stops = stops[1:]
					cancel()
				}
			}})
			cancel()
			if err == nil {
				return m.ParamsSHA256
			}
			if !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
		}
	}
	want := final()
	for _, stops := range [][]int{{156}, {170}, {156, 158, 200}} {
		if got := final(stops...); got != want {
			t.Errorf("stopped at %v: weights %s, want %s", stops, got, want)
		}
	}
}

// Once the tries are used up the collapse is a warning again, and training goes on.
func TestAfterItsTriesACollapsedRunGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(t.Context(), parse(t, rivals, "train.on_collapse={rollback: true, tries: 2}"), Options{Dir: dir, Log: io.Discard, hook: func(step int, tr *trainer) {
		if step == 155 {
			clear(tr.params.Get("generator.layer1.weight").Data)
		}
	}})
	if err != nil || m.Step != 240 {
		t.Fatalf("%+v, %v", m, err)
	}
	if w := strings.Join(m.Warnings, "\n"); strings.Count(w, "step 160: the samples have become alike") != 3 || !strings.Contains(w, "the run went back 2 times already") {
		t.Errorf("got the warnings %q, want two that the run goes back, and one that it does no more", m.Warnings)
	}
}

func TestTheDiscriminatorsAccuracyIsTold(t *testing.T) {
	for want, terms := range map[string]rundir.Metrics{
		"": {{Name: "loss", Value: 1}, {Name: "real", Value: 1}},
		"its discriminator told 99 % of the data and 25 % of the samples rightly": {{Name: "accuracy_real", Value: 0.99}, {Name: "accuracy_fake", Value: 0.25}},
		"its discriminator told 50 % of the samples rightly":                      {{Name: "critic.accuracy_fake", Value: 0.5}},
	} {
		if got := discriminated(terms); got != want {
			t.Errorf("of %v: got %q, want %q", terms, got, want)
		}
	}
}

func TestCollapseMistakes(t *testing.T) {
	for set, want := range map[string]string{
		"train.on_collapse.lr_scale=1": "lr_scale: 1, want a factor in (0, 1): with 1 the same steps would collapse again",
		"train.on_collapse.tries=0":    "tries: 0, want it from 1 to 1000",
	} {
		if _, err := experiments.Parse("test.yaml", []byte(rivals), set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", set, err, want)
		}
	}
	if _, err := experiments.Parse("test.yaml", []byte(explosive), "train.on_collapse.rollback=true"); err == nil || !strings.Contains(err.Error(), "a model of kind ae is not watched for a collapse") {
		t.Errorf("an autoencoder: got %v", err)
	}
}
