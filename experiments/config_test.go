package experiments

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/untrusted"
	"latentspace/models/families"
)

// good is an experiment in which each broken one of the tests changes a line.
const good = `name: first
seed: 7
data: {kind: ring}
model:
  kind: vae
  latent: 2
  encoder: {kind: mlp, hidden: [8]}
  likelihood: gaussian
train:
  epochs: 2
  batch: 16
  optimizer: {kind: adam, lr: 0.001}
`

// TestBrokenExperiments has one mistake each, and the whole of its message.
func TestBrokenExperiments(t *testing.T) {
	kinds := strings.Join(sortedKeys(families.Models), ", ")
	change := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in the experiment", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	deep := strings.Repeat("[", 20000)
	for _, c := range []struct {
		name, src, want string
		sets            []string
	}{
		{name: "an empty file", src: "", want: `f.yaml: empty, want an experiment with name, data and model`},
		{name: "only a comment", src: "# nothing\n", want: `f.yaml: empty`},
		{name: "a null document", src: "null\n", want: `f.yaml: empty`},
		{name: "a list", src: "- a\n", want: `f.yaml:1:1: a list, want keys and values such as name: first`},
		{name: "a word", src: "hello\n", want: `f.yaml:1:1: "hello", want keys and values`},
		{name: "a tab", src: "name: a\n\tseed: 1\n", want: `f.yaml:2:1: not YAML: found a tab character`},
		{name: "an open bracket", src: change("{kind: ring}", "{kind: ring"), want: `f.yaml:`},
		{name: "bytes that are no text", src: "name: \xff\xfe\n", want: `f.yaml: not YAML: invalid`},
		{name: "brackets without end", src: "name: " + deep, want: `not YAML`},
		{name: "more than a quarter of a mebibyte", src: good + strings.Repeat("#", 1<<18), want: `want at most 262144; LATENTSPACE`},
		{name: "a second document", src: good + "---\nname: two\n", want: `f.yaml:13:1: a second document, want one`},
		{name: "a broken second document", src: good + "---\n[\n", want: `not YAML`},
		{name: "an unknown key", src: change("latent: 2", "latnt: 2"), want: `f.yaml:6:3: model.latnt: unknown key, did you mean "latent"?`},
		{name: "a key of another kind", src: change("hidden: [8]", "channels: [8]"), want: `f.yaml:7:24: model.encoder.channels: unknown key of this kind, only of conv`},
		{name: "a key like no other", src: change("seed: 7", "zzzzzz: 7"), want: `f.yaml:2:1: zzzzzz: unknown key, want data, model, name, seed, train`},
		{name: "a key in capitals", src: change("seed: 7", "Seed: 7"), want: `Seed: unknown key, did you mean "seed"?`},
		{name: "a duplicate", src: change("seed: 7", "seed: 7\nseed: 8"), want: `f.yaml:3:1: seed: a duplicate of line 2`},
		{name: "a key that is a list", src: change("seed: 7", "[1]: 7"), want: `f.yaml:2:1: a key that is a list, want a word`},
		{name: "an alias", src: change("seed: 7", "seed: &s 7"), want: `f.yaml:2:7: seed: anchors and aliases are not read, write the value out`},
		{name: "a merge", src: change("seed: 7", "<<: {seed: 7}"), want: `f.yaml:2:1: <<: unknown key`},
		{name: "a tag", src: change("seed: 7", "seed: !lucky 7"), want: `f.yaml:2:7: seed: tag !lucky, want none`},
		{name: "nothing for a number", src: change("seed: 7", "seed:"), want: `f.yaml:2:6: seed: empty, want a whole number from 0 to 2⁶⁴−1`},
		{name: "nothing for a model", src: "name: a\ndata: {kind: ring}\nmodel:\n", want: `f.yaml:3:7: model: empty, want keys and values such as {kind: aae}`},
		{name: "a negative seed", src: change("seed: 7", "seed: -7"), want: `f.yaml:2:7: seed: -7, want a whole number from 0 to 2⁶⁴−1`},
		{name: "a seed too large", src: change("seed: 7", "seed: 99999999999999999999"), want: `f.yaml:2:7: seed: 99999999999999999999, want`},
		{name: "a fraction for an integer", src: change("latent: 2", "latent: 2.5"), want: `f.yaml:6:11: model.latent: 2.5, want a whole number`},
		{name: "a word for an integer", src: change("latent: 2", "latent: two"), want: `f.yaml:6:11: model.latent: "two", want a whole number`},
		{name: "a quoted number for an integer", src: change("latent: 2", `latent: "2"`), want: `model.latent: "2", want a whole number`},
		{name: "an integer too large", src: change("latent: 2", "latent: 9223372036854775808"), want: `model.latent: 9223372036854775808, want a whole number`},
		{name: "a latent space of no dimensions", src: change("latent: 2", "latent: 0"), want: `f.yaml:6:11: model.latent: 0, want`},
		{name: "a width of nothing", src: change("[8]", "[8, 0]"), want: `f.yaml:7:32: model.encoder.hidden: element 1 is 0, want it from 1 to`},
		{name: "a width that is a word", src: change("[8]", "[8, wide]"), want: `f.yaml:7:36: model.encoder.hidden[1]: "wide", want a whole number`},
		{name: "a number for a list", src: change("[8]", "8"), want: `f.yaml:7:32: model.encoder.hidden: 8, want a list such as [1, 2]`},
		{name: "a word for a network", src: change("{kind: mlp, hidden: [8]}", "perceptron"), want: `f.yaml:7:12: model.encoder: "perceptron", want one of conv, conv1d, gated, mlp`},
		{name: "a number for a network", src: change("{kind: mlp, hidden: [8]}", "8"), want: `f.yaml:7:12: model.encoder: 8, want keys and values such as {kind: conv}`},
		{name: "a list for train", src: change("train:\n  epochs: 2\n  batch: 16\n  optimizer: {kind: adam, lr: 0.001}\n", "train: [1]\n"), want: `f.yaml:9:8: train: a list, want keys and values`},
		{name: "an unknown kind", src: change("kind: vae", "kind: vea"), want: `f.yaml:5:9: model.kind: "vea", did you mean "vae"? want one of ` + kinds},
		{name: "a kind that is a list", src: change("kind: vae", "kind: [vae]"), want: `f.yaml:5:9: model.kind: a list, want one of ` + kinds},
		{name: "no kind", src: change("  kind: vae\n", ""), want: `f.yaml:5:3: model: no kind, want one of ` + kinds},
		{name: "no data", src: change("data: {kind: ring}\n", ""), want: `f.yaml:1:1: data: missing, want a data set such as {kind: glyphs}`},
		{name: "no model", src: "name: a\ndata: {kind: ring}\n", want: `f.yaml:1:1: model: missing, want a model such as {kind: vae}`},
		{name: "no name", src: change("name: first\n", ""), want: `name: "", want letters`},
		{name: "a name that leaves the folder", src: change("first", "../up"), want: `f.yaml:1:7: name: "../up", want letters, digits`},
		{name: "a number for a name", src: change("first", "12"), want: `f.yaml:1:7: name: 12, want a word; put it in quotes`},
		{name: "a word for a truth value", src: change("{kind: ring}", "{kind: glyphs, binarize: yes}"), want: `f.yaml:3:32: data.binarize: "yes", want true or false`},
		{name: "an empty truth value", src: change("{kind: ring}", "{kind: glyphs, binarize: !!bool \"\"}"), want: `f.yaml:3:32: data.binarize: empty, want true or false`},
		{name: "an octal number", src: change("batch: 16", "batch: 016"), want: `f.yaml:11:10: train.batch: 016, want a whole number`},
		{name: "a learning rate that is no number", src: change("0.001", ".nan"), want: `f.yaml:12:31: train.optimizer.lr: .nan, want a finite number`},
		{name: "an infinite learning rate", src: change("0.001", "-.inf"), want: `train.optimizer.lr: -.inf, want a finite number`},
		{name: "a learning rate out of range", src: change("0.001", "1e999"), want: `train.optimizer.lr: 1e999 is out of range`},
		{name: "a negative learning rate", src: change("0.001", "-1"), want: `f.yaml:12:31: train.optimizer.lr: -1, want a number above 0`},
		{name: "no epochs", src: change("epochs: 2", "epochs: 0"), want: `f.yaml:10:11: train.epochs: 0, want it from 1 to 1000000`},
		{name: "a negative batch", src: change("batch: 16", "batch: -16"), want: `f.yaml:11:10: train.batch: -16, want it from 1`},
		{name: "an optimizer for no phase", src: good + "  optimizers: {critic: {kind: sgd}}\n", want: `f.yaml:13:24: train.optimizers.critic: the model has no phase of that name, only elbo`},
		{name: "an average that forgets all", src: good + "  ema: 1\n", want: `f.yaml:13:8: train.ema: 1, want a decay in [0, 1)`},
		{name: "one checkpoint", src: good + "  checkpoint: {keep: 1}\n", want: `f.yaml:13:22: train.checkpoint.keep: 1, want at least 2`},
		{name: "a likelihood that there is not", src: change("gaussian", "gausian"), want: `f.yaml:8:15: model.likelihood: "gausian", did you mean "gaussian"? want one of auto, bernoulli, categorical, discretised, gaussian, laplace, logistic_mixture, ordinal, tokens`},
		{name: "an edit without a value", src: good, sets: []string{"seed"}, want: `-set seed: want KEY=VALUE such as model.latent=2`},
		{name: "an edit of nothing", src: good, sets: []string{"=3"}, want: `-set =3: want KEY=VALUE`},
		{name: "an edit with an empty part", src: good, sets: []string{"model..latent=3"}, want: `-set model..latent=3: a key without a name`},
		{name: "an edit below a number", src: good, sets: []string{"seed.low=3"}, want: `-set seed.low=3: seed is 7 and has no keys; set it whole`},
		{name: "an edit that is not YAML", src: good, sets: []string{"seed=["}, want: `-set seed=[: the value is not YAML`},
		{name: "an edit of an unknown key", src: good, sets: []string{"model.latnt=3"}, want: `-set model.latnt=3: model.latnt: unknown key, did you mean "latent"?`},
		{name: "an edit out of range", src: good, sets: []string{"model.latent=0"}, want: `-set model.latent=0: model.latent: 0, want`},
		{name: "an edit to nothing", src: good, sets: []string{"model.latent="}, want: `-set model.latent=: model.latent: empty, want a whole number`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("f.yaml", []byte(c.src), c.sets...)
			if err == nil {
				t.Fatalf("got no error, want %s", c.want)
			}
			if lines := strings.Split(err.Error(), "\n"); len(lines) > 1 || !strings.Contains(lines[0], c.want) {
				t.Errorf("got\n%v\nwant the one line\n%s", err, c.want)
			}
		})
	}
}

