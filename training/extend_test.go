package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/rundir"
)

// extend goes on with a run in another way, to its end.
func extend(t *testing.T, dir, src string, sets ...string) *rundir.Manifest {
	t.Helper()
	m, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: dir, Log: io.Discard, Extend: true})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tensorsOf is a digest of all tensors of a run's newest checkpoint: weights, optimizers and
// averages.
func tensorsOf(t *testing.T, dir string) string {
	t.Helper()
	c, _, _, err := checkpoints.Store{Dir: dir}.Latest(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return checkpoints.Hash(c.Tensors)
}

func fileOf(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A run of 2 epochs that is extended to 4 ends with the bits of a run of 4, where the schedule
// does not depend on how many there are to be. Training with labels sees those that have one
// more often than the data have them, so that its epochs are longer.
func TestARunOfTwoEpochsExtendedToFourIsARunOfFour(t *testing.T) {
	sources := maps.Clone(tiny)
	sources["labels"] = `
name: labels
data: {kind: glyphs, train: 400, valid: 20, test: 10, labels: 10}
model: {kind: m2, latent: 1, classifier: {hidden: [4]}, encoder: {hidden: [4]}}
train: {epochs: 4, batch: 50, checkpoint: {every: 5}, samples: 0}
`
	for name, src := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const constant, two = "train.schedule={kind: constant}", "train.epochs=2"
			whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
			want, err := Run(context.Background(), parse(t, src, constant), Options{Dir: whole, Log: io.Discard})
			if err != nil {
				t.Fatal(err)
			}
			first, err := Run(context.Background(), parse(t, src, constant, two), Options{Dir: dir, Log: io.Discard})
			if err != nil || first.Epoch != 2 {
				t.Fatalf("got %+v, %v, want a run of 2 epochs", first, err)
			}
			if _, err := Run(context.Background(), parse(t, src, constant), Options{Dir: dir, Log: io.Discard}); err == nil ||
				!strings.Contains(err.Error(), "train.epochs: 4 here, 2 in the run (-extend changes it from here on)") {
				t.Errorf("without -extend: got %v", err)
			}
			got := extend(t, dir, src, constant)
			if got.Status != rundir.Finished || got.Step != want.Step || got.ParamsSHA256 != want.ParamsSHA256 {
				t.Errorf("got step %d with parameters %s, want %d with %s", got.Step, got.ParamsSHA256, want.Step, want.ParamsSHA256)
			}
			if a, b := tensorsOf(t, dir), tensorsOf(t, whole); a != b {
				t.Errorf("tensors %s, want %s", a, b)
			}
			for _, file := range []string{rundir.MetricsFile, experiments.ConfigFile} {
				if a, b := fileOf(t, dir, file), fileOf(t, whole, file); a != b {
					t.Errorf("%s has\n%s\nwant\n%s", file, a, b)
				}
			}
			wantHistory := fmt.Sprintf("[step %d: train.epochs 2 -> 4]", first.Step)
			if fmt.Sprint(got.History) != wantHistory {
				t.Errorf("history %v, want %s", got.History, wantHistory)
			}
			model, _, err := Find(dir, "", false, func(err error) { t.Error(err) })
			if err != nil || fmt.Sprint(model.History) != wantHistory || len(model.Past()) != 1 {
				t.Errorf("the checkpoint has the history %v (%v), want %s", model.History, err, wantHistory)
			}
			if v := verified(t, dir, 0); !v.Agrees || v.To != want.Step {
				t.Errorf("a replay: %v", v)
			}
			// Once more, as a script would that was restarted.
			if again := extend(t, dir, src, constant); len(again.History) != 1 || again.Status != rundir.Finished {
				t.Errorf("again: got %+v", again)
			}
		})
	}
}

