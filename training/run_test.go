package training

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/data/sentences"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/models"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// parse reads an experiment that must be right.
func parse(t *testing.T, src string, sets ...string) experiments.Config {
	t.Helper()
	c, err := experiments.Parse("test.yaml", []byte(src), sets...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tiny are experiments of a few steps, one for each kind of model.
var tiny = map[string]string{
	"vae": `
name: vae
data: {kind: glyphs, train: 70, valid: 20, test: 10, binarize: true}
model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [8], norm: batch, dropout: 0.2}}
train: {epochs: 4, batch: 8, warmup: 3, clip: 100, ema: 0.8, schedule: {kind: cosine}, checkpoint: {every: 2}, samples: 2}
`,
	"ae": `
name: ae
data: {kind: moons, train: 70, valid: 20, test: 10}
model: {kind: ae, latent: 1, encoder: {kind: mlp, hidden: [8]}}
train: {epochs: 4, batch: 8, optimizer: {kind: sgd, lr: 0.01, momentum: 0.9}, checkpoint: {every: 5}, samples: 2}
`,
	"gan": `
name: gan
data: {kind: ring, train: 70, valid: 20, test: 10}
model: {kind: gan, latent: 2, generator: {hidden: [8], norm: batch}, discriminator: {hidden: [8], norm: layer, dropout: 0.1}, critic_steps: 3}
train: {epochs: 4, batch: 8, optimizer: {kind: rmsprop}, optimizers: {generator: {kind: adamw}}, ema: 0.5, checkpoint: {every: 2}, samples: 2}
`,
}

// stopper is a log that ends a context when a number of lines were written, or a
// hook for tests that must stop a run in its middle.
type stopper struct {
	bytes.Buffer
	lines int
	stop  func()
}

func (s *stopper) Write(b []byte) (int, error) {
	if s.lines -= bytes.Count(b, []byte{'\n'}); s.lines <= 0 {
		s.stop()
	}
	return s.Buffer.Write(b)
}

// TestResumingEqualsNeverStopping stops runs after each of their lines, which are
// those of epochs among others, and wants the bytes of one that went through.
func TestResumingEqualsNeverStopping(t *testing.T) {
	for name, src := range tiny {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := parse(t, src)
			whole := filepath.Join(t.TempDir(), "whole")
			want, err := Run(context.Background(), c, Options{Dir: whole, Log: io.Discard})
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "stopped")
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
				if got.ParamsSHA256 != want.ParamsSHA256 || got.Step != want.Step {
					t.Errorf("step %d with parameters %s, want step %d with %s", got.Step, got.ParamsSHA256, want.Step, want.ParamsSHA256)
				}
				break
			}
			if stops < 3 {
				t.Errorf("the run was stopped %d times, want at least 3", stops)
			}
			for _, file := range []string{want.Checkpoint, rundir.MetricsFile, experiments.ConfigFile} {
				a, errA := os.ReadFile(filepath.Join(whole, file))
				b, errB := os.ReadFile(filepath.Join(dir, file))
				if errA != nil || errB != nil || !bytes.Equal(a, b) {
					t.Errorf("%s differs (%v, %v)", file, errA, errB)
				}
			}
		})
	}
}

func TestAFinishedRunSaysSo(t *testing.T) {
	c, dir := parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	first, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	again, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil || again.ParamsSHA256 != first.ParamsSHA256 || !strings.Contains(log.String(), "is finished: step 32") {
		t.Errorf("got %v and %q, want the finished run", err, &log)
	}
	if _, err := Run(context.Background(), c, Options{Dir: dir, Log: &log, Fresh: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir+".1", first.Checkpoint)); err != nil {
		t.Errorf("the old run is lost: %v", err)
	}
}

// TestAFinishedRunWithoutItsWeightsGoesOn deletes the last checkpoint of a finished
// run.
func TestAFinishedRunWithoutItsWeightsGoesOn(t *testing.T) {
	c, dir := parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	want, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, want.Checkpoint)); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	got, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil || got.ParamsSHA256 != want.ParamsSHA256 || !strings.Contains(log.String(), "its last checkpoint is lost") {
		t.Errorf("got %v and %q, want the same run again", err, &log)
	}
	if _, err := checkpoints.Read(filepath.Join(dir, want.Checkpoint)); err != nil {
		t.Errorf("its last checkpoint: %v", err)
	}
}