// The size of the file is looked at first: what it holds is in no error of the parser.
func TestALargeFileIsNotReadAsAnExperiment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(file, make([]byte, int(untrusted.Experiment.Most)+1), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Load(file)
	if want := "experiments: read " + file + ": 262145 bytes, want at most 262144; LATENTSPACE_LIMITS=experiment=N allows N, for a file that you trust"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestAllMistakesAtOnce wants each of several mistakes, in the file's order, and
// those of edits last.
func TestAllMistakesAtOnce(t *testing.T) {
	src := "name: a b\nsed: 1\ndata: {kind: ring, modes: 0}\nmodel: {kind: vae, latent: -1, beta: x}\n"
	_, err := Parse("f.yaml", []byte(src), "train.batch=0", "train.epoch=1")
	want := []string{
		"f.yaml:1:7: name: ", "f.yaml:2:1: sed: ", "f.yaml:3:27: data.modes: ", "f.yaml:4:28: model.latent: ",
		"f.yaml:4:38: model.beta: ", "-set train.batch=0: train.batch: ", "-set train.epoch=1: train.epoch: ",
	}
	got := strings.Split(fmt.Sprint(err), "\n")
	if len(got) != len(want) {
		t.Fatalf("got %d lines, want %d:\n%v", len(got), len(want), err)
	}
	for i, w := range want {
		if !strings.HasPrefix(got[i], w) {
			t.Errorf("line %d: got %s, want it to start with %s", i, got[i], w)
		}
	}
}

func TestEditsComeBeforeTheCheck(t *testing.T) {
	src := strings.Replace(good, "latent: 2", "latent: 0", 1)
	c, err := Parse("f.yaml", []byte(src), "model.latent=5", "train.clip=1", "model.encoder.kind=mlp",
		"model.decoder={kind: mlp, hidden: [4, 5]}", "train.checkpoint.every=1e2", "train.optimizers.elbo.kind=sgd")
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"latent: 5", "clip: 1", "hidden: [8]", "hidden: [4, 5]", "every: 100", "    elbo:\n      kind: sgd"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("got no %q in\n%s", want, out)
		}
	}
}