// What is changed at a step, in the middle of an epoch, is replayed: the rate, the rule, the
// schedule, the batch, clipping, averages.
func TestAChangeIsReplayed(t *testing.T) {
	plain := map[string]string{} // tensors of runs without a change
	for _, src := range []string{"vae", "ae", "gan"} {
		whole := filepath.Join(t.TempDir(), "plain")
		if _, err := Run(t.Context(), parse(t, tiny[src], "train.samples=0"), Options{Dir: whole, Log: io.Discard}); err != nil {
			t.Fatal(err)
		}
		plain[src] = tensorsOf(t, whole)
	}
	for _, test := range []struct {
		name, src string
		at        int
		sets      []string
		history   string
	}{
		{"learning rate", "vae", 9, []string{"train.optimizer.lr=0.0001"}, "train.optimizer.lr 0.001 -> 0.0001"},
		{"another optimizer", "vae", 9, []string{"train.optimizer={kind: sgd, lr: 0.001, momentum: 0.9}"}, "{kind: sgd"},
		{"momentum", "ae", 11, []string{"train.optimizer.momentum=0"}, "train.optimizer.momentum 0.9 -> 0"},
		{"decay", "vae", 9, []string{"train.optimizer={kind: adamw}"}, "weight_decay: 0.01}"},
		{"one phase's", "gan", 3, []string{"train.optimizers={discriminator: {kind: sgd}}"}, "train.optimizers {generator: {kind: adamw"},
		{"no phase's", "gan", 3, []string{"train.optimizers={}"}, "-> {}"},
		{"schedule", "vae", 9, []string{"train.schedule={kind: step, every: 1, gamma: 0.5}"}, "train.schedule {kind: cosine, floor: 0} -> {kind: step, every: 1, gamma: 0.5}"},
		{"more epochs of a cosine", "vae", 9, []string{"train.epochs=7"}, "train.epochs 4 -> 7"},
		{"fewer epochs", "vae", 9, []string{"train.epochs=2"}, "train.epochs 4 -> 2"},
		{"a larger batch", "vae", 9, []string{"train.batch=13"}, "train.batch 8 -> 13"},
		{"a smaller batch", "vae", 9, []string{"train.batch=3", "train.epochs=5"}, "train.batch 8 -> 3"},
		{"a batch of all", "ae", 11, []string{"train.batch=50", "train.epochs=6"}, "train.batch 8 -> 50"},
		{"a batch of several phases", "gan", 3, []string{"train.batch=5"}, "train.batch 8 -> 5"},
		{"clipping", "vae", 9, []string{"train.clip=0.5"}, "train.clip 100 -> 0.5"},
		{"an average", "ae", 11, []string{"train.ema=0.9"}, "train.ema 0 -> 0.9"},
		{"no average", "vae", 9, []string{"train.ema=0"}, "train.ema 0.8 -> 0"},
		{"a shorter average", "vae", 9, []string{"train.ema=0.1"}, "train.ema 0.8 -> 0.1"},
		{"warm-up", "vae", 2, []string{"train.warmup=20"}, "train.warmup 3 -> 20"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			old, dir := parse(t, tiny[test.src], "train.checkpoint.keep=50", "train.samples=0"), filepath.Join(t.TempDir(), "run")
			stopAt(t, old, dir, test.at)
			m := extend(t, dir, tiny[test.src], append(test.sets, "train.checkpoint.keep=50", "train.samples=0")...)
			if len(m.History) != 1 || m.History[0].Step != test.at || !strings.Contains(m.History[0].String(), test.history) {
				t.Errorf("history %v, want %s at step %d", m.History, test.history, test.at)
			}
			for _, last := range []int{0, 3} {
				if v := verified(t, dir, last); !v.Agrees || v.To != m.Step {
					t.Errorf("a replay of the last %d: %v", last, v)
				}
			}
			if plain[test.src] == tensorsOf(t, dir) {
				t.Error("the change makes no difference")
			}
			// The experiment as it was is what the history leads back to.
			now, err := experiments.Load(filepath.Join(dir, experiments.ConfigFile))
			if err != nil {
				t.Fatal(err)
			}
			before, err := now.Undo(m.History[0])
			if err != nil || len(before.Differences(old)) > 0 {
				t.Errorf("before the change: %v, %v", err, before.Differences(old))
			}
		})
	}
}

