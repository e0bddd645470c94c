package training

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/rundir"
	"latentspace/trained/saved"
)

// mustRun runs an experiment in a new folder to its end.
func mustRun(t *testing.T, c experiments.Config) (m *rundir.Manifest, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	return m, dir
}

// records reads metrics.jsonl.
func records(t *testing.T, dir string) []rundir.Record {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, rundir.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	var all []rundir.Record
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var r rundir.Record
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
}

// measured are the steps whose records have a figure, as "5 10 15", those that end an
// epoch with a stroke.
func measured(all []rundir.Record, name string) string {
	var steps []string
	for _, r := range all {
		if e, ok := r.Figures[name]; ok && e.Error > 0 {
			steps = append(steps, fmt.Sprint(r.Step)+map[bool]string{true: "'"}[r.EndsEpoch()])
		}
	}
	return strings.Join(steps, " ")
}

// The small VAE has 6 steps in each of 4 epochs.
func TestFiguresAreMeasuredWhenTheyAreDue(t *testing.T) {
	for every, want := range map[string]string{
		"1 epoch": "6' 12' 18' 24'", "3 epochs": "18' 24'", "5 steps": "5 10 15 20 24'", "100 steps": "24'",
	} {
		m, dir := mustRun(t, parse(t, tiny["vae"], "train.samples=0", "train.evaluate.metrics=[nll, neg_elbo]", "train.evaluate.every="+every))
		all := records(t, dir)
		for _, name := range []string{"nll", "neg_elbo"} {
			if got := measured(all, name); got != want {
				t.Errorf("every %s: %s at steps %s, want %s", every, name, got, want)
			}
		}
		epochs := 0
		for i, r := range all {
			if r.EndsEpoch() {
				epochs++
			}
			if r.Epoch != epochs || i > 0 && all[i-1].Step >= r.Step {
				t.Errorf("every %s: the record of step %d says epoch %d, want %d, in the order of steps", every, r.Step, r.Epoch, epochs)
			}
		}
		last := all[len(all)-1].Figures
		if m.Metrics.Figures["nll"] != last["nll"] || m.Best == nil || m.Best.By != "valid loss" {
			t.Errorf("every %s: the manifest has figures %v and the best %+v, want %v and one by validation loss", every, m.Metrics.Figures, m.Best, last)
		}
	}
}

