package data

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/idx"
	"latentspace/data/locate"
)

// fewDigits are the files of a small set of pictures of 2 × 3 by the names of MNIST.
func fewDigits() map[string][]byte {
	toy := toyFiles()
	return map[string][]byte{
		"train-images-idx3-ubyte": toy["toy-a"], "train-labels-idx1-ubyte": toy["toy-b"],
		"t10k-images-idx3-ubyte": toy["toy-c"], "t10k-labels-idx1-ubyte": toy["toy-d"],
	}
}

// folderOf writes files, renamed, into a folder of their own.
func folderOf(t *testing.T, files map[string][]byte, rename func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if name = rename(name); name == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func same(name string) string { return name }

func opensAs(t *testing.T, dir string) *Splits {
	t.Helper()
	return open(t, MNIST{Pictures: Pictures{Valid: 1}, Holdout: last, Dir: dir})
}

func TestNamesOfOtherSetsAreKnown(t *testing.T) {
	want := opensAs(t, folderOf(t, fewDigits(), same)).SHA256
	for name, rename := range map[string]func(string) string{
		"with dots":        func(s string) string { return strings.Replace(s, "-idx", ".idx", 1) },
		"in capitals":      strings.ToUpper,
		"with underscores": func(s string) string { return strings.ReplaceAll(s, "-", "_") },
		"of KMNIST":        func(s string) string { return "kmnist-" + s },
		"with test":        func(s string) string { return strings.Replace(s, "t10k", "test", 1) },
	} {
		if got := opensAs(t, folderOf(t, fewDigits(), rename)); got.SHA256 != want {
			t.Errorf("%s: another set: SHA-256 %s, want %s", name, got.SHA256, want)
		}
	}
}

// QMNIST has rows of numbers for labels, and EMNIST columns for rows.
func TestQMNISTAndEMNISTAreReadAsTheyAreStored(t *testing.T) {
	ints := func(labels ...byte) []byte {
		b := []byte{0, 0, idx.Ints, 2, 0, 0, 0, byte(len(labels)), 0, 0, 0, 2}
		for _, l := range labels {
			b = append(b, 0, 0, 0, l, 9, 9, 9, 9)
		}
		return b
	}
	files := fewDigits()
	want := opensAs(t, folderOf(t, files, same)).SHA256
	q := map[string][]byte{
		"qmnist-train-images-idx3-ubyte": files["train-images-idx3-ubyte"], "qmnist-train-labels-idx2-int": ints(0, 1, 0),
		"qmnist-test-images-idx3-ubyte.gz": zip(files["t10k-images-idx3-ubyte"]), "qmnist-test-labels-idx2-int": ints(1, 1),
	}
	if got := opensAs(t, folderOf(t, q, same)); got.SHA256 != want {
		t.Errorf("QMNIST: another set: SHA-256 %s, want %s", got.SHA256, want)
	}

	dir := folderOf(t, files, func(s string) string { return "emnist-letters-" + strings.Replace(s, "t10k", "test", 1) })
	for _, spelled := range []string{dir, filepath.Join(dir, "emnist-letters")} {
		s := opensAs(t, spelled)
		if !slices.Equal(s.Train.Schema().Shape(), []int{3, 2, 1}) || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "EMNIST") {
			t.Errorf("%s: shape %v, notes %q, want pictures of 3 × 2 that were turned", spelled, s.Train.Schema().Shape(), s.Notes)
		}
		x := make([]float32, 6)
		if err := s.Train.Read(0, x); err != nil || !slices.Equal(x, []float32{0, 45. / 255, 15. / 255, 60. / 255, 30. / 255, 75. / 255}) {
			t.Errorf("%s: the first picture is %v, %v, want 0 45, 15 60, 30 75 over 255", spelled, x, err)
		}
	}
}

func TestOfSeveralSetsInAFolderOneIsNamed(t *testing.T) {
	files := map[string][]byte{}
	for _, set := range []string{"emnist-balanced", "emnist-digits"} {
		for name, b := range fewDigits() {
			files[set+"-"+name] = b
		}
	}
	dir := folderOf(t, files, same)
	_, err := MNIST{Holdout: last, Dir: dir}.Open(t.Context())
	if want := "data: mnist: dir: " + dir + " has the files of several sets, want one of them: dir: " +
		filepath.Join(dir, "emnist-balanced") + " or " + filepath.Join(dir, "emnist-digits"); err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	opensAs(t, filepath.Join(dir, "emnist-digits"))
	maps.Copy(files, fewDigits())
	opensAs(t, folderOf(t, files, same)) // those without words before them
}

