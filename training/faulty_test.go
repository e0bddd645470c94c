package training

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/rundir"
)

// faulty is a variational autoencoder whose decoder panics where it is asked for examples,
// which only measurements and pictures do, and training does not.
type faulty variational.VAE

func (m faulty) Check(report func(key, format string, args ...any)) { variational.VAE(m).Check(report) }
func (m faulty) Phases() []models.Phase                             { return variational.VAE(m).Phases() }
func (m faulty) Encode(g *nn.Graph, b models.Batch) models.Code {
	return variational.VAE(m).Encode(g, b)
}
func (m faulty) Prior(p *nn.Params) (latent.Prior, error) { return variational.VAE(m).Prior(p) }

func (m faulty) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	out := variational.VAE(m).Decode(g, z, given)
	out.Likelihood = meanless{out.Likelihood}
	return out
}

// meanless is a likelihood without a mean.
type meanless struct{ likelihoods.Likelihood }

func (meanless) Mean(*nn.Graph, nn.Node, example.Field) nn.Node { panic("lapack: bad stride") }

// register makes faulty a kind of model for a test.
func register(t *testing.T) {
	kinds := experiments.Registry[reflect.TypeFor[models.Model]()]
	kinds["faulty"] = func() any { return faulty(families.Models["vae"]().(variational.VAE)) }
	t.Cleanup(func() { delete(kinds, "faulty") })
}

// A panic inside a measurement or a picture, before the first step and during training, is a
// missing figure with its reason: training ends with the bits that it has without it.
func TestAPanicInAMeasurementDoesNotEndARun(t *testing.T) {
	register(t)
	plain := parse(t, tiny["vae"])
	want, _ := mustRun(t, plain)
	c := parse(t, strings.Replace(tiny["vae"], "kind: vae", "kind: faulty", 1), "train.evaluate={every: 3 steps, metrics: [kl, squared_error]}", "train.best=squared_error")
	var log bytes.Buffer
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	if m.Status != rundir.Finished || m.ParamsSHA256 != want.ParamsSHA256 {
		t.Errorf("status %s, weights %s, want finished and %s", m.Status, m.ParamsSHA256, want.ParamsSHA256)
	}
	if _, ok := m.Metrics.Figures["kl"]; !ok {
		t.Error("kl, which did not fail, is missing")
	}
	for _, says := range []string{
		"before the first step squared_error is left out: squared_error failed: a panic in ", "step 3: squared_error is left out: ",
		"lapack: bad stride", "a picture is left out: a panic in ",
	} {
		if !strings.Contains(log.String(), says) {
			t.Errorf("the log does not say %q:\n%s", says, &log)
		}
	}
}

// A panic outside of measurements ends the run, and the manifest says so with the place.
func TestAPanicOfTrainingIsInTheManifest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	hook := func(step int, _ *trainer) {
		if step == 3 {
			panic("a fault of the program")
		}
	}
	_, err := Run(context.Background(), parse(t, tiny["ae"]), Options{Dir: dir, Log: io.Discard, hook: hook})
	if err == nil || !strings.Contains(err.Error(), "a fault of the program; please report it") || !strings.Contains(err.Error(), "faulty_test.go") {
		t.Errorf("got %v, want the panic with its stack", err)
	}
	m, err := rundir.ReadManifest(dir)
	if err != nil || m.Status != rundir.Failed || !strings.Contains(m.Error, "TestAPanicOfTrainingIsInTheManifest") || m.Step != 3 {
		t.Fatalf("got %v and the manifest %+v", err, m)
	}
	if m, err = Run(context.Background(), parse(t, tiny["ae"]), Options{Dir: dir, Log: io.Discard}); err != nil || m.Status != rundir.Finished || m.Error != "" {
		t.Errorf("the same command again: got %v and %+v", err, m)
	}
}

// Losses of a validation or a test set that are no numbers are left out with a warning that
// the manifest keeps, and the run goes on.
func TestLossesThatCannotBeMeasuredAreWarnings(t *testing.T) {
	c := parse(t, tiny["vae"])
	sound := c.Model.(variational.VAE)
	broken := models.Phase{Name: "elbo", Loss: func(g *nn.Graph, b models.Batch) models.Loss {
		l := sound.Phases()[0].Loss(g, b)
		if !g.Training {
			l.Total = l.Total.Scale(1e38).Scale(1e38)
		}
		return l
	}}
	c.Model = overflowing{sound, broken}
	splits, _, tr, err := prepare(context.Background(), c, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r := &run{trainer: tr, splits: splits, log: &log, evaluator: newEvaluator(c, tr.told, tr.memory), report: &reporter{w: &log}}
	got, err := r.losses(context.Background(), "validation", splits.Valid)
	if err != nil || got != nil {
		t.Errorf("got %v, %v, want nothing", got, err)
	}
	if len(r.manifest.Warnings) != 1 || !strings.Contains(r.manifest.Warnings[0], "the losses of the validation set are left out: ") || !strings.Contains(log.String(), "loss is +Inf") {
		t.Errorf("warnings %q and\n%s", r.manifest.Warnings, &log)
	}
}

// overflowing is a model with another loss.
type overflowing struct {
	variational.VAE
	phase models.Phase
}

func (m overflowing) Phases() []models.Phase { return []models.Phase{m.phase} }

// A run whose process was killed is told from one that goes on by its lock: by sample, and
// by train, which notes it.
func TestARunThatWasKilledIsTold(t *testing.T) {
	_, dir := mustRun(t, parse(t, tiny["ae"], "train.epochs=4"))
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Status = rundir.Running
	if err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	told := func() string {
		var warnings strings.Builder
		if _, _, err := Find(dir, "", false, func(err error) { warnings.WriteString(err.Error()) }); err != nil {
			t.Fatal(err)
		}
		return warnings.String()
	}
	const killed = "was killed after step 32: run.json says running, and no process holds run.lock"
	if got := told(); !strings.Contains(got, killed) {
		t.Errorf("sample says %q, want %q", got, killed)
	}
	release, err := checkpoints.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "" {
		t.Errorf("of a run that goes on sample says %q", got)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	// What the next process cannot begin leaves no manifest that says running.
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, parse(t, tiny["ae"], "train.epochs=4"), Options{Dir: dir, Log: &log}); err == nil {
		t.Error("a run whose context has ended ends well")
	}
	if m, err := rundir.ReadManifest(dir); err != nil || m.Status != rundir.Interrupted {
		t.Errorf("got %v and the status %s, want interrupted", err, m.Status)
	}
	if !strings.Contains(log.String(), "was killed after step 32: its process ended without a word") {
		t.Errorf("train does not say that the run was killed:\n%s", &log)
	}
}
