package training

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/experiments"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// pretrained makes a run and returns its last checkpoint.
func pretrained(t testing.TB, src string, sets ...string) (file string, c *checkpoints.Checkpoint, m *rundir.Manifest) {
	t.Helper()
	cfg, err := experiments.Parse("pretrained.yaml", []byte(src), sets...)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "pretrained")
	if m, err = Run(context.Background(), cfg, Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, m.Checkpoint)
	if c, err = checkpoints.Read(file); err != nil {
		t.Fatal(err)
	}
	return file, c, m
}

// tuned is another run of the model on other data, with everything that has state.
const tuned = `
name: tuned
data: {kind: glyphs, train: 90, valid: 20, test: 10, seed: 7}
model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [8], norm: batch, dropout: 0.2}}
train: {epochs: 3, batch: 8, optimizer: {kind: adamw, weight_decay: 0.5}, ema: 0.8, clip: 100, checkpoint: {every: 2, keep: 30}, samples: 2}
`

// from is the edit that begins with a checkpoint.
func from(file string, more string) string {
	return fmt.Sprintf("train.init={from: %q%s}", file, more)
}

// The first weights are those that the checkpoint samples with, by name; what is outside of
// only is what the seed gives; and their SHA-256 is in run.json and in checkpoints.
func TestTrainingBeginsWithTheWeightsOfACheckpoint(t *testing.T) {
	file, c, _ := pretrained(t, tiny["vae"])
	source, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	weights := source.Weights()
	if bits(weights["encoder.layer1.weight"]) == bits(c.Tensors["param/encoder.layer1.weight"]) {
		t.Fatal("the averaged weights are the last ones: the test sees nothing")
	}
	for _, only := range []string{"", ", only: [encoder]", ", only: [encoder.layer1, decoder]"} {
		cfg := parse(t, tuned, from(file, only))
		dir := filepath.Join(t.TempDir(), "run")
		stopAt(t, cfg, dir, 1)
		first, err := checkpoints.Read(filepath.Join(dir, "step-00000000.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := newTrainer(parse(t, tuned), shaped(70, 28, 28, 1))
		if err != nil {
			t.Fatal(err)
		}
		for name, w := range plain.params.All() {
			want, taken := w, only == "" || saved.InAny(name, cfg.Train.Init.Only)
			if taken {
				want = weights[name]
			}
			if got := first.Tensors[saved.ParamPrefix+name]; bits(got) != bits(want) {
				t.Errorf("%s: %s begins with other values, want those of the checkpoint: %v", only, name, taken)
			}
			if average := first.Tensors[saved.EMAPrefix+"average/"+name]; average != nil && bits(average) != bits(want) {
				t.Errorf("%s: the average of %s begins with other values", only, name)
			}
		}
		m, err := rundir.ReadManifest(dir)
		if err != nil || m.Init == nil || m.Init.SHA256 != checkpoints.Hash(saved.Weights(c)) || m.Init.Step != 24 {
			t.Errorf("%s: run.json has the origin %+v (%v), want SHA-256 %s of step 24", only, m.Init, err, checkpoints.Hash(saved.Weights(c)))
		}
		p, err := progressOf(first.Meta)
		if err != nil || p.Init == nil || *p.Init != *m.Init {
			t.Errorf("%s: the checkpoint has the origin %+v (%v), want %+v", only, p.Init, err, m.Init)
		}
		if opened, _, err := Find(dir, "", false, func(error) {}); err != nil || len(opened.Past()) != 1 || !strings.Contains(opened.Past()[0], m.Init.SHA256) {
			t.Errorf("%s: sample is not told where it comes from: %v", only, err)
		}
	}
}

func bits(t *tensor.Tensor) string {
	return checkpoints.Hash(map[string]*tensor.Tensor{"": t})
}

// A run that is fine-tuned ends with the same bytes whether it was stopped or not, goes on
// without the checkpoint that it began with, and is replayed with it.
func TestAFineTunedRunIsResumedAndReplayed(t *testing.T) {
	file, _, _ := pretrained(t, tiny["vae"])
	cfg := parse(t, tuned, from(file, ", only: [encoder], freeze: [encoder.layer1]"))
	whole := filepath.Join(t.TempDir(), "whole")
	want, err := Run(context.Background(), cfg, Options{Dir: whole, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if v := verified(t, whole, 0); !v.Agrees || v.From != 0 {
		t.Errorf("a replay: %v", v)
	}
	// Moving averages that were taken have nothing of a start to correct; the others have.
	last := filepath.Join(whole, want.Checkpoint)
	opened, err := Open(last)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := checkpoints.Read(last)
	if err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{"encoder.layer1.norm.running_var": true, "decoder.layer1.norm.running_var": false} {
		if same := bits(opened.Weights()[name]) == bits(stored.Tensors[saved.ParamPrefix+name]); same != stays {
			t.Errorf("%s is as it was saved: %v, want %v", name, same, stays)
		}
	}
	dir := filepath.Join(t.TempDir(), "stopped")
	stopAt(t, cfg, dir, 5)
	moved := filepath.Join(t.TempDir(), "moved.safetensors")
	if err := os.Rename(file, moved); err != nil {
		t.Fatal(err)
	}
	got, err := Run(context.Background(), cfg, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if *got.Init != *want.Init || fileOf(t, dir, got.Checkpoint) != fileOf(t, whole, want.Checkpoint) || fileOf(t, dir, rundir.MetricsFile) != fileOf(t, whole, rundir.MetricsFile) {
		t.Errorf("got %+v, want the bytes of %+v", got, want)
	}
	// To replay it from the beginning, the checkpoint is wanted, wherever it is now, and no other.
	_, err = Verify(context.Background(), dir, VerifyOptions{Log: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "train.init.from: ") || !strings.Contains(err.Error(), "-set train.init.from=FILE") {
		t.Errorf("without the checkpoint: got %v", err)
	}
	if v := verified(t, dir, 2); !v.Agrees || v.From == 0 {
		t.Errorf("the last steps need it not: %v", v)
	}
	v, err := Verify(context.Background(), dir, VerifyOptions{Log: io.Discard, Sets: []string{"train.init.from=" + moved}})
	if err != nil || !v.Agrees || v.From != 0 {
		t.Errorf("where it is now: %v, %v", v, err)
	}
	another, _, _ := pretrained(t, tiny["vae"], "seed=3")
	if _, err := Verify(context.Background(), dir, VerifyOptions{Log: io.Discard, Sets: []string{"train.init.from=" + another}}); err == nil ||
		!strings.Contains(err.Error(), "have SHA-256 ") || !strings.Contains(err.Error(), "the run began with "+want.Init.SHA256) {
		t.Errorf("another checkpoint: got %v", err)
	}
	// Nor does a run go on from another one.
	if _, err := Run(context.Background(), parse(t, tuned, from(another, ", only: [encoder], freeze: [encoder.layer1]")), Options{Dir: dir, Log: io.Discard}); err == nil ||
		!strings.Contains(err.Error(), "the run began with "+want.Init.SHA256) {
		t.Errorf("another origin: got %v", err)
	}
	if m, err := Run(context.Background(), parse(t, tuned, from(moved, ", only: [encoder], freeze: [encoder.layer1]")), Options{Dir: dir, Log: io.Discard}); err != nil || m.Status != rundir.Finished {
		t.Errorf("the same origin in another place: got %v", err)
	}
	if _, err := Verify(context.Background(), dir, VerifyOptions{Log: io.Discard, Sets: []string{"train.epochs=9"}}); err == nil || !strings.Contains(err.Error(), "-set train.epochs says more than a place") {
		t.Errorf("an edit of another key: got %v", err)
	}
}

// What is frozen keeps its bits: weights under an optimizer with decay, running statistics,
// averages. The rest moves, and does not see the frozen part's gradient in the norm.
func TestWhatIsFrozenStays(t *testing.T) {
	file, _, _ := pretrained(t, tiny["vae"])
	for _, freeze := range []string{"encoder", "encoder.layer1", "decoder.layer1.norm"} {
		tr, err := newTrainer(parse(t, tuned, from(file, ", freeze: ["+freeze+"]")), shaped(70, 28, 28, 1))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := tr.initialise(nil); err != nil {
			t.Fatal(err)
		}
		before := map[string]string{}
		for name, w := range tr.params.All() {
			before[name] = bits(w)
		}
		splits, err := tr.cfg.Data.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		stream, err := tr.stream(splits)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := tr.run(func() (*data.Batch, error) { return stream.Next(t.Context()) }, tr.meter()); err != nil {
				t.Fatal(err)
			}
		}
		stream.Close()
		still := 0
		for name, w := range tr.params.All() {
			frozen := saved.InAny(name, []string{freeze})
			if moved := bits(w) != before[name]; moved == frozen {
				t.Errorf("freeze %s: %s moved: %v", freeze, name, moved)
			}
			if !frozen {
				continue
			}
			still++
			for tensor := range tr.tensors() {
				if strings.HasSuffix(tensor, "/"+name) && tensor != saved.ParamPrefix+name {
					t.Errorf("freeze %s: there is %s", freeze, tensor)
				}
			}
		}
		if still == 0 {
			t.Errorf("freeze %s: nothing is frozen", freeze)
		}
		for _, g := range tr.phases[0].program.Grads() {
			if saved.InAny(g.Name, []string{freeze}) {
				t.Errorf("freeze %s: %s has a gradient", freeze, g.Name)
			}
		}
	}
}

// Batch normalisation in a frozen scope gives in training what it gives in evaluation.
func TestFrozenNormalisationGoesByItsStatistics(t *testing.T) {
	file, _, _ := pretrained(t, tiny["vae"])
	losses := func(freeze string) (training, evaluation float64) {
		// Without dropout, and with a posterior of nearly no width, nothing but normalisation
		// tells the two apart: the same batch, in training and in evaluation.
		cfg := parse(t, tuned, "model.encoder.dropout=0", "train.batch=20", "data.valid=20", "train.ema=0", fmt.Sprintf("train.init={from: %q, freeze: [%s]}", file, freeze))
		splits, _, tr, err := prepare(t.Context(), cfg, rundir.Whereabouts{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := tr.initialise(nil); err != nil {
			t.Fatal(err)
		}
		for name, w := range tr.params.All() {
			if strings.HasPrefix(name, "encoder.") && w.Shape[len(w.Shape)-1] == 6 {
				for i := range w.Data {
					if i%6 >= 3 { // the log-variance
						if w.Data[i] = 0; len(w.Shape) == 1 {
							w.Data[i] = -60
						}
					}
				}
			}
		}
		p := tr.phases[0]
		for i := range 20 {
			if err := splits.Valid.Read(i, p.in.x[i*784:(i+1)*784]); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.program.RunAll(); err != nil {
			t.Fatal(err)
		}
		metrics, err := newEvaluator(cfg, tr.told, nil).run(t.Context(), tr.weights(), splits.Valid)
		if err != nil {
			t.Fatal(err)
		}
		evaluation, _ = metrics.Get("reconstruction")
		return p.program.Scalar(p.terms[1].Value), evaluation
	}
	// decoder.out has no normalisation, and something must be left to train.
	a, b := losses("encoder, decoder.layer1")
	if math.Abs(a-b) > 1e-5*b {
		t.Errorf("frozen: %v in training, %v in evaluation", a, b)
	}
	if a, b = losses("encoder.out"); math.Abs(a-b) < 1e-5*b {
		t.Errorf("not frozen: %v in training and in evaluation: the test sees nothing", a)
	}
}

func TestTheLastLayersAloneAreTuned(t *testing.T) {
	file, _, _ := pretrained(t, tiny["gan"])
	src := strings.Replace(tiny["gan"], "name: gan", "name: tuned", 1)
	c := parse(t, src, from(file, ", freeze: [generator.layer1, discriminator.layer1]"))
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := newTrainer(parse(t, src), shaped(50, 2))
	if err != nil {
		t.Fatal(err)
	}
	if m.Parameters >= plain.params.Count() || m.Parameters == 0 {
		t.Errorf("%d parameters are trained, want fewer than %d", m.Parameters, plain.params.Count())
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
	if m = extend(t, dir, src, from(file, ", freeze: [generator.layer1, discriminator.layer1]"), "train.epochs=6", "train.batch=5"); m.Init == nil || m.Epoch != 6 {
		t.Errorf("extended: %+v", m)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay of the extended run: %v", v)
	}
}

func TestInitMistakes(t *testing.T) {
	file, _, _ := pretrained(t, tiny["vae"])
	missing := filepath.Join(t.TempDir(), "none.safetensors")
	for _, test := range []struct {
		name string
		sets []string
		want []string
	}{
		{"another width", []string{"model.encoder.hidden=[9]", from(file, "")}, []string{
			"are not those of this model; train.init.only can name the scopes to take:", "encoder.layer1.weight: shape 784x9 here, 784x8 there"}},
		{"another depth", []string{"model.encoder.hidden=[8, 8]", from(file, ", only: [encoder]")}, []string{"encoder.layer2.weight: shape 8x8 here, absent there"}},
		{"a shallower one", []string{"model.encoder={kind: mlp, hidden: []}", from(file, "")}, []string{"encoder.layer1.weight: absent here, shape 784x8 there"}},
		{"no such scope", []string{from(file, ", only: [encodr]")}, []string{`train.init.only: the model has no scope "encodr", did you mean "encoder"`}},
		{"nothing to freeze", []string{from(file, ", freeze: [decoder.layer9]")}, []string{`train.init.freeze: the model has no scope "decoder.layer9"`}},
		{"nothing to train", []string{from(file, ", freeze: [encoder, decoder]")}, []string{"train.init.freeze: encoder, decoder: leaves phase elbo nothing to train"}},
		{"no file", []string{from(missing, "")}, []string{"train.init.from: ", missing, "-set train.init.from=FILE"}},
		{"a folder", []string{from(filepath.Dir(file), "")}, []string{"is a folder, want a checkpoint such as ", file}},
		{"no checkpoint", []string{from("init_test.go", "")}, []string{"train.init.from: ", "init_test.go"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			_, err := Run(context.Background(), parse(t, tuned, test.sets...), Options{Dir: dir, Log: io.Discard})
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("the folder of a run that did not begin stays")
			}
		})
	}
	for set, want := range map[string]string{
		"train.init={only: [encoder]}":   "train.init.only: [encoder] of no checkpoint, want train.init.from to name one",
		"train.init={freeze: ['']}":      "train.init.freeze[0]: empty, want a scope such as encoder",
		"train.init={frm: a}":            `train.init.frm: unknown key, did you mean "from"`,
		"train.init={from: 3}":           "train.init.from: 3, want a word",
		"train.init={only: encoder}":     `train.init.only: "encoder", want a list`,
		"train.init={freeze: [a, 3, b]}": "train.init.freeze[1]: 3, want a word",
	} {
		if _, err := experiments.Parse("test.yaml", []byte(tuned), set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", set, err, want)
		}
	}
	if _, err := experiments.Parse("test.yaml", []byte(tinyPCA), from(file, "")); err == nil || !strings.Contains(err.Error(), "train.init: a model of kind pca is fitted at once, not trained by steps: leave it out") {
		t.Errorf("a model that is fitted: got %v", err)
	}
}

// A run cannot be given other first weights once it has begun.
func TestFirstWeightsAreChosenOnce(t *testing.T) {
	file, _, _ := pretrained(t, tiny["vae"])
	dir := filepath.Join(t.TempDir(), "run")
	stopAt(t, parse(t, tuned), dir, 3)
	for more, want := range map[string]string{
		"":                         "began with no other weights (the first weights came from it, and they are chosen once)",
		", freeze: [encoder]":      "train.init.freeze: [encoder] here, [] in the run (the first weights came from it, and they are chosen once)",
		", only: [encoder.layer1]": "train.init.only: [encoder.layer1] here, [] in the run",
	} {
		_, err := Run(context.Background(), parse(t, tuned, from(file, more)), Options{Dir: dir, Log: io.Discard, Extend: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", more, err, want)
		}
	}
	dir = filepath.Join(t.TempDir(), "begun")
	stopAt(t, parse(t, tuned, from(file, "")), dir, 3)
	if _, err := Run(context.Background(), parse(t, tuned, from("", "")), Options{Dir: dir, Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "no checkpoint, and the run began with weights of SHA-256 ") {
		t.Errorf("without the origin: got %v", err)
	}
}

func TestCheckShowsWhatIsTakenAndFrozen(t *testing.T) {
	file, _, m := pretrained(t, tiny["vae"], "train.ema=0")
	c, err := Check(context.Background(), parse(t, tuned, from(file, ", only: [encoder], freeze: [encoder.layer1]")), CheckOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	text, lines := c.Text, map[string]string{}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 4 {
			lines[f[1]] = f[0] + " " + strings.Join(f[4:], " ")
		}
	}
	for name, want := range map[string]string{
		"encoder.layer1.weight": "frozen taken", "encoder.layer1.norm.running_mean": "frozen taken", "encoder.out.weight": "parameter taken", "decoder.layer1.weight": "parameter ",
	} {
		if lines[name] != want {
			t.Errorf("%s: %q, want %q\n%s", name, lines[name], want, text)
		}
	}
	if want := fmt.Sprintf("tensors are taken from %s, step 24, SHA-256 %s", file, m.ParamsSHA256); !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
}

// Experiments that take nothing have no word of it in their checkpoints.
func TestAnExperimentWithoutAnOriginHasNoWordOfIt(t *testing.T) {
	_, c, _ := pretrained(t, tiny["vae"])
	src, err := parse(t, tiny["vae"]).YAML()
	if err != nil || bytes.Contains(src, []byte("init:\n")) || strings.Contains(c.Meta[saved.MetaConfig], "init:\n") {
		t.Errorf("got %s, %v", src, err)
	}
	if keys := slices.Sorted(maps.Keys(c.Meta)); strings.Join(keys, " ") != "about config data_sha256 epoch examples format progress schema shape step train_meter" {
		t.Errorf("the metadata has %v", keys)
	}
	if p := c.Meta[saved.MetaProgress]; strings.Contains(p, "changes") || strings.Contains(p, `"init"`) {
		t.Errorf("progress: %s", p)
	}
}