func TestFreshMovesOnlyRuns(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Run(context.Background(), parse(t, tiny["ae"]), Options{Dir: dir, Log: io.Discard, Fresh: true})
	if err == nil || !strings.Contains(err.Error(), "holds thesis.tex and no config.yaml") {
		t.Errorf("got %v, want the folder to be refused", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "thesis.tex")); err != nil {
		t.Error(err)
	}
}

// A folder of the next name that is empty could be renamed over.
func TestAnOldRunIsMovedToAFreeName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	for _, name := range []string{dir, dir + ".1"} {
		if err := os.Mkdir(name, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if aside, err := rundir.MoveAside(dir); err != nil || aside != dir+".2" {
		t.Errorf("got %s, %v, want %s.2", aside, err, dir)
	}
}

func TestARunInProgressIsNotMovedAside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	release, err := rundir.Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if aside, err := rundir.MoveAside(dir); !errors.Is(err, checkpoints.ErrInUse) {
		t.Errorf("got %q, %v, want %v", aside, err, checkpoints.ErrInUse)
	}
}

// A run that is stopped within an epoch is saved at its last step, and its epoch has the
// means of one that went through.
func TestAnInterruptedRunIsSavedAtItsLastStep(t *testing.T) {
	c, dir := parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := Run(ctx, c, Options{Dir: dir, Log: io.Discard, hook: func(step int, _ *trainer) {
		if step == 3 {
			cancel()
		}
	}})
	if !errors.Is(err, ErrInterrupted) {
		t.Fatalf("got %v, want an interrupted run", err)
	}
	if _, err := checkpoints.Read(filepath.Join(dir, "step-00000003.safetensors")); err != nil {
		t.Error(err)
	}
	metrics := func(dir string) string {
		if _, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard}); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, rundir.MetricsFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got, want := metrics(dir), metrics(filepath.Join(t.TempDir(), "whole")); got != want {
		t.Errorf("the epochs are\n%s, want\n%s", got, want)
	}
}

func TestAnotherConfigIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Run(context.Background(), parse(t, tiny["ae"]), Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	_, err := Run(context.Background(), parse(t, tiny["ae"], "model.latent=2"), Options{Dir: dir, Log: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "model.latent: 2 here, 1 in the run") {
		t.Errorf("got %v, want the difference", err)
	}
}

func TestADamagedCheckpointIsSkippedWithAWord(t *testing.T) {
	c, dir := parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if _, err := Run(ctx, c, Options{Dir: dir, Log: &stopper{lines: 3, stop: cancel}}); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("got %v, want an interrupted run", err)
	}
	list, err := (checkpoints.Store{Dir: dir, FS: atomicfile.OS{}}).List()
	if err != nil || len(list) < 2 {
		t.Fatalf("got %v, %v, want at least two checkpoints", list, err)
	}
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	newest := filepath.Join(dir, m.Checkpoint)
	b, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 0x10
	if err := os.WriteFile(newest, b, 0o666); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	got, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), newest) || !strings.Contains(log.String(), "tensor") || !strings.Contains(log.String(), "going on from") {
		t.Errorf("got the log\n%s\nwant the damaged file, its tensor, and the checkpoint before it", &log)
	}
	want, err := Run(context.Background(), c, Options{Dir: filepath.Join(t.TempDir(), "whole"), Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if got.ParamsSHA256 != want.ParamsSHA256 {
		t.Errorf("parameters %s, want %s", got.ParamsSHA256, want.ParamsSHA256)
	}
}

func TestTheManifestHoldsWhatIsPromised(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "run"), Log: io.Discard, now: still(20*time.Millisecond, 1)} // long enough for a rate
	m, err := Run(context.Background(), parse(t, tiny["vae"]), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Fields("name model seed step epoch parameters params_sha256 examples_per_second seconds data.kind data.sha256 " +
		"data.train data.valid data.test metrics.train.loss metrics.valid.loss metrics.test.loss metrics.test.kl metrics.test.neg_elbo") {
		var v any = got
		for part := range strings.SplitSeq(key, ".") {
			object, _ := v.(map[string]any)
			v = object[part]
		}
		if v == nil {
			t.Errorf("no %s in %s", key, b)
		}
	}
	// 784·8 + 8·2 of batch norm, two heads of 8·3 + 3, and back again.
	if want := 784*8 + 16 + 2*(8*3+3) + 3*8 + 16 + 8*784 + 784; m.Parameters != want {
		t.Errorf("%d parameters, want %d", m.Parameters, want)
	}
	if m.Step != 24 || m.Epoch != 4 {
		t.Errorf("step %d of epoch %d, want 24 of 4: 50 examples in batches of 8", m.Step, m.Epoch)
	}
}