func TestASetNeedsNeitherLabelsNorATestFile(t *testing.T) {
	without := func(what string) func(string) string {
		return func(s string) string {
			if strings.Contains(s, what) {
				return ""
			}
			return s
		}
	}
	s := opensAs(t, folderOf(t, fewDigits(), without("labels")))
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		if _, ok := ds.(Described); ok {
			t.Error("pictures without labels have classes")
		}
	}
	if s.Train.Len() != 2 || s.Valid.Len() != 1 || s.Test.Len() != 2 || len(s.Notes) != 1 {
		t.Errorf("without labels: %d, %d and %d examples, notes %q", s.Train.Len(), s.Valid.Len(), s.Test.Len(), s.Notes)
	}
	s = opensAs(t, folderOf(t, fewDigits(), without("t10k")))
	if s.Train.Len() != 1 || s.Valid.Len() != 1 || s.Test.Len() != 1 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "no files to test on") {
		t.Errorf("without a test file: %d, %d and %d examples, notes %q", s.Train.Len(), s.Valid.Len(), s.Test.Len(), s.Notes)
	}
}

func TestHomeIsSpelledWithATilde(t *testing.T) {
	dir := folderOf(t, fewDigits(), same)
	for _, key := range []string{"HOME", "USERPROFILE", "home"} { // of the systems that Go knows
		t.Setenv(key, filepath.Dir(dir))
	}
	opensAs(t, "~/"+filepath.Base(dir))
	if got, err := locate.Home("~other/x"); err != nil || got != "~other/x" {
		t.Errorf("another user's home: %q, %v", got, err)
	}
}

func TestWhatIsInAFolderOfOnesOwnIsTold(t *testing.T) {
	change := func(with string, b []byte) map[string][]byte {
		files := fewDigits()
		if files[with] = b; b == nil {
			delete(files, with)
		}
		return files
	}
	var torn []byte
	if packed := zip(bytes.Repeat([]byte{1, 9, 4, 7}, 500)); len(packed) > 12 {
		torn = packed[:12]
	}
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  string // DIR stands for the folder
	}{
		{"nothing", nil, "dir: DIR has no pictures to train on, want train-images-idx3-ubyte, with or without .gz: it has nothing"},
		{"pictures of another kind", map[string][]byte{"a.png": {1}, "b.png": {1}}, "want train-images-idx3-ubyte, with or without .gz: it has a.png, b.png"},
		{"labels of one file alone", change("t10k-labels-idx1-ubyte", nil),
			"dir: DIR has t10k-images-idx3-ubyte and not what belongs to it, t10k-labels-idx1-ubyte, with or without .gz: it has t10k-images-idx3-ubyte, train-"},
		{"an HTML page", change("train-images-idx3-ubyte", []byte("<!DOCTYPE HTML><html>")), "DIR/train-images-idx3-ubyte: an HTML page"},
		{"a Git LFS pointer", change("train-labels-idx1-ubyte", []byte("version https://git-lfs.github.com/spec/v1\n")), "DIR/train-labels-idx1-ubyte: a Git LFS pointer"},
		{"a NumPy array", change("train-images-idx3-ubyte", []byte("\x93NUMPY\x01\x00")), "DIR/train-images-idx3-ubyte: an array of NumPy, want an IDX array of bytes"},
		{"gzip that is cut off", change("t10k-images-idx3-ubyte", torn), "DIR/t10k-images-idx3-ubyte: "},
	} {
		dir := folderOf(t, c.files, same)
		_, err := MNIST{Pictures: Pictures{Valid: division.Auto}, Holdout: drawn, Dir: dir}.Open(t.Context())
		if want := strings.ReplaceAll(filepath.FromSlash(c.want), "DIR", dir); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "http") && !strings.Contains(c.name, "LFS") {
			t.Errorf("%s: got error\n%v, want in it\n%s", c.name, err, want)
		}
	}
	if _, err := (MNIST{Holdout: last, Dir: filepath.Join(t.TempDir(), "nowhere")}).Open(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no such folder") {
		t.Errorf("no folder: %v", err)
	}
}
