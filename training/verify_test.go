package training

import (
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/tensor"
)

const replayed = `
name: replayed
data: {kind: ring, train: 300, valid: 20, test: 20}
model: {kind: gan, latent: 2, generator: {kind: mlp, hidden: [8], norm: batch}, discriminator: {kind: mlp, hidden: [8]}}
train: {epochs: 3, batch: 10, ema: 0.9, samples: 0, checkpoint: {every: 7, keep: 4}}
`

// verified makes a run and replays it.
func verified(t *testing.T, dir string, last int) *Verification {
	t.Helper()
	v, err := Verify(context.Background(), dir, VerifyOptions{Last: last, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAReplayAgrees(t *testing.T) {
	for name, text := range map[string]string{"gan": replayed, "pca": tinyPCA} {
		dir := filepath.Join(t.TempDir(), "run")
		if _, err := Run(context.Background(), parse(t, text), Options{Dir: dir, Log: io.Discard}); err != nil {
			t.Fatal(err)
		}
		before := folder(t, dir)
		old := runtime.GOMAXPROCS(1)
		v := verified(t, dir, 0)
		runtime.GOMAXPROCS(old)
		if !v.Agrees || v.From != 0 || len(v.Checked) == 0 {
			t.Errorf("%s: got %+v, want agreement from the first weights on", name, v)
		}
		if part := verified(t, dir, 5); !part.Agrees || name == "gan" && (part.From == 0 || part.To-part.From < 5) {
			t.Errorf("%s: the last 5 steps: got %+v", name, part)
		}
		if after := folder(t, dir); after != before {
			t.Errorf("%s: a replay changes the folder:\n%s\n%s", name, before, after)
		}
	}
}

// folder is the names and sizes of a folder's files.
func folder(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + " " + info.ModTime().String() + "\n")
	}
	return b.String()
}

// A weight that was changed in a checkpoint is found, with its tensor and element; one in
// the newest checkpoint alone parts after the one before.
func TestAReplayFindsWhereBitsPart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Run(context.Background(), parse(t, replayed), Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	store := checkpoints.Store{Dir: dir, FS: atomicfile.OS{}}
	steps, err := store.List()
	if err != nil || len(steps) < 3 {
		t.Fatalf("%v, %v", steps, err)
	}
	newest, before := max(steps[0], steps[len(steps)-1]), 0
	for _, s := range steps {
		if s < newest {
			before = max(before, s)
		}
	}
	c, err := checkpoints.Read(store.Path(newest))
	if err != nil {
		t.Fatal(err)
	}
	const name = "param/generator.layer1.weight"
	c.Tensors[name].Data[5] += 1e-6
	if err := atomicfile.Write(atomicfile.OS{}, store.Path(newest), func(w io.Writer) error { return checkpoints.Encode(w, c) }); err != nil {
		t.Fatal(err)
	}
	v := verified(t, dir, 0)
	if v.Agrees || v.Between == nil || *v.Between != [2]int{before, newest} || v.Tensor != name || v.Element != 5 || v.Tensors != 1 {
		t.Errorf("got %+v, want a difference of %s, element 5, between %d and %d", v, name, before, newest)
	}
	if text := v.String(); !strings.Contains(text, "the bits part after step") || strings.Contains(text, "every bit agrees") {
		t.Errorf("it says\n%s", text)
	}
}

// A run whose newest checkpoint is damaged or gone is not one that agrees.
func TestAReplayWantsEveryCheckpoint(t *testing.T) {
	for name, harm := range map[string]func(file string) error{
		"cannot be compared": func(file string) error { return os.Truncate(file, 3000) },
		"is not there":       os.Remove,
	} {
		dir := filepath.Join(t.TempDir(), "run")
		m, err := Run(context.Background(), parse(t, replayed), Options{Dir: dir, Log: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		if err := harm(filepath.Join(dir, m.Checkpoint)); err != nil {
			t.Fatal(err)
		}
		if v := verified(t, dir, 0); v.Agrees || !strings.Contains(v.String(), name) || strings.Contains(v.String(), "every bit") {
			t.Errorf("%s: it says\n%s", name, v)
		}
	}
}

// Values that are equal may have other bits, and a tensor may be in one of the two alone.
func TestAReplayTellsBitsAndNamesApart(t *testing.T) {
	zero, other := tensor.New(2), tensor.New(2)
	other.Data[1] = float32(math.Copysign(0, -1))
	set := func(x *tensor.Tensor) map[string]*tensor.Tensor { return map[string]*tensor.Tensor{"w": x} }
	var v Verification
	if v.compare(set(zero), set(other)) || v.Tensor != "w" || v.Element != 1 {
		t.Errorf("zeros of different sign: got %+v, want element 1 of w", v)
	}
	for name, pair := range map[string][2]map[string]*tensor.Tensor{
		"one that the run lacks":    {set(zero), nil},
		"one that the replay lacks": {nil, set(zero)},
		"one of another shape":      {set(zero), set(tensor.New(3))},
	} {
		v := Verification{}
		if v.compare(pair[0], pair[1]) || v.Tensor != "w" {
			t.Errorf("%s: got %+v, want w", name, v)
		}
	}
	if v := (&Verification{}); !v.compare(set(other), set(other.Clone())) {
		t.Errorf("the same bits: got %+v", v)
	}
}

func TestAReplayComparesTheWeightsWithTheManifest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), parse(t, tinyPCA), Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	m.ParamsSHA256 = "00"
	if err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	if v := verified(t, dir, 0); v.Agrees || !strings.Contains(v.String(), "the manifest says that the weights have SHA-256 00") {
		t.Errorf("got %v", v)
	}
}

func TestAReplayThatComparesNothingIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), parse(t, tinyPCA), Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, m.Checkpoint), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(context.Background(), dir, VerifyOptions{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "to compare with") {
		t.Errorf("got %v, %v, want an error", v, err)
	}
}

func TestVerifyErrors(t *testing.T) {
	ctx := context.Background()
	if _, err := Verify(ctx, t.TempDir(), VerifyOptions{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "has no run.json: it is no run") {
		t.Errorf("an empty folder: got %v", err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Run(ctx, parse(t, replayed), Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Verify(cancelled, dir, VerifyOptions{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("a context that has ended: got %v", err)
	}
	config := filepath.Join(dir, experiments.ConfigFile)
	b, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(strings.Replace(string(b), "train: 300", "train: 290", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(ctx, dir, VerifyOptions{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "the data set has changed") {
		t.Errorf("other data: got %v", err)
	}
}