// At a change of the batch the epoch goes on where it was: no example twice, and less than a
// batch passed over.
func TestAnEpochGoesOnWithAnotherBatch(t *testing.T) {
	for _, test := range []struct{ batch, step, size int }{{8, 9, 13}, {8, 9, 3}, {8, 6, 7}, {8, 3, 50}, {8, 11, 20}, {7, 8, 7}, {50, 3, 9}} {
		c := parse(t, tiny["ae"], fmt.Sprintf("train.batch=%d", test.batch))
		splits, _, tr, err := prepare(t.Context(), parse(t, tiny["ae"], fmt.Sprintf("train.batch=%d", test.size)), rundir.Whereabouts{})
		if err != nil {
			t.Fatal(err)
		}
		n := splits.Train.Len()
		configs := []experiments.Config{c, tr.cfg}
		tr.follow(configs, []experiments.Change{{Step: test.step}})
		old, err := newTrainer(c, tr.told)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		epoch, within := old.epoch(test.step), test.step*1%old.perEpoch
		old.step = test.step - within
		stream, err := old.stream(splits)
		if err != nil {
			t.Fatal(err)
		}
		for range within {
			b, err := stream.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range b.Index {
				seen[i] = true
			}
		}
		stream.Close()
		tr.step = test.step
		if stream, err = tr.stream(splits); err != nil {
			t.Fatal(err)
		}
		for tr.step = test.step; ; tr.step++ {
			b, err := stream.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if b.Epoch != epoch {
				break
			}
			for _, i := range b.Index {
				if seen[i] {
					t.Fatalf("%+v: example %d comes twice in epoch %d", test, i, epoch)
				}
				seen[i] = true
			}
		}
		stream.Close()
		if missed := n - len(seen); missed > test.size-1+max(test.size, test.batch) {
			t.Errorf("%+v: %d of %d examples are passed over", test, missed, n)
		}
		if got := tr.epoch(tr.step); got != epoch+1 {
			t.Errorf("%+v: step %d is in epoch %d, want %d", test, tr.step, got, epoch+1)
		}
		if a, b := tr.epoch(test.step-1), old.epoch(test.step-1); a != b {
			t.Errorf("%+v: the step before the change is in epoch %d, was in %d", test, a, b)
		}
	}
}

// A run that is stopped at any step, before a change, at it and after it, ends with the bytes
// of one that was changed at the same step and never stopped.
func TestStoppingAcrossAChangeMakesNoDifference(t *testing.T) {
	for name, test := range map[string]struct {
		at   int
		sets []string
	}{
		"vae": {12, []string{"train.optimizer={kind: adamw, lr: 0.0005}", "train.batch=5", "train.epochs=6", "train.best=nll", "train.evaluate={metrics: [nll], n: 4, draws: 2, every: 4 steps}"}},
		"gan": {4, []string{"train.batch=6", "train.epochs=6", "train.ema=0.9"}},
		"ae":  {19, []string{"train.optimizer.lr=0.02", "train.epochs=5", "train.ema=0.5"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, changed := parse(t, tiny[name]), parse(t, tiny[name], test.sets...)
			whole := filepath.Join(t.TempDir(), "whole")
			stopAt(t, c, whole, test.at)
			want, err := Run(context.Background(), changed, Options{Dir: whole, Log: io.Discard, Extend: true})
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(7, uint64(test.at)))
			dir := filepath.Join(t.TempDir(), "stopped")
			for step := 1; step < test.at; step += 1 + r.IntN(4) {
				stopAt(t, c, dir, step)
			}
			stopAt(t, c, dir, test.at)
			for step := test.at + 1; step < want.Step; step += 1 + r.IntN(4) {
				stopAt(t, changed, dir, step, func(o *Options) { o.Extend = true })
			}
			got := extend(t, dir, tiny[name], test.sets...)
			if got.ParamsSHA256 != want.ParamsSHA256 || got.Step != want.Step || fmt.Sprint(got.History) != fmt.Sprint(want.History) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			for _, file := range []string{want.Checkpoint, rundir.MetricsFile, experiments.ConfigFile} {
				if fileOf(t, whole, file) != fileOf(t, dir, file) {
					t.Errorf("%s differs", file)
				}
			}
			if v := verified(t, dir, 0); !v.Agrees {
				t.Errorf("a replay: %v", v)
			}
		})
	}
}

