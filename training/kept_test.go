package training

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/experiments"
	"latentspace/rundir"
)

// earlierRun is a copy of testdata/earlier, the folder to be in: files of 2 × 3 pictures
// that are sorted by class, an experiment, and the run that a program made of it that knew
// no data.split. The run was made by
//
//	train -config old.yaml
//
// of revision 2666582.
func earlierRun(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "earlier"))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

const earlierRunDir = "runs/old"

func TestACheckpointFromBeforeHasItsOldSplit(t *testing.T) {
	earlierRun(t)
	m, err := rundir.ReadManifest(earlierRunDir)
	if err != nil {
		t.Fatal(err)
	}
	tr, _, err := Find(earlierRunDir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	splits, err := tr.Data(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if splits.SHA256 != m.Data.SHA256 {
		t.Errorf("the data have SHA-256 %s, the run had %s", splits.SHA256, m.Data.SHA256)
	}
	losses, err := tr.Losses(t.Context(), splits.Valid, splits.Binarize)
	got, _ := losses.Get("loss")
	if want, _ := m.Metrics.Valid.Get("loss"); err != nil || got != want {
		t.Errorf("validation loss %v, %v, the run had %v", got, err, want)
	}
	// The likelihood is of single precision since: other examples would part the runs by far more.
	v, err := Verify(t.Context(), earlierRunDir, VerifyOptions{Log: io.Discard})
	if err != nil || !v.Agrees && !near(v.Got, v.Want) {
		t.Errorf("verified: %+v, %v", v, err)
	}
}

// near reports whether two numbers differ in their last digits only.
func near(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-6*math.Abs(float64(b)) }

// The command that began a run goes on with it, though its defaults are others now.
func TestARunFromBeforeGoesOn(t *testing.T) {
	earlierRun(t)
	m, err := rundir.ReadManifest(earlierRunDir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := checkpoints.Read(filepath.Join(earlierRunDir, m.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"run.json", m.Checkpoint} {
		if err := os.Remove(filepath.Join(earlierRunDir, name)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := experiments.Load("old.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	again, err := Run(t.Context(), c, Options{Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	after, err := checkpoints.Read(filepath.Join(earlierRunDir, again.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range before.Tensors {
		for i, want := range w.Data {
			if got := after.Tensors[name].Data[i]; strings.HasPrefix(name, "param/") && math.Abs(float64(got-want)) > 1e-5 {
				t.Errorf("%s, element %d: got %v, the earlier program had %v", name, i, got, want)
			}
		}
	}
	if !strings.Contains(log.String(), "begun by an earlier program") {
		t.Errorf("the log does not say that an earlier program began the run:\n%s", &log)
	}

	// What the user asks for is not passed over.
	c, err = experiments.Load("old.yaml", "data.split=drawn")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), c, Options{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "data.split: drawn here, last in the run") {
		t.Errorf("another split: got error %v", err)
	}
}

func TestANewRunOfAnOldFileHasTheNewSplit(t *testing.T) {
	earlierRun(t)
	c, err := experiments.Load("old.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Run(t.Context(), c, Options{Dir: "new", Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	old, err := rundir.ReadManifest(earlierRunDir)
	if err != nil {
		t.Fatal(err)
	}
	if m.Data.SHA256 == old.Data.SHA256 {
		t.Error("splits of other examples have one SHA-256")
	}
	src, err := os.ReadFile(filepath.Join("new", experiments.ConfigFile))
	if err != nil || !strings.Contains(string(src), "split: drawn\n  seed: 1\n") {
		t.Errorf("the run keeps %s, %v", src, err)
	}
	splits, err := c.Data.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known, err := data.ClassesOf(splits.Valid, splits.Valid.Len())
	if err != nil {
		t.Fatal(err)
	}
	classes := map[int]bool{}
	for _, label := range known.Labels {
		classes[label] = true
	}
	if len(classes) != 2 {
		t.Errorf("the validation set of a sorted file has %d of 2 classes", len(classes))
	}
}

// What nobody gave adapts to a set that is smaller, and is said; what the user gave does not.
func TestDefaultsAdaptToASmallSet(t *testing.T) {
	earlierRun(t)
	const file = "name: small\ndata: {kind: mnist, dir: digits}\nmodel: {kind: vae, latent: 1, encoder: {kind: mlp, hidden: [2]}}\n"
	c := parse(t, file, "train.epochs=2", "train.samples=0")
	var log bytes.Buffer
	m, err := Run(t.Context(), c, Options{Dir: "small", Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	if m.Data.Train != 18 || m.Data.Valid != 2 || m.Step != 2 {
		t.Errorf("%d + %d examples, %d steps, want 18 + 2 and 2", m.Data.Train, m.Data.Valid, m.Step)
	}
	for _, want := range []string{"2 of 20 training pictures are held out for validation", "train.batch: the training set has 18 examples, and a batch is all of them"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("it does not say %q\n%s", want, &log)
		}
	}
	if again, err := Run(t.Context(), c, Options{Dir: "small", Log: io.Discard}); err != nil || again.ParamsSHA256 != m.ParamsSHA256 {
		t.Errorf("once more: %v", err)
	}
	if v, err := Verify(t.Context(), "small", VerifyOptions{Log: io.Discard}); err != nil || !v.Agrees {
		t.Errorf("verified: %+v, %v", v, err)
	}
	for set, want := range map[string]string{
		"train.batch=128": "train.batch: 128, want at most the 18 examples of the training set",
		"data.valid=5000": "valid: 5000, want less than the 20 examples of the training set",
	} {
		if _, err := Run(t.Context(), parse(t, file, set), Options{Dir: "asked", Log: io.Discard}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q", set, err, want)
		}
	}
}

func TestASmallGridIsDividedByDefaults(t *testing.T) {
	c := parse(t, "name: small\ndata: {kind: sprites, grid: {scales: 1, rotations: 4, positions: 4}}\nmodel: {kind: ae}\n")
	s, err := c.Data.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != 144 || s.Valid.Len() != 24 || s.Test.Len() != 24 {
		t.Errorf("192 places are %d, %d and %d, want 144, 24 and 24", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
}

func TestAShippedExperimentDemandsNothing(t *testing.T) {
	c, err := experiments.Load("mnist-vae")
	if err != nil {
		t.Fatal(err)
	}
	if c.Demands("train.batch") || c.Demands("data.valid") {
		t.Error("what a shipped file says is taken for the user's")
	}
	if c, err = experiments.Load("mnist-vae", "train.batch=64"); err != nil || !c.Demands("train.batch") {
		t.Errorf("an edit is no demand: %v", err)
	}
	if c := parse(t, "name: a\ndata: {kind: mnist}\nmodel: {kind: ae}\ntrain: {batch: 64}\n"); !c.Demands("train.batch") || c.Demands("train.batch.more") {
		t.Error("what a user's file says is no demand")
	}
}