// TestARecordIsWhatItsCheckpointIsWorth opens the last checkpoint, whose weights are
// averaged ones, and measures it as sample would.
func TestARecordIsWhatItsCheckpointIsWorth(t *testing.T) {
	m, dir := mustRun(t, parse(t, tiny["vae"], "train.samples=0", "train.evaluate={metrics: [nll, kl], n: 15, draws: 4}"))
	opened, _, err := Find(dir, "", false, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	splits, err := opened.Data(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report, err := evaluation.Measure(t.Context(), opened.Subject(splits, splits.Valid, "valid"), evaluation.Options{
		Metrics: []string{"kl", "nll"}, N: 15, Draws: 4, Seed: m.Seed,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kl", "nll"} {
		want, _ := report.Figure(name)
		if got := m.Metrics.Figures[name]; got.Value != want.Value || got.Error != want.Error || got.Error == 0 {
			t.Errorf("%s: the run has %v, its checkpoint %v ± %v", name, got, want.Value, want.Error)
		}
	}
}

func TestMeasuringDoesNotChangeTraining(t *testing.T) {
	for _, name := range []string{"vae", "ae"} {
		plain, _ := mustRun(t, parse(t, tiny[name]))
		with, _ := mustRun(t, parse(t, tiny[name], "train.evaluate={every: 5 steps, metrics: [kl, nll, neg_elbo]}", "train.samples=0"))
		if with.ParamsSHA256 != plain.ParamsSHA256 || with.Step != plain.Step || fmt.Sprint(with.Metrics.Test) != fmt.Sprint(plain.Metrics.Test) {
			t.Errorf("%s: measuring leads to parameters %s, want %s", name, with.ParamsSHA256, plain.ParamsSHA256)
		}
	}
}

// TestTheBestIsKept has the best checkpoint at an early step within an epoch, as a high
// learning rate throws the model about.
func TestTheBestIsKept(t *testing.T) {
	c := parse(t, tiny["ae"], "train.evaluate={every: 3 steps, metrics: [squared_error, ssim]}", "train.best=squared_error",
		"train.checkpoint={every: 1, keep: 2}", "train.optimizer={kind: adam, lr: 0.1}")
	m, dir := mustRun(t, c)
	lowest := rundir.Best{By: "squared_error"}
	for _, r := range records(t, dir) {
		if e, ok := r.Figures["squared_error"]; ok && (lowest.Step == 0 || e.Value < lowest.Value) {
			lowest.Step, lowest.Value = r.Step, e.Value
		}
	}
	if m.Best == nil || *m.Best != lowest {
		t.Errorf("the best is %+v, want %+v", m.Best, lowest)
	}
	steps, err := checkpoints.Store{Dir: dir}.List()
	if err != nil {
		t.Fatal(err)
	}
	if lowest.Step%8 == 0 || len(steps) != 3 || steps[0] != lowest.Step {
		t.Errorf("checkpoints %v, want the best within an epoch, %d, and two newer ones", steps, lowest.Step)
	}
	found, _, err := Find(dir, "", true, func(error) {})
	if err != nil || found.Step != lowest.Step {
		t.Errorf("the best that is found is %+v, %v, want step %d; there are %v", found, err, lowest.Step, steps)
	}
}

// TestTheBestIsOfAWholeModel trains a flow that begins after two epochs, of codes whose scale grows until
// then: its error is least where nothing has trained it yet, which is neither the best nor a reason to
// stop.
func TestTheBestIsOfAWholeModel(t *testing.T) {
	const src = `
name: two-phases
data: {kind: ring, train: 70, valid: 20, test: 10}
model: {kind: latent-diffusion, from: 2, critic_weight: 0, encoder: {kind: mlp, hidden: [8]}, places: 1, width: 2, flow: {width: 4, blocks: 1, steps: 2}}
train: {epochs: 4, batch: 10, patience: 1, min_delta: 1000, samples: 0, optimizer: {kind: adam, lr: 0.01}}
`
	m, dir := mustRun(t, parse(t, src))
	want := rundir.Best{By: "valid velocity_error"}
	for _, r := range records(t, dir) {
		e, _ := r.Valid.Get("velocity_error")
		if r.Epoch > 2 && (want.Step == 0 || e < want.Value) {
			want.Step, want.Value = r.Step, e
		}
	}
	if m.Best == nil || *m.Best != want {
		t.Errorf("the best is %+v, want %+v", m.Best, want)
	}
	// Of the four evaluations the first two do not count, and none is better by 1000 than the third.
	if all := records(t, dir); len(all) != 4 {
		t.Errorf("%d epochs, want 4", len(all))
	}
}

// TestAGANHasABestByAFigure chooses by one of which more is better, where the losses of
// the phases say nothing. A step takes three of the eight batches of an epoch.
func TestAGANHasABestByAFigure(t *testing.T) {
	m, dir := mustRun(t, parse(t, tiny["gan"], "train.samples=0", "train.evaluate.metrics=[high_quality]", "train.best=high_quality", "train.patience=9"))
	all := records(t, dir)
	if got := measured(all, "high_quality"); got != "3' 6' 8' 11'" {
		t.Errorf("measured at steps %s, want the ends of epochs, 3 6 8 11", got)
	}
	highest := rundir.Best{By: "high_quality", Value: -1}
	for _, r := range all {
		if v := r.Figures["high_quality"].Value; v > highest.Value {
			highest.Step, highest.Value = r.Step, v
		}
	}
	found, _, err := Find(dir, "", true, func(error) {})
	if err != nil || m.Best == nil || *m.Best != highest || found.Step != highest.Step {
		t.Errorf("the best is %+v, %v, want %+v", m.Best, err, highest)
	}
}

// stopping has runs that end before their last step: in the middle of an epoch, and at
// the end of one, by a figure and by the loss. No improvement is ever enough.
var stopping = map[string]struct {
	sets []string
	step int
}{
	"within an epoch":     {[]string{"train.evaluate={every: 5 steps, metrics: [kl, nll]}", "train.best=nll"}, 15},
	"at the end of one":   {[]string{"train.evaluate={every: 1 epoch, metrics: [nll]}", "train.best=nll"}, 18},
	"by validation loss":  {nil, 18},
	"beside other steps":  {[]string{"train.evaluate={every: 5 steps, metrics: [nll]}"}, 18},
	"at a multiple of it": {[]string{"train.evaluate={every: 4 steps, metrics: [nll]}", "train.best=nll"}, 12},
}

func TestStoppingEarlyFinishesTheRun(t *testing.T) {
	for name, test := range stopping {
		t.Run(name, func(t *testing.T) {
			c := parse(t, tiny["vae"], append(test.sets, "train.samples=0", "train.patience=2", "train.min_delta=1e6")...)
			m, dir := mustRun(t, c)
			want := fmt.Sprintf("stopped: no better %s in 2 evaluations", c.Train.Best)
			if m.Status != rundir.Finished || m.Step != test.step || m.Stopped != want || m.Metrics.Test == nil || m.Best == nil {
				t.Errorf("got %s at step %d, %q, test %v, want it finished at %d, %q, with the test set's losses",
					m.Status, m.Step, m.Stopped, m.Metrics.Test, test.step, want)
			}
			for _, step := range []int{m.Step, m.Best.Step} {
				if _, err := checkpoints.Read((checkpoints.Store{Dir: dir}).Path(step)); err != nil {
					t.Error(err)
				}
			}
			var log bytes.Buffer
			again, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
			if err != nil || again.Step != test.step || !strings.Contains(log.String(), fmt.Sprintf("is finished: step %d", test.step)) || !strings.Contains(log.String(), want) {
				t.Errorf("again: got %v and %q", err, &log)
			}
		})
	}
}

func TestTheLastStepIsNoEarlyStop(t *testing.T) {
	m, _ := mustRun(t, parse(t, tiny["vae"], "train.patience=3", "train.min_delta=1e6"))
	if m.Step != 24 || m.Stopped != "" {
		t.Errorf("got step %d, %q, want step 24 without a reason", m.Step, m.Stopped)
	}
}

// snapshots is a log that copies a folder at each of its lines: what a process that is
// killed there leaves behind.
type snapshots struct {
	dir, into string
	n         int
	err       error
}

func (s *snapshots) Write(b []byte) (int, error) {
	if _, err := os.Stat(s.dir); err == nil {
		s.err = errors.Join(s.err, os.CopyFS(filepath.Join(s.into, fmt.Sprint(s.n)), os.DirFS(s.dir)))
		s.n++
	}
	return len(b), nil
}

// TestAKillDuringAnEvaluationLosesNothing goes on from every folder that a kill between
// an evaluation and its checkpoint could leave, and then from interruptions.
func TestAKillDuringAnEvaluationLosesNothing(t *testing.T) {
	for _, name := range []string{"within an epoch", "by validation loss"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := parse(t, tiny["vae"], append(stopping[name].sets, "train.samples=0", "train.patience=2", "train.min_delta=1e6", "train.checkpoint.every=5")...)
			want, whole := mustRun(t, c)
			killed := filepath.Join(t.TempDir(), "run")
			log := &snapshots{dir: killed, into: t.TempDir()}
			if _, err := Run(context.Background(), c, Options{Dir: killed, Log: log}); err != nil || log.err != nil {
				t.Fatal(err, log.err)
			}
			if log.n < 4 {
				t.Fatalf("%d lines, want more", log.n)
			}
			for i := range log.n {
				dir := filepath.Join(log.into, fmt.Sprint(i))
				got, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
				if err != nil {
					t.Fatal(err)
				}
				sameRun(t, fmt.Sprintf("killed at line %d", i), want, got, whole, dir)
			}
			dir := filepath.Join(t.TempDir(), "interrupted")
			got := runWithStops(t, c, dir)
			sameRun(t, "interrupted", want, got, whole, dir)
		})
	}
}

// runWithStops runs an experiment that is interrupted after one to three lines, again and
// again, and returns what it came to.
func runWithStops(t *testing.T, c experiments.Config, dir string) *rundir.Manifest {
	t.Helper()
	stops := 0
	for lines := 1; ; lines++ {
		ctx, cancel := context.WithCancel(context.Background())
		got, err := Run(ctx, c, Options{Dir: dir, Log: &stopper{lines: 1 + lines%3, stop: cancel}})
		cancel()
		if errors.Is(err, ErrInterrupted) {
			stops++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if stops < 3 {
			t.Errorf("the run was stopped %d times, want at least 3", stops)
		}
		return got
	}
}

// sameRun wants of two runs what they must have in common, to the byte.
func sameRun(t *testing.T, name string, want, got *rundir.Manifest, whole, dir string) {
	t.Helper()
	if got.ParamsSHA256 != want.ParamsSHA256 || got.Step != want.Step || got.Stopped != want.Stopped || fmt.Sprint(got.Best) != fmt.Sprint(want.Best) {
		t.Errorf("%s: step %d, parameters %s, best %v, %q\nwant step %d, %s, %v, %q", name,
			got.Step, got.ParamsSHA256, got.Best, got.Stopped, want.Step, want.ParamsSHA256, want.Best, want.Stopped)
	}
	same := []string{want.Checkpoint, rundir.MetricsFile, experiments.ConfigFile, "curves.png"}
	if want.Best != nil {
		same = append(same, filepath.Base(checkpoints.Store{}.Path(want.Best.Step)))
	}
	for _, file := range same {
		a, errA := os.ReadFile(filepath.Join(whole, file))
		b, errB := os.ReadFile(filepath.Join(dir, file))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %s differs (%v, %v)", name, file, errA, errB)
		}
	}
}

func TestWhatCannotBeMeasured(t *testing.T) {
	t.Run("is told before the first step, and training goes on", func(t *testing.T) {
		var log bytes.Buffer
		dir := filepath.Join(t.TempDir(), "run")
		m, err := Run(context.Background(), parse(t, tiny["gan"], "train.evaluate.metrics=[nll]"), Options{Dir: dir, Log: &log})
		if err != nil || m.Status != rundir.Finished || strings.Count(log.String(), "nll") != 1 ||
			!strings.HasPrefix(log.String(), "train.evaluate.metrics: nll is left out: ") {
			t.Errorf("got %v and\n%s", err, &log)
		}
		_, _, err = Find(dir, "", true, func(error) {})
		if err == nil || !strings.Contains(err.Error(), "has no best checkpoint: its model is not compared by validation loss") {
			t.Errorf("its best checkpoint: got %v", err)
		}
	})
	for name, test := range map[string]struct {
		experiment string
		sets       []string
		want       string
	}{
		"is nothing to choose by":                  {"gan", []string{"train.evaluate.metrics=[nll]", "train.best=nll"}, "training: train.best: nll cannot be measured: "},
		"for want of examples":                     {"vae", []string{"train.evaluate.metrics=[nll]", "data.valid=0"}, "training: train.evaluate: the data has no validation examples"},
		"for want of examples, with patience only": {"vae", []string{"train.patience=3", "data.valid=0"}, "training: train.patience: the data has no validation examples"},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, tiny[test.experiment], test.sets...)
			dir := filepath.Join(t.TempDir(), "run")
			if _, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("a folder is left of a run that could not begin")
			}
			if _, err := Check(context.Background(), c, CheckOptions{}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("-check: got %v, want %s", err, test.want)
			}
		})
	}
}

