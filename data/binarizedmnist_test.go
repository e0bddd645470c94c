package data

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/locate"
	"latentspace/example"
)

// toyRows are the three files of a set of pictures of 1 × 3.
var toyRows = map[string][]byte{
	"train.amat": []byte("0 1 0\n1 1 1\n0 0 1\n"),
	"valid.amat": []byte("1 0 0\n"),
	"test.amat":  []byte("0 0 0\n1 0 1\n"),
}

func toyBinary(t *testing.T) (set *amatSet, cache string) {
	t.Helper()
	_, toys := toySet(t)
	set = &amatSet{kind: "binary", height: 1, width: 3, rows: [3]int{3, 1, 2}, mirrors: []string{"http://127.0.0.1:1/"}}
	for k, name := range []string{"train.amat", "valid.amat", "test.amat"} {
		sum := sha256.Sum256(toyRows[name])
		set.files[k] = locate.File{Name: name, SHA256: hex.EncodeToString(sum[:])}
	}
	return set, filepath.Join(filepath.Dir(toys), "binary")
}

func TestBinaryRowsAreFoundWhereTheyMayBe(t *testing.T) {
	for name, place := range map[string]func(cache, other string) (files, dir string){
		"in the option dir": func(_, other string) (string, string) { return other, other },
		"in the kind's folder of LATENTSPACE_DATA": func(_, other string) (string, string) {
			t.Setenv("LATENTSPACE_DATA", other)
			return filepath.Join(other, "binary"), ""
		},
		"in the cache": func(cache, _ string) (string, string) { return cache, "" },
	} {
		set, cache := toyBinary(t)
		files, dir := place(cache, t.TempDir())
		put(t, files, toyRows)
		if err := os.Rename(filepath.Join(files, "test.amat"), filepath.Join(files, "test.amat.old")); err != nil {
			t.Fatal(err)
		}
		put(t, files, map[string][]byte{"test.amat.gz": zip(toyRows["test.amat"])})
		s, err := set.open(t.Context(), dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := []float32{0, 1, 0, 1, 1, 1, 0, 0, 1}
		x := make([]float32, 9)
		if err := ReadBatch(s.Train, 0, 3, x, nil); err != nil || !slices.Equal(x, want) || s.Train.Len() != 3 || s.Valid.Len() != 1 || s.Test.Len() != 2 {
			t.Errorf("%s: got %v of %d, %d and %d, %v, want %v of 3, 1 and 2", name, x, s.Train.Len(), s.Valid.Len(), s.Test.Len(), err, want)
		}
		if f := s.Train.Schema().Fields[0]; f.Kind != example.Binary || !s.Train.Schema().IsPicture() || s.Binarize {
			t.Errorf("%s: examples are %v, want binary pictures as they are", name, f)
		}
		if _, ok := s.Train.(Described); ok {
			t.Errorf("%s: something is known of the examples", name)
		}
	}
}

func TestBinaryRowsAreDownloadedAsTheyAre(t *testing.T) {
	set, cache := toyBinary(t)
	set.mirrors = []string{serve(t, func(w http.ResponseWriter, r *http.Request) { w.Write(toyRows[r.URL.Path[1:]]) })}
	for range 2 {
		if _, err := set.open(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		set.mirrors = nil // the second time there is no need for one
	}
	if got := strings.Join(names(t, cache), " "); got != "test.amat train.amat valid.amat" {
		t.Errorf("the cache has %s, want the three files", got)
	}
}

func TestBinaryRowsErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(files map[string][]byte)
		own    bool
		want   string // DIR stands for the folder
	}{
		"another value": {func(f map[string][]byte) { f["train.amat"] = []byte("0 1 0\n1 7 1\n0 0 1\n") }, true,
			`data: binary: DIR/train.amat:2: value 2 is "7", want 0 or 1`},
		"a file that ends early": {func(f map[string][]byte) { f["test.amat"] = []byte("0 0 0\n") }, true,
			"data: binary: DIR/test.amat: the file ends after 1 rows, want 2: unexpected EOF"},
		"other contents in dir": {func(f map[string][]byte) { f["valid.amat"] = []byte("1 1 0\n") }, true,
			"data: binary: DIR/valid.amat: SHA-256 of the contents "},
		"other contents in the cache": {func(f map[string][]byte) { f["valid.amat"] = []byte("1 1 0\n") }, false,
			"remove the file and it is had anew"},
		"a folder without a file": {func(f map[string][]byte) { delete(f, "valid.amat") }, true,
			"data: binary: dir: DIR has no valid.amat, with or without .gz: it has test.amat, train.amat"},
		"no file at all": {func(f map[string][]byte) { clear(f) }, false,
			"data: binary: train.amat is in none of"},
	} {
		set, dir := toyBinary(t)
		files := map[string][]byte{}
		for n, b := range toyRows {
			files[n] = b
		}
		c.change(files)
		put(t, dir, files)
		own := ""
		if c.own {
			own = dir
		}
		_, err := set.open(t.Context(), own)
		if err == nil || !strings.Contains(filepath.ToSlash(strings.ReplaceAll(err.Error(), dir, "DIR")), c.want) {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
	}
}

// A folder that is not there must not look like one without the files: what is found elsewhere,
// or nothing, would be taken for what it has.
func TestAWrongFolderIsNamed(t *testing.T) {
	there := t.TempDir()
	gone, file := filepath.Join(there, "gone"), filepath.Join(there, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for kind, f := range map[string]struct {
		wanted string
		source func(dir string) Source
	}{
		"mnist":         {"train-images-idx3-ubyte", func(dir string) Source { return MNIST{Pictures: Pictures{Valid: division.Auto}, Dir: dir} }},
		"fashion-mnist": {"train-images-idx3-ubyte", func(dir string) Source { return FashionMNIST{Pictures: Pictures{Valid: division.Auto}, Dir: dir} }},
		"dsprites": {"dsprites_ndarray", func(dir string) Source {
			return DSprites{Shuffled: division.Shuffled{Valid: division.Auto, Test: division.Auto}, Dir: dir}
		}},
		"binarized-mnist": {"binarized_mnist_train.amat", func(dir string) Source { return BinarizedMNIST{Dir: dir} }},
	} {
		for name, c := range map[string]struct{ shared, dir, want string }{
			"LATENTSPACE_DATA is not there": {gone, "", "LATENTSPACE_DATA: " + gone + ": there is no such folder, want the one that " + f.wanted},
			"LATENTSPACE_DATA is a file":    {file, "", "LATENTSPACE_DATA: " + file + " is a file, want the folder that " + f.wanted},
			"dir is not there":              {"", gone, "data: " + kind + ": dir: " + gone},
			"dir is a file":                 {"", file, "data: " + kind + ": dir: " + file},
			"dir has nothing":               {"", t.TempDir(), f.wanted},
		} {
			t.Setenv("LATENTSPACE_DATA", c.shared)
			if _, err := f.source(c.dir).Open(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) || c.dir != "" && !strings.Contains(err.Error(), c.dir) {
				t.Errorf("%s: %s: got error %v, want %q", kind, name, err, c.want)
			}
		}
	}
}

func TestBinarizedMNIST(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" {
		t.Skip("LATENTSPACE_DATA is unset: it names the folder of the real files")
	}
	if testing.Short() {
		t.Skip("reading all of binarised MNIST is left out in short mode")
	}
	s := open(t, BinarizedMNIST{})
	for _, c := range []struct {
		ds       Dataset
		n, white int
	}{{s.Train, 50_000, 5_118_041}, {s.Valid, 10_000, 1_028_036}, {s.Test, 10_000, 1_038_896}} { // by zcat, tr -cd 1 and wc -c
		white := 0
		for _, b := range c.ds.(unlabeled).p.pixels.Bytes() {
			if b == 255 {
				white++
			}
		}
		if c.ds.Len() != c.n || white != c.white {
			t.Errorf("%d pictures with %d white pixels, want %d and %d", c.ds.Len(), white, c.n, c.white)
		}
	}
}