// TestDefaultIsEdited wants a mapping without a kind to keep what the default has.
func TestDefaultIsEdited(t *testing.T) {
	c, err := Parse("f.yaml", []byte("name: a\ndata: {kind: ring}\nmodel: {kind: ae, encoder: {activation: tanh}}\ntrain: {optimizer: {lr: 0.5}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	out, _ := c.YAML()
	for _, want := range []string{"kind: adam\n    lr: 0.5\n    beta1: 0.9", "kind: mlp\n    hidden: [400]\n    activation: tanh"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("got no %q in\n%s", want, out)
		}
	}
}

// TestDefaultsAreNotShared wants two readings to share no memory.
func TestDefaultsAreNotShared(t *testing.T) {
	if _, err := Parse("f.yaml", []byte(good), "train.optimizer.lr=0.5", "model.encoder.hidden=[1]"); err != nil {
		t.Fatal(err)
	}
	c, err := Parse("f.yaml", []byte("name: a\ndata: {kind: ring}\nmodel: {kind: vae}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if out, _ := c.YAML(); !strings.Contains(string(out), "lr: 0.001") || !strings.Contains(string(out), "hidden: [400]") {
		t.Errorf("got defaults of another experiment:\n%s", out)
	}
}

func TestDifferencesNameKeys(t *testing.T) {
	a, err := Parse("a.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse("b.yaml", []byte(good), "model.latent=32", "model.encoder.hidden=[8, 9]", "train.optimizer={kind: sgd}",
		"model.decoder={kind: mlp, hidden: []}")
	if err != nil {
		t.Fatal(err)
	}
	if d := a.Differences(a); len(d) > 0 {
		t.Errorf("got %q for equal experiments, want none", d)
	}
	got := strings.Trim(strings.ReplaceAll(fmt.Sprint(a.Differences(b)), " train.", "\ntrain."), "[]")
	for _, want := range []string{
		"model.latent: 2 here, 32 in the run", "model.encoder.hidden: [8] here, [8, 9] in the run",
		"train.optimizer.kind: adam here, sgd in the run", "train.optimizer.beta1: 0.9 here, absent in the run",
		"model.decoder.hidden: absent here, [] in the run",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant a line %s", got, want)
		}
	}
}

// FuzzDecode wants any text to be either an error of whole lines or an experiment
// that is the same after it was written and read again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(good), "model.latent=3")
	f.Add([]byte("{name: a, data: {kind: glyphs, binarize: !!bool \"\"}}"), "seed=!!int x")
	f.Add([]byte("name: a\n---\nb"), "a.b.c=[1, {x: 2}]")
	f.Add([]byte("{name: a, data: {kind: grid}, model: {kind: gan, generator: {}}}"), "train.ema=0.5")
	for _, name := range slices.Concat(Shipped(), Papers()) {
		src, err := shipped.ReadFile(name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, "seed=1e3")
	}
	f.Fuzz(func(t *testing.T, src []byte, set string) {
		var sets []string
		if set != "" {
			sets = []string{set}
		}
		c, err := Parse("f.yaml", src, sets...)
		if err != nil {
			if err.Error() == "" {
				t.Error("got an error without a word")
			}
			return
		}
		first, err := c.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("f.yaml", first)
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, first)
		}
		if second, _ := again.YAML(); !bytes.Equal(first, second) {
			t.Fatalf("got\n%s\nwant\n%s", second, first)
		}
	})
}

// An experiment of a paper is found by its name, with and without the folder that the files are in.
func TestExperimentsOfPapersAreFoundByTheirNames(t *testing.T) {
	for _, file := range []string{"paper/vae-mnist", "experiments/paper/vae-mnist.yaml", `experiments\paper\vae-mnist.yaml`, "./paper/vae-mnist.yaml"} {
		c, err := Load(file)
		if err != nil || c.Name != "vae-mnist" {
			t.Errorf("%s: got %q, %v, want vae-mnist", file, c.Name, err)
		}
	}
	if _, err := Load("paper/none"); err == nil || !strings.Contains(err.Error(), "paper/vae-mnist") {
		t.Errorf("got %v, want what there is", err)
	}
}
