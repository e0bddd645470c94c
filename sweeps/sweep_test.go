package sweeps

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/experiments"
)

// write puts the text of a sweep into a file.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// The runs are in the order of the file, and the last key of a grid changes first.
func TestRunsAreInOrder(t *testing.T) {
	p, err := Load(write(t, `
name: rates
experiment: vae
grid:
  train.optimizer.lr: [1e-3, 3e-4] # two of them
  model.latent: [8, 16]
list:
  - {model.beta: 4, train.optimizer: {kind: sgd, lr: 0.1}}
  - {}
`), "train.epochs=2")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"lr-1e-3_latent-8", "lr-1e-3_latent-16", "lr-3e-4_latent-8", "lr-3e-4_latent-16",
	}
	for i, name := range want {
		if p.Runs[i].Name != name {
			t.Errorf("run %d is %s, want %s", i, p.Runs[i].Name, name)
		}
	}
	if len(p.Runs) != 6 || !strings.HasPrefix(p.Runs[4].Name, "beta-4_optimizer-kind-sgd-lr-0.1_") || p.Runs[5].Name != "as-it-is" {
		t.Errorf("got %d runs that end with %s and %s, want 6 with two of the list last", len(p.Runs), p.Runs[4].Name, p.Runs[5].Name)
	}
	if c := p.Runs[1].Config; c.Name != want[1] || c.Train.Epochs != 2 {
		t.Errorf("run 1 has the name %s and %d epochs, want %s and 2, as -set has it", c.Name, c.Train.Epochs, want[1])
	}
	if keys := []string{"train.optimizer.lr", "model.latent", "model.beta", "train.optimizer"}; !slices.Equal(p.Keys, keys) {
		t.Errorf("keys %v, want %v", p.Keys, keys)
	}
}

func TestNamesTellKeysApart(t *testing.T) {
	p, err := Load(write(t, "name: a\nexperiment: vae\ngrid: {model.encoder.hidden: [[8], [8, 8]], model.decoder.hidden: [[9]]}\n"))
	if err != nil {
		p, err = Load(write(t, "name: a\nexperiment: gan\ngrid: {model.generator.hidden: [[8], [8, 8]], model.discriminator.hidden: [[9]]}\n"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if p.Runs[0].Name == p.Runs[1].Name || !strings.Contains(p.Runs[0].Name, ".hidden-8_") {
		t.Errorf("got %s and %s, want keys by two words, and different names", p.Runs[0].Name, p.Runs[1].Name)
	}
}

func TestShippedSweepsCanBeLoaded(t *testing.T) {
	for _, name := range experiments.Sweeps() {
		if p, err := Load(name); err != nil || p.Name != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := Load("experiments/sweeps/rates.yaml"); err != nil {
		t.Error(err)
	}
	if len(experiments.Sweeps()) == 0 {
		t.Error("there is no shipped sweep")
	}
}

func TestMistakesAreToldWithTheirPlace(t *testing.T) {
	const head = "name: a\nexperiment: vae\n"
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprint(i+1))
	}
	list := strings.Join(many, ", ")
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":             {head + "grids: {seed: [1]}\n", `:3:1: grids: unknown key, did you mean "grid"?`},
		"nothing to do":              {head, "no grid and no list, want one of them"},
		"an empty file":              {"", "empty, want a sweep"},
		"no experiment":              {"name: a\ngrid: {seed: [1]}\n", "experiment: missing, want a file or the name"},
		"an experiment that is none": {"name: a\nexperiment: vea\ngrid: {seed: [1]}\n", "vea: no such file, and no shipped experiment"},
		"a value that is no list":    {head + "grid:\n  seed: 3\n", ":4:9: grid.seed: 3, want a list of values such as [1, 2]"},
		"an empty list":              {head + "grid: {seed: []}\n", "grid.seed: an empty list, want a list"},
		"a key twice":                {head + "grid:\n  seed: [1]\n  seed: [2]\n", ":5:3: grid.seed: a duplicate of line 4"},
		"a key within another":       {head + "grid: {model: [{kind: ae}], model.latent: [2]}\n", "model and model.latent: one is part of the other"},
		"a name":                     {head + "list: [{name: b}]\n", "list[0]: name is not for a sweep to set"},
		"an alias":                   {head + "grid: {seed: &a [1], model.latent: [*a]}\n", "anchors and aliases are not read"},
		"a key of no experiment":     {head + "grid: {model.latnt: [2, 4]}\n", `: run latnt-2: -set model.latnt=2: model.latnt: unknown key, did you mean "latent"?`},
		"a value out of range":       {head + "grid: {seed: [1, 2], train.batch: [-1]}\n", ": run seed-1_batch--1 (and 1 run more): -set train.batch=-1: train.batch: -1, want"},
		"the same run twice":         {head + "grid: {train.optimizer.lr: [1e-3, 0.001]}\n", ": run lr-0.001: the same experiment as run lr-1e-3, want every run once"},
		"the same in grid and list":  {head + "grid: {seed: [1, 2]}\nlist: [{model.beta: 1}]\n", ": run beta-1: the same experiment as run seed-1"},
		"too many":                   {head + "grid: {seed: [" + list + "], model.latent: [" + list + "]}\n", "more runs than 10000"},
		"a figure that is none":      {head + "grid: {seed: [1]}\nsort: nnl\n", `sort: "nnl", did you mean "nll"? want loss, or a figure`},
		"a figure without an order":  {head + "grid: {seed: [1]}\nsort: kl\n", `sort: "kl"`},
		"a bad name":                 {"name: a/b\nexperiment: vae\ngrid: {seed: [1]}\n", `name: "a/b", want up to 100 letters`},
	} {
		if _, err := Load(write(t, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	file := write(t, head+"grid: {model.latent: [2]}\n")
	for _, set := range []string{"model.latent=4", "model={kind: ae}", "name=b"} {
		if _, err := Load(file, set); err == nil || !strings.Contains(err.Error(), "-set "+set+": the sweep sets ") {
			t.Errorf("-set %s: got %v", set, err)
		}
	}
}

// No file panics, or makes more runs than there may be.
func FuzzLoad(f *testing.F) {
	f.Add("name: a\nexperiment: ring\ngrid: {seed: [1, 2], model.latent: [3]}\nlist: [{seed: 7}, {}]\nsort: nll\n")
	f.Add("name: a\nexperiment: ring\nlist: [{train.optimizer: {kind: sgd, lr: 1}}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "s.yaml")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		p, err := Load(file)
		if err != nil {
			return
		}
		names := map[string]bool{}
		for _, run := range p.Runs {
			if name := strings.ToLower(run.Name); names[name] || run.Name != run.Config.Name {
				t.Fatalf("run %q comes twice or has the name %q", run.Name, run.Config.Name)
			}
			names[strings.ToLower(run.Name)] = true
		}
		if len(p.Runs) == 0 || len(p.Runs) > MostRuns {
			t.Fatalf("%d runs", len(p.Runs))
		}
	})
}