// copyRun copies the files of a run.
func copyRun(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// A process that is killed while it makes a change leaves one of the states between its
// writes, of run.json, config.yaml and the checkpoint, in that order. From each of them the
// same command goes on to the same bytes, and the folder is that of a run that was changed or
// of one that was not.
func TestAChangeIsMadeOrNot(t *testing.T) {
	src, sets := tiny["vae"], []string{"train.epochs=6", "train.optimizer.lr=0.01", "train.schedule={kind: constant}"}
	before := filepath.Join(t.TempDir(), "before")
	first, err := Run(context.Background(), parse(t, src), Options{Dir: before, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed")
	copyRun(t, before, changed)
	stopAt(t, parse(t, src, sets...), changed, first.Step+1, func(o *Options) { o.Extend = true })
	whole := filepath.Join(t.TempDir(), "whole")
	copyRun(t, before, whole)
	want := extend(t, whole, src, sets...)

	for name, state := range map[string]struct {
		files   []string // of the run that was changed
		without []string
		made    bool
	}{
		"nothing was written":                        {nil, nil, false},
		"run.json was written":                       {[]string{rundir.ManifestFile}, nil, true},
		"and config.yaml":                            {[]string{rundir.ManifestFile, experiments.ConfigFile}, nil, true},
		"and the checkpoint":                         {[]string{rundir.ManifestFile, experiments.ConfigFile, first.Checkpoint}, nil, true},
		"run.json was lost after the checkpoint":     {[]string{experiments.ConfigFile, first.Checkpoint}, []string{rundir.ManifestFile}, true},
		"run.json is the old one":                    {[]string{first.Checkpoint}, nil, true},
		"run.json is lost and config.yaml is older":  {[]string{first.Checkpoint}, []string{rundir.ManifestFile}, true},
		"the checkpoint of the change was damaged":   {[]string{rundir.ManifestFile, experiments.ConfigFile}, []string{first.Checkpoint}, true},
		"run.json was lost before anything was made": {nil, []string{rundir.ManifestFile}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			make := func() string {
				dir := filepath.Join(t.TempDir(), "run")
				copyRun(t, before, dir)
				for _, file := range state.files {
					if err := os.WriteFile(filepath.Join(dir, file), []byte(fileOf(t, changed, file)), 0o666); err != nil {
						t.Fatal(err)
					}
				}
				for _, file := range state.without {
					if err := os.Remove(filepath.Join(dir, file)); err != nil {
						t.Fatal(err)
					}
				}
				return dir
			}
			dir := make()
			got := extend(t, dir, src, sets...)
			if got.ParamsSHA256 != want.ParamsSHA256 || fmt.Sprint(got.History) != fmt.Sprint(want.History) {
				t.Errorf("got step %d, parameters %s, history %v, want step %d, %s, %v", got.Step, got.ParamsSHA256, got.History, want.Step, want.ParamsSHA256, want.History)
			}
			if a, b := fileOf(t, dir, want.Checkpoint), fileOf(t, whole, want.Checkpoint); a != b {
				t.Error("the last checkpoint differs")
			}
			if fileOf(t, dir, rundir.MetricsFile) != fileOf(t, whole, rundir.MetricsFile) {
				t.Error("the metrics differ")
			}
			if v := verified(t, dir, 0); !v.Agrees {
				t.Errorf("a replay: %v", v)
			}
			// The run as it was goes on where the change was not made, and is refused where it was.
			dir = make()
			_, err := Run(context.Background(), parse(t, src), Options{Dir: dir, Log: io.Discard})
			if refused := err != nil && strings.Contains(err.Error(), "train.epochs: 4 here, 6 in the run"); refused != state.made {
				t.Errorf("the old config: got %v, want it refused: %v", err, state.made)
			}
		})
	}
}

// A second change comes after the first, and both are replayed.
func TestChangesAreMadeInTheirOrder(t *testing.T) {
	src, dir := tiny["gan"], filepath.Join(t.TempDir(), "run")
	stopAt(t, parse(t, src), dir, 3)
	stopAt(t, parse(t, src, "train.batch=4"), dir, 9, func(o *Options) { o.Extend = true })
	m := extend(t, dir, src, "train.batch=11", "train.epochs=6", "train.optimizer.lr=0.01")
	if len(m.History) != 2 || m.History[0].Step != 3 || m.History[1].Step != 9 || m.Epoch != 6 {
		t.Errorf("got %+v, want 6 epochs with changes at steps 3 and 9", m)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
	again := extend(t, dir, src, "train.batch=11", "train.epochs=7", "train.optimizer.lr=0.01")
	if len(again.History) != 3 || again.Epoch != 7 {
		t.Errorf("got %+v, want a third change", again)
	}
	if v := verified(t, dir, 2); !v.Agrees || v.From == 0 {
		t.Errorf("a replay of the last steps: %v", v)
	}
}

// What cannot be changed is named with its reason, and so is -extend.
func TestChangesThatAreRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	stopAt(t, parse(t, tiny["vae"]), dir, 13)
	pca := filepath.Join(t.TempDir(), "pca")
	if _, err := Run(context.Background(), parse(t, tinyPCA), Options{Dir: pca, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	before := fileOf(t, dir, rundir.ManifestFile) + fileOf(t, dir, experiments.ConfigFile)
	for _, test := range []struct {
		name, dir, src string
		extend         bool
		set, want      string
	}{
		{"the seed", dir, tiny["vae"], true, "seed=2", "seed: 2 here, 1 in the run (every random number of the run is a function of it)"},
		{"the model", dir, tiny["vae"], true, "model.beta=2", "model.beta: 2 here, 1 in the run (the weights are of that model; train.init starts another run from them)"},
		{"the examples", dir, tiny["vae"], true, "data.seed=2", "data.seed: 2 here, 1 in the run"},
		{"drawn pixels", dir, tiny["vae"], true, "data.binarize=false", "data.binarize: false here, true in the run"},
		{"a rate, unasked", dir, tiny["vae"], false, "train.optimizer.lr=1", "train.optimizer.lr: 1 here, 0.001 in the run (-extend changes it from here on)"},
		{"an end before now", dir, tiny["vae"], true, "train.epochs=1", "train.epochs: 1, and the run has made 13 steps in 2 epochs: want an end that is not before that"},
		{"a batch of more than all", dir, tiny["vae"], true, "train.batch=51", "train.batch: 51, want at most the 50 examples of the training set"},
		{"a batch of one row", dir, tiny["vae"], true, "train.batch=1", "want two rows at least"},
		{"a fit", pca, tinyPCA, true, "train.batch=9", "a model of kind pca is fitted at once: there is nothing to go on with"},
		{"no run", filepath.Join(t.TempDir(), "none"), tiny["vae"], true, "train.epochs=9", "holds no run to go on with"},
		{"patience and the best", dir, tiny["vae"], false, "train.patience=3", "train.patience: 3 here, 0 in the run (-extend"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Run(context.Background(), parse(t, test.src, test.set), Options{Dir: test.dir, Log: io.Discard, Extend: test.extend})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if after := fileOf(t, dir, rundir.ManifestFile) + fileOf(t, dir, experiments.ConfigFile); after != before {
		t.Errorf("a change that was refused has changed the run:\n%s\nwas\n%s", after, before)
	}
}

// A run that stopped early goes on with its patience anew, and the best goes on being the best.
func TestARunThatStoppedEarlyIsExtended(t *testing.T) {
	src := strings.Replace(tiny["ae"], "samples: 2", "samples: 0, patience: 2, min_delta: 1000, evaluate: {every: 1 epoch}", 1)
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), parse(t, src, "train.epochs=9"), Options{Dir: dir, Log: io.Discard})
	if err != nil || m.Stopped == "" || m.Epoch != 3 {
		t.Fatalf("got %+v, %v, want a run that stopped after 3 epochs", m, err)
	}
	best := *m.Best
	m = extend(t, dir, src, "train.epochs=9", "train.optimizer.lr=0.001")
	if m.Stopped == "" || m.Epoch != 5 || m.Best.Value > best.Value {
		t.Errorf("got %+v, want it to stop after two more, with the best of all", m)
	}
	m = extend(t, dir, src, "train.epochs=9", "train.optimizer.lr=0.001", "train.patience=0", "train.min_delta=0")
	if m.Stopped != "" || m.Epoch != 9 || m.Status != rundir.Finished {
		t.Errorf("got %+v, want all 9 epochs without patience", m)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
}

// A rollback does not go back beyond a change, and keeps its factor through one.
func TestARollbackStaysOnThisSideOfAChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	stopAt(t, parse(t, explosive), dir, 21)
	var log bytes.Buffer
	changed := parse(t, explosive, "train.optimizer.lr=0.002")
	m, err := Run(context.Background(), changed, Options{Dir: dir, Log: &log, Extend: true, hook: poison(22)})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "back to step 21, and on with 0.5 of the learning rate") || m.Status != rundir.Finished {
		t.Errorf("want the run to go back to the change at step 21, not to 16\n%s", &log)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
	m = extend(t, dir, explosive, "train.epochs=2", "train.on_nonfinite.lr_scale=0.1", "train.optimizer.lr=0.002")
	c, err := checkpoints.Read(filepath.Join(dir, m.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := progressOf(c.Meta); err != nil || p.rate() != 0.5 || len(p.Changes) != 2 {
		t.Errorf("got %+v, %v, want a factor of 0.5 after two changes", p, err)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay of the extended run: %v", v)
	}
}

// Where the checkpoint of the change is damaged, those of before it are there and not gone back
// to: the weights after them would be of other keys than the history says.
func TestARollbackStaysOnThisSideOfADamagedChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	stopAt(t, parse(t, explosive), dir, 21)
	infinite := poison(22)
	_, err := Run(context.Background(), parse(t, explosive, "train.optimizer.lr=0.002"), Options{Dir: dir, Log: io.Discard, Extend: true, hook: func(step int, tr *trainer) {
		if infinite(step, tr); step == 22 {
			if err := os.Truncate(checkpoints.Store{Dir: dir}.Path(21), 100); err != nil {
				t.Error(err)
			}
		}
	}})
	if err == nil || !strings.Contains(err.Error(), "there is no checkpoint to go back to") {
		t.Errorf("got %v, want no way back", err)
	}
}

// A run that failed for want of a rollback can be given one.
func TestARollbackCanBeAskedForLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	_, err := Run(context.Background(), parse(t, explosive, "train.on_nonfinite.rollback=false"), Options{Dir: dir, Log: io.Discard, hook: poison(50)})
	var bad *NonFiniteError
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want a NonFiniteError", err)
	}
	if m := extend(t, dir, explosive); m.Status != rundir.Finished || m.Step != 70 || m.Error != "" {
		t.Errorf("got %+v, want the run finished", m)
	}
}

func TestAFinishedRunWithoutItsManifestHasNothingLeftToTrain(t *testing.T) {
	c, dir := parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	want, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, rundir.ManifestFile)); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	got, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil || got.ParamsSHA256 != want.ParamsSHA256 || got.Status != rundir.Finished {
		t.Errorf("got %+v, %v, want the finished run", got, err)
	}
	if strings.Contains(log.String(), "steps 33 to 32") || !strings.Contains(log.String(), "all 32 steps made") {
		t.Errorf("it says\n%s", &log)
	}
}

// What killed processes left of their files goes, and what is not theirs stays.
func TestLeftoversOfKilledProcessesGo(t *testing.T) {
	c, dir := parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	stopAt(t, c, dir, 3)
	left := []string{".run.json.4242-0.tmp", ".config.yaml.1-3.tmp", ".metrics.jsonl.77-0.tmp", ".curves.png.77-0.tmp", ".samples-0001.png.77-0.tmp", ".nonfinite-00000003.safetensors.9-0.tmp"}
	stay := []string{".evaluate.json.4242-0.tmp", ".samples.png.4242-0.tmp", ".run.json.tmp", "run.json.4242-0.tmp", ".run.json.x-0.tmp", ".notes.4242-0.tmp", ".run.json.4242-0.tmp.bak"}
	for _, name := range append(slices.Clone(left), stay...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, ".run.json.5-0.tmp"), 0o777); err != nil {
		t.Fatal(err)
	}
	stay = append(stay, ".run.json.5-0.tmp")
	if _, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s stays", name)
		}
	}
	for _, name := range stay {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
}