// TestANonFiniteLossIsExplained gives a learning rate with which no network can
// live.
func TestANonFiniteLossIsExplained(t *testing.T) {
	c, dir := parse(t, tiny["ae"], "train.optimizer.lr=1e20", "train.checkpoint.every=1"), filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	_, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	var bad *NonFiniteError
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want a NonFiniteError", err)
	}
	if strings.Contains(log.String(), "back to step") {
		t.Errorf("the run went back unasked:\n%s", &log)
	}
	if bad.Step != 2 || bad.Phase != "reconstruction" || len(bad.Batch) != 8 {
		t.Errorf("got step %d of phase %s with %d examples, want 2, reconstruction and 8", bad.Step, bad.Phase, len(bad.Batch))
	}
	for _, want := range []string{"loss is ", "first in: ", "coder.", filepath.Join(dir, "step-00000001.safetensors"), "train.optimizer.lr"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	if m, err := rundir.ReadManifest(dir); err != nil || m.Status != rundir.Failed || !strings.Contains(m.Error, "first in: ") {
		t.Errorf("got %+v, %v, want a failed run with its error", m, err)
	}
	if _, err := checkpoints.Read(filepath.Join(dir, "step-00000001.safetensors")); err != nil {
		t.Errorf("the last good checkpoint: %v", err)
	}
}

func TestANonFiniteWeightIsNotSaved(t *testing.T) {
	tr, err := newTrainer(parse(t, tiny["ae"]), shaped(50, 2))
	if err != nil {
		t.Fatal(err)
	}
	tr.params.Get("encoder.layer1.weight").Data[3] = float32(math.Inf(-1))
	_, err = tr.checkpoint("", tr.meter(), progress{})
	if err == nil || !strings.Contains(err.Error(), "parameter encoder.layer1.weight, element 3 is -Inf: not saved") {
		t.Errorf("got %v, want the parameter and its element", err)
	}
}

// A gradient can overflow where the loss does not. Nothing is changed by it, neither weights
// nor the statistics of batches.
func TestAGradientThatIsNoNumberIsNotApplied(t *testing.T) {
	tr, err := newTrainer(parse(t, tiny["vae"]), shaped(50, 28, 28, 1))
	if err != nil {
		t.Fatal(err)
	}
	p, before := tr.phases[0], checkpoints.Hash(tr.tensors())
	if err := p.program.RunAll(); err != nil {
		t.Fatal(err)
	}
	gradient := p.program.Grads()[0].Value
	for _, v := range []float64{math.NaN(), math.Inf(-1)} {
		gradient[0] = float32(v)
		var bad *NonFiniteError
		if err := tr.update(p, 1, turn{batch: &data.Batch{}}); !errors.As(err, &bad) || bad.What != "the gradient's norm" {
			t.Errorf("%v: got %v, want an error of the gradient's norm", v, err)
		}
		if after := checkpoints.Hash(tr.tensors()); after != before {
			t.Errorf("%v: something has changed", v)
		}
	}
	gradient[0] = 0
	if err := tr.update(p, 1, turn{batch: &data.Batch{}}); err != nil || checkpoints.Hash(tr.tensors()) == before {
		t.Errorf("got %v, want a step", err)
	}
}

