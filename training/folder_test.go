package training

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/experiments"
	"latentspace/rundir"
)

// idxFolder writes a set of small pictures as IDX files; each set of its own seed.
func idxFolder(t *testing.T, dir string, seed byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{"train": 60, "t10k": 20} {
		images := []byte{0, 0, 8, 3}
		for _, d := range []int{n, 4, 4} {
			images = binary.BigEndian.AppendUint32(images, uint32(d))
		}
		labels := binary.BigEndian.AppendUint32([]byte{0, 0, 8, 1}, uint32(n))
		x := uint32(seed) + 1
		for i := range n {
			labels = append(labels, byte(i%3))
			for range 16 {
				x = x*1664525 + 1013904223
				images = append(images, byte(x>>24))
			}
		}
		for file, b := range map[string][]byte{name + "-images-idx3-ubyte": images, name + "-labels-idx1-ubyte": labels} {
			if err := os.WriteFile(filepath.Join(dir, file), b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

const inFolder = `
name: folder
data: {kind: mnist, dir: digits, valid: 10}
model: {kind: ae, latent: 2, encoder: {kind: mlp, hidden: [6]}}
train: {epochs: 4, batch: 10, checkpoint: {every: 3}, samples: 0}
`

// A run is of its data, wherever they are and however the path is written.
func TestARunGoesOnWhereverItsDataAre(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	idxFolder(t, "digits", 1)
	idxFolder(t, "others", 2)
	c := parse(t, inFolder)
	whole, err := Run(context.Background(), c, Options{Dir: "whole", Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	abs := filepath.Join(home, "digits")
	if whole.Data.Dir != abs {
		t.Errorf("run.json has the folder %q, want %s", whole.Data.Dir, abs)
	}
	stopAt(t, c, "run", 4)

	goOn := func(name, set string, want ...string) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "run")
		copyRun(t, filepath.Join(home, "run"), dir)
		var sets []string
		if set != "" {
			sets = []string{set}
		}
		cfg := parse(t, inFolder, sets...)
		var log strings.Builder
		m, err := Run(context.Background(), cfg, Options{Dir: dir, Log: &log})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if m.ParamsSHA256 != whole.ParamsSHA256 || m.Data.SHA256 != whole.Data.SHA256 {
			t.Errorf("%s: parameters %s, want %s", name, m.ParamsSHA256, whole.ParamsSHA256)
		}
		for _, w := range want {
			if !strings.Contains(log.String(), w) {
				t.Errorf("%s: no %q in\n%s", name, w, &log)
			}
		}
		now, err := experiments.Load(filepath.Join(dir, experiments.ConfigFile))
		if err != nil || len(now.Differences(cfg)) > 0 {
			t.Errorf("%s: config.yaml: %v, %v", name, err, now.Differences(cfg))
		}
		if v := verified(t, dir, 0); !v.Agrees {
			t.Errorf("%s: a replay: %v", name, v)
		}
	}
	goOn("a slash at the end", "data.dir=digits/", "data.dir: digits/ here, digits in the run")
	goOn("an absolute path", "data.dir="+abs)
	if err := os.Mkdir("elsewhere", 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(home, "elsewhere"))
	goOn("a relative path from another folder", "data.dir=../digits")
	goOn("the same words from another folder", "", "data.dir: the run's data are not in "+filepath.Join(home, "elsewhere", "digits")+" and are read from "+abs)
	t.Chdir(home)

	if err := os.Rename("digits", "moved"); err != nil {
		t.Fatal(err)
	}
	goOn("data that were moved", "data.dir=moved", "data.dir: moved here, digits in the run")
	if _, err := Run(context.Background(), c, Options{Dir: "run", Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "-set data.dir=DIR says where the data are now") {
		t.Errorf("data that are gone: got %v", err)
	}
	if _, err := Verify(context.Background(), "whole", VerifyOptions{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "-set data.dir=DIR says where the data are now") {
		t.Errorf("a replay without data: got %v", err)
	}
	if v, err := Verify(context.Background(), "whole", VerifyOptions{Log: io.Discard, Sets: []string{"data.dir=moved"}}); err != nil || !v.Agrees {
		t.Errorf("a replay of data that were moved: %v, %v", v, err)
	}
	for _, dir := range []string{"run", "whole"} {
		before := fileOf(t, dir, rundir.ManifestFile) + fileOf(t, dir, experiments.ConfigFile)
		_, err := Run(context.Background(), parse(t, inFolder, "data.dir=others"), Options{Dir: dir, Log: io.Discard})
		if err == nil || !strings.Contains(err.Error(), filepath.Join("others")+": the data set has changed: SHA-256 ") || !strings.Contains(err.Error(), "the run began with "+whole.Data.SHA256) {
			t.Errorf("%s with other data: got %v", dir, err)
		}
		if fileOf(t, dir, rundir.ManifestFile)+fileOf(t, dir, experiments.ConfigFile) != before {
			t.Errorf("%s was changed by data that were refused", dir)
		}
	}
	// A finished run notes where its data are.
	m, err := Run(context.Background(), parse(t, inFolder, "data.dir=moved"), Options{Dir: "whole", Log: io.Discard})
	if err != nil || m.Data.Dir != filepath.Join(home, "moved") {
		t.Errorf("got %+v, %v, want the new folder", m, err)
	}
}

// The same examples under another name are the same data: another kind that reads the same
// files.
func TestTheSameExamplesAreTheSameData(t *testing.T) {
	t.Chdir(t.TempDir())
	idxFolder(t, "digits", 1)
	stopAt(t, parse(t, inFolder, "data.split=last"), "run", 4)
	if _, err := Run(context.Background(), parse(t, inFolder, "data={kind: fashion-mnist, dir: digits, valid: 10, split: last}"), Options{Dir: "run", Log: io.Discard}); err != nil {
		t.Error(err)
	}
	_, err := Run(context.Background(), parse(t, inFolder, "data.split=last", "data.valid=20"), Options{Dir: "run", Log: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "the data set has changed") || !strings.Contains(err.Error(), "data.valid: 20 here, 10 in the run") {
		t.Errorf("another split: got %v", err)
	}
}

// Nothing in a checkpoint depends on the place of the run or of the program: the same words in
// the experiment are the same bytes.
func TestACheckpointHasNoPlaceButTheExperimentsWords(t *testing.T) {
	var want string
	for range 2 {
		t.Chdir(t.TempDir())
		idxFolder(t, "digits", 1)
		m, err := Run(context.Background(), parse(t, inFolder), Options{Dir: "run", Log: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		got := fileOf(t, "run", m.Checkpoint)
		if want != "" && got != want {
			t.Error("the checkpoint of another folder differs")
		}
		want = got
	}
}

func TestASampledModelFindsItsData(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	idxFolder(t, "digits", 1)
	idxFolder(t, "others", 2)
	if _, err := Run(context.Background(), parse(t, inFolder), Options{Dir: "run", Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	open := func(dir string) error {
		m, _, err := Find(filepath.Join(home, "run"), "", false, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		if dir != "" {
			if err := m.MoveData(dir); err != nil {
				t.Fatal(err)
			}
		}
		_, err = m.Data(t.Context())
		return err
	}
	if err := open(""); err != nil {
		t.Errorf("where they were: %v", err)
	}
	t.Chdir(t.TempDir())
	if err := open(""); err != nil {
		t.Errorf("from another folder: %v", err)
	}
	if err := os.Rename(filepath.Join(home, "digits"), filepath.Join(home, "moved")); err != nil {
		t.Fatal(err)
	}
	err := open("")
	for _, want := range []string{"digits", "and in " + filepath.Join(home, "digits") + ", where the run had its data", "-data DIR says where the data are now"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("data that are gone: got %v, want %s", err, want)
		}
	}
	if err := open(filepath.Join(home, "moved")); err != nil {
		t.Errorf("where they are now: %v", err)
	}
	if err := open(filepath.Join(home, "others")); err == nil || !strings.Contains(err.Error(), "the data set has changed") {
		t.Errorf("other data: got %v", err)
	}
	// Digits that the program draws are in no folder.
	_, c, _ := pretrained(t, tiny["vae"])
	m, err := fromCheckpoint(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.MoveData("x"); !errors.As(err, new(*experiments.UsageError)) || !strings.Contains(err.Error(), "of kind glyphs, which are in no folder") {
		t.Errorf("glyphs: got %v", err)
	}
}