func TestAFittedModelIsMeasuredOnce(t *testing.T) {
	var log bytes.Buffer
	dir := filepath.Join(t.TempDir(), "run")
	c := parse(t, tinyPCA, "train.evaluate.metrics=[nll, squared_error]", "train.evaluate.n=10", "train.evaluate.draws=3")
	if _, err := Run(context.Background(), c, Options{Dir: dir, Log: &log}); err != nil {
		t.Fatal(err)
	}
	all := records(t, dir)
	if got := measured(all, "squared_error"); got != "1'" || strings.Count(log.String(), "nll is left out") != 1 {
		t.Errorf("measured at %q, want it at step 1, and a sentence about nll in\n%s", got, &log)
	}
	_, err := experiments.Parse("f.yaml", []byte(tinyPCA), "train.evaluate.every=5 steps", "train.patience=2")
	for _, want := range []string{"train.evaluate.every: a model of kind pca is fitted at once", "train.patience: a model"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestACheckpointOfBeforeIsRead takes what is new out of the files of a run.
func TestACheckpointOfBeforeIsRead(t *testing.T) {
	c := parse(t, tiny["ae"])
	want, whole := mustRun(t, c)
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if _, err := Run(ctx, c, Options{Dir: dir, Log: &stopper{lines: 3, stop: cancel}}); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	name := filepath.Join(dir, experiments.ConfigFile)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	old, after, found := strings.Cut(string(b), "  evaluate:")
	if !found || !strings.HasSuffix(after, "  min_delta: 0\n") {
		t.Fatalf("the new keys are not the last of\n%s", b)
	}
	if err := os.WriteFile(name, []byte(old), 0o666); err != nil {
		t.Fatal(err)
	}
	store := checkpoints.Store{Dir: dir}
	file, step, _, err := store.Latest(func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	file.Meta[saved.MetaConfig] = old
	for _, word := range []string{"evaluated", "stall", "stopped"} {
		if strings.Contains(file.Meta[saved.MetaProgress], word) {
			t.Errorf("%s in the progress of an experiment without it: %s", word, file.Meta[saved.MetaProgress])
		}
	}
	if _, err := store.Save(step, file); err != nil {
		t.Fatal(err)
	}
	got, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil || got.ParamsSHA256 != want.ParamsSHA256 {
		t.Errorf("got %+v, %v, want the run of %s", got, err, whole)
	}
}

// TestTheBestOfARunKilledBeforeItsManifest has a manifest that names a checkpoint which
// is pruned, as a better one was saved.
func TestTheBestOfARunKilledBeforeItsManifest(t *testing.T) {
	m, dir := mustRun(t, parse(t, tiny["vae"]))
	step := m.Best.Step
	m.Best = &rundir.Best{Step: step - 1, By: m.Best.By}
	if err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, _, err := Find(dir, "", true, func(error) {})
	if err != nil || got.Step != step {
		t.Errorf("got %v, %v, want step %d", got, err, step)
	}
}

// With train.use: best what is sampled is the best checkpoint, and the newest where there is none.
func TestAnExperimentSaysWhichCheckpointIsUsed(t *testing.T) {
	for use, best := range map[string]bool{"best": true, "newest": false} {
		m, dir := mustRun(t, parse(t, tiny["ae"], "train.evaluate={every: 3 steps, metrics: [squared_error]}", "train.best=squared_error",
			"train.samples=0", "train.optimizer={kind: adam, lr: 0.1}", "train.use="+use))
		found, _, err := Find(dir, "", false, func(error) {})
		if err != nil || m.Best == nil {
			t.Fatalf("%v, the best is %v", err, m.Best)
		}
		if want := map[bool]int{true: m.Best.Step, false: m.Step}[best]; found.Step != want {
			t.Errorf("use: %s opens step %d, want %d; the best is %d and the last %d", use, found.Step, want, m.Best.Step, m.Step)
		}
		if m.Best.Step == m.Step {
			t.Error("the last checkpoint is the best, so that this shows nothing")
		}
	}
}