func TestALossInEvaluationThatIsNoNumberIsAnError(t *testing.T) {
	c := parse(t, tiny["ae"])
	splits, _, tr, err := prepare(t.Context(), c, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	tr.params.Get("encoder.layer1.weight").Data[3] = float32(math.NaN())
	_, err = newEvaluator(c, tr.told, nil).run(t.Context(), tr.weights(), splits.Valid)
	if err == nil || !strings.Contains(err.Error(), "evaluation of examples 0 to 7: phase reconstruction: loss is NaN") {
		t.Errorf("got %v, want the examples and the phase", err)
	}
}

func TestRunsThatCannotBegin(t *testing.T) {
	c := parse(t, tiny["ae"])
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		c    experiments.Config
		dir  string
		want string
	}{
		"a batch larger than the data":           {parse(t, tiny["ae"], "train.batch=71"), filepath.Join(t.TempDir(), "run"), "train.batch: 71, want at most the 70 examples of the training set"},
		"values that a loss does not know":       {parse(t, tiny["gan"], "model={kind: ae, loss: cross_entropy}", "train.optimizers={}"), filepath.Join(t.TempDir(), "run"), "model.loss: cross_entropy wants values in [0, 1]"},
		"a field that a likelihood is not for":   {parse(t, tiny["gan"], "model={kind: vae, likelihood: bernoulli}", "train.optimizers={}"), filepath.Join(t.TempDir(), "run"), `model.likelihood: bernoulli of field "point", which is real: want auto, gaussian, laplace`},
		"words of pictures":                      {parse(t, tiny["vae"], "model.likelihood=categorical"), filepath.Join(t.TempDir(), "run"), `model.likelihood: categorical of field "image", which is unit: want auto, bernoulli, discretised, gaussian, laplace`},
		"a batch too small for the loss":         {parse(t, tiny["vae"], "model={kind: cvae, encoder: {kind: mlp, hidden: [8]}}", "train.batch=1"), filepath.Join(t.TempDir(), "run"), "train.batch: 1, want at least 2, the fewest examples that the loss of a model of kind cvae is defined for"},
		"a model larger than memory":             {parse(t, tiny["ae"], "model.encoder.hidden=[1048576, 1048576]"), filepath.Join(t.TempDir(), "run"), "want at most 536870912"},
		"a folder that is a file":                {c, file, file},
		"a folder below a file":                  {c, filepath.Join(file, "run"), file},
		"a folder of something else":             {c, foreign, "holds thesis.tex and no config.yaml: it is not empty and not a run"},
		"pictures for a network of convolutions": {parse(t, tiny["ae"], "model.encoder={kind: conv}"), filepath.Join(t.TempDir(), "run"), "encoder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(context.Background(), test.c, Options{Dir: test.dir, Log: io.Discard})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestEveryShippedExperimentBuilds compiles each for the shape of its data, which
// need not be there.
func TestEveryShippedExperimentBuilds(t *testing.T) {
	shapes := map[string][]int{"glyphs": {28, 28, 1}, "mnist": {28, 28, 1}, "fashion-mnist": {28, 28, 1}, "sprites": {64, 64, 1}, "dsprites": {64, 64, 1}, "images": {64, 64, 3}, "ring": {2}, "table": {6}, "notes": {64, 64, 1}, "sound": {64, 128, 1}, "grid": {2}, "binarized-mnist": {28, 28, 1}}
	for _, name := range slices.Concat(experiments.Shipped(), experiments.Papers()) {
		t.Run(name, func(t *testing.T) {
			c, err := experiments.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if c.Name != path.Base(name) {
				t.Errorf("its name is %s, want that of the file", c.Name)
			}
			if c.DataKind() == "sentences" || c.DataKind() == "text" {
				f, err := sentences.Field(example.Word)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := newTrainer(c, models.Data{Schema: example.Of(f), Examples: 50_000}); err != nil {
					t.Error(err)
				}
				return
			}
			shape, ok := shapes[c.DataKind()]
			if !ok {
				t.Fatalf("no shape is known for %s", c.DataKind())
			}
			d := shaped(50_000, shape...)
			d.About = example.Of(example.Class([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}))
			if _, err := newTrainer(c, d); err != nil {
				t.Error(err)
			}
		})
	}
}

// steps returns a function that makes training steps on one batch.
func steps(t *testing.T, c experiments.Config, shape []int) func(n int) {
	tr, err := newTrainer(c, shaped(50, shape...))
	if err != nil {
		t.Fatal(err)
	}
	splits, err := c.Data.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stream, err := data.NewStream(splits.Train, data.StreamOptions{Batch: c.Train.Batch, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stream.Close() })
	next := func() (*data.Batch, error) { return stream.Next(t.Context()) }
	m := tr.meter()
	return func(n int) {
		for range n {
			if err := tr.run(next, m); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAStepAllocatesNothing counts what steps after the first few allocate, with
// the batches that are prepared meanwhile. What the runtime allocates for itself is
// far less than once a step.
func TestAStepAllocatesNothing(t *testing.T) {
	run := steps(t, parse(t, tiny["vae"], "train.batch=48"), []int{28, 28, 1})
	run(20)
	var before, after runtime.MemStats
	const n = 300
	runtime.ReadMemStats(&before)
	run(n)
	runtime.ReadMemStats(&after)
	if got := after.Mallocs - before.Mallocs; got >= n {
		t.Errorf("%d allocations in %d steps, want none", got, n)
	}
}

// TestMemoryIsSteady compares the live heap after 1,000 steps and after 10,000 more.
func TestMemoryIsSteady(t *testing.T) {
	for name, shape := range map[string][]int{"ae": {2}, "gan": {2}} {
		t.Run(name, func(t *testing.T) {
			run := steps(t, parse(t, tiny[name], "train.batch=2"), shape)
			live := func() uint64 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			run(1000)
			before := live()
			run(10_000)
			if after := live(); after > before+64<<10 {
				t.Errorf("the heap grew from %d to %d bytes in 10,000 steps", before, after)
			}
		})
	}
}

// The same batch twice, with weights that do not move: the noise alone makes another loss.
func TestEveryStepHasNoiseOfItsOwn(t *testing.T) {
	tr, err := newTrainer(parse(t, tiny["vae"], "train.optimizer={kind: sgd, lr: 1e-30}", "train.warmup=0", "model.encoder.dropout=0", "model.encoder.norm=none"), shaped(50, 28, 28, 1))
	if err != nil {
		t.Fatal(err)
	}
	b := &data.Batch{X: tensor.New(8, 28, 28, 1), Index: make([]int, 8)}
	var losses []float64
	for range 2 {
		if err := tr.run(func() (*data.Batch, error) { return b, nil }, tr.meter()); err != nil {
			t.Fatal(err)
		}
		losses = append(losses, tr.phases[0].program.Scalar(tr.phases[0].terms[0].Value))
	}
	if losses[0] == losses[1] {
		t.Errorf("two steps have the loss %v", losses[0])
	}
}

func TestACheckpointOfOtherDataIsRefused(t *testing.T) {
	tr, err := newTrainer(parse(t, tiny["ae"]), shaped(50, 2))
	if err != nil {
		t.Fatal(err)
	}
	c, err := tr.checkpoint("abc", tr.meter(), progress{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.restore(c, "abd", tr.meter()); err == nil || !strings.Contains(err.Error(), "the data set has changed: SHA-256 abd, the run began with abc") {
		t.Errorf("got %v", err)
	}
	if _, err := tr.restore(c, "abc", tr.meter()); err != nil {
		t.Errorf("the same data: %v", err)
	}
}

func TestACheckpointOfAnotherKindIsRefused(t *testing.T) {
	tr, err := newTrainer(parse(t, tiny["ae"]), shaped(50, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ key, value, want string }{
		{saved.MetaFormat, "3", `format "3", want 1 or 2`},
		{saved.MetaStep, "-1", `step "-1", want a number of steps`},
		{saved.MetaStep, "4294967296", `step "4294967296", want a number of steps`},
		{metaMeter, `{"names":["loss"]}`, "terms [loss], want "},
		{saved.MetaProgress, "[]", "progress: json: "},
	} {
		c, err := tr.checkpoint("", tr.meter(), progress{})
		if err != nil {
			t.Fatal(err)
		}
		c.Meta[test.key] = test.value
		if _, err := tr.restore(c, "", tr.meter()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: got %v, want %s", test.key, test.value, err, test.want)
		}
		if test.key != saved.MetaFormat {
			continue
		}
		if _, err := fromCheckpoint(c); err == nil || !strings.Contains(err.Error(), test.want+": not a checkpoint of this program") {
			t.Errorf("to sample from: got %v, want %s", err, test.want)
		}
	}
}

func TestAMeterIsRestoredWithItsOwnTermsOnly(t *testing.T) {
	m := &meter{names: []string{"loss", "kl"}, sums: make([]float64, 2), counts: make([]float64, 2)}
	s := meterState{Names: []string{"loss", "distortion"}, Sums: []float64{1, 2}, Counts: []float64{1, 1}}
	if err := m.restore(s); err == nil || m.sums[0] != 0 {
		t.Errorf("got %v and sums %v, want an error and nothing restored", err, m.sums)
	}
}

func TestProgressIsOfThePast(t *testing.T) {
	for _, c := range []struct {
		steps []int
		good  bool
	}{
		{nil, true}, {[]int{0, 3, 3, 10}, true}, {[]int{3, 2}, false}, {[]int{11}, false}, {[]int{-1}, false},
	} {
		var p progress
		for _, s := range c.steps {
			p.Records = append(p.Records, rundir.Record{Step: s})
		}
		if err := p.check(10); (err == nil) != c.good {
			t.Errorf("records of steps %v at step 10: got %v", c.steps, err)
		}
		p = progress{}
		for _, s := range c.steps {
			p.Changes = append(p.Changes, experiments.Change{Step: s})
		}
		if err := p.check(10); (err == nil) != c.good {
			t.Errorf("changes at steps %v at step 10: got %v", c.steps, err)
		}
	}
}
