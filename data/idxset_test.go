package data

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/locate"
)

// toyFiles are four IDX files by name: three and two pictures of 2 × 3.
func toyFiles() map[string][]byte {
	pixels := make([]byte, 18)
	for i := range pixels {
		pixels[i] = byte(i * 15)
	}
	return map[string][]byte{
		"toy-a": encodeIDX(pixels, 3, 2, 3),
		"toy-b": encodeIDX([]byte{0, 1, 0}, 3),
		"toy-c": encodeIDX(pixels[:12], 2, 2, 3),
		"toy-d": encodeIDX([]byte{1, 1}, 2),
	}
}

// toySet is the set of toyFiles, with an empty cache and LATENTSPACE_DATA unset.
func toySet(t *testing.T) (set *idxSet, cache string) {
	t.Helper()
	home := t.TempDir()
	for _, key := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} { // of the systems that Go knows
		t.Setenv(key, home)
	}
	t.Setenv("LATENTSPACE_DATA", "")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	set = &idxSet{kind: "toy", classes: []string{"yes", "no"}, mirrors: []string{"http://127.0.0.1:1/"}}
	for k, name := range []string{"toy-a", "toy-b", "toy-c", "toy-d"} {
		sum := sha256.Sum256(toyFiles()[name])
		set.files[k] = locate.File{Name: name, SHA256: hex.EncodeToString(sum[:])}
	}
	return set, filepath.Join(cache, "latentspace", "toy")
}

// put writes files into a folder, every second in gzip.
func put(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		if name == "toy-b" || name == "toy-c" {
			name, b = name+".gz", zip(b)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIDXSetIsFoundWhereItMayBe(t *testing.T) {
	for _, c := range []struct {
		name  string
		place func(set *idxSet, cache, other string) (files, dir string)
	}{
		{"in the option dir", func(_ *idxSet, _, other string) (string, string) { return other, other }},
		{"in the kind's folder of LATENTSPACE_DATA", func(_ *idxSet, _, other string) (string, string) {
			t.Setenv("LATENTSPACE_DATA", other)
			return filepath.Join(other, "toy"), ""
		}},
		{"in LATENTSPACE_DATA", func(_ *idxSet, _, other string) (string, string) {
			t.Setenv("LATENTSPACE_DATA", other)
			return other, ""
		}},
		{"in the cache", func(_ *idxSet, cache, _ string) (string, string) { return cache, "" }},
		{"where a package puts it", func(set *idxSet, _, other string) (string, string) {
			set.folders = []string{other}
			return other, ""
		}},
	} {
		set, cache := toySet(t)
		files, dir := c.place(set, cache, t.TempDir())
		put(t, files, toyFiles())
		s, err := set.open(t.Context(), Pictures{Valid: 1, Binarize: true}, last, dir)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s.Train.Len() != 2 || s.Valid.Len() != 1 || s.Test.Len() != 2 || !slices.Equal(s.Valid.Schema().Shape(), []int{2, 3, 1}) || !s.Binarize {
			t.Errorf("%s: got %d, %d, %d of %v, binarize %v, want 2, 1, 2 of [2 3 1], true", c.name,
				s.Train.Len(), s.Valid.Len(), s.Test.Len(), s.Valid.Schema().Shape(), s.Binarize)
		}
		x := make([]float32, 6)
		if err := s.Valid.Read(0, x); err != nil || !slices.Equal(x, []float32{180. / 255, 195. / 255, 210. / 255, 225. / 255, 240. / 255, 1}) {
			t.Errorf("%s: the last picture is %v, %v, want 180 … 255 over 255", c.name, x, err)
		}
		if f, ok := ClassField(s.Test); !ok || labelsOf(t, s.Test)[0] != 1 || f.Words[1] != "no" {
			t.Errorf("%s: label %d of %v, want 1 of yes, no", c.name, labelsOf(t, s.Test)[0], f.Words)
		}
	}
}

func TestDigestOfPicturesIsOfSplitsInTurn(t *testing.T) {
	set, cache := toySet(t)
	put(t, cache, toyFiles())
	s, err := set.open(t.Context(), Pictures{Valid: 1}, last, "")
	if err != nil {
		t.Fatal(err)
	}
	f := toyFiles()
	images, labels := f["toy-a"][16:], f["toy-b"][8:]
	sum := sha256.Sum256(slices.Concat(images[:12], labels[:2], images[12:], labels[2:], f["toy-c"][16:], f["toy-d"][8:]))
	if want := hex.EncodeToString(sum[:]); s.SHA256 != want {
		t.Errorf("got SHA-256 %s, want %s", s.SHA256, want)
	}
}

func TestIDXSetErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(files map[string][]byte)
		valid  division.Count
		own    bool   // in the option dir, not the cache
		want   string // DIR stands for the folder
	}{
		{"other contents in the cache", func(f map[string][]byte) { f["toy-d"][9] = 0 }, 0, false,
			"data: toy: DIR/toy-d: SHA-256 of the contents 5c66aba3a762e749fce01733b324ea216dc02bd55e9854993e97fdb137383831, want "},
		{"a file in the cache that is cut off", func(f map[string][]byte) { f["toy-a"] = f["toy-a"][:20] }, 0, false,
			"data: toy: DIR/toy-a: the file ends after 4 bytes of data, want 18: unexpected EOF; remove the file and it is had anew"},
		{"one's own folder without a file", func(f map[string][]byte) { delete(f, "toy-c") }, 0, true,
			"data: toy: dir: DIR has toy-d and not what belongs to it, toy-c, with or without .gz: it has toy-a, toy-b.gz, toy-d"},
		{"fewer labels than pictures", func(f map[string][]byte) { f["toy-d"] = encodeIDX([]byte{1}, 1) }, 0, true,
			"data: toy: DIR/toy-d: 1 labels, want 2 as the pictures of DIR/toy-c.gz"},
		{"test pictures of another size", func(f map[string][]byte) { f["toy-c"] = encodeIDX(make([]byte, 12), 2, 3, 2) }, 0, true,
			"data: toy: DIR/toy-c.gz: pictures of height and width [3 2], want [2 3] as in DIR/toy-a"},
		{"no pictures", func(f map[string][]byte) { f["toy-a"] = encodeIDX(nil, 0, 2, 3) }, 0, true,
			"data: toy: DIR/toy-a: sizes [0 2 3], want at least one picture of one pixel"},
		{"pictures without pixels", func(f map[string][]byte) { f["toy-c"] = encodeIDX(nil, 2, 0, 3) }, 0, true,
			"data: toy: DIR/toy-c.gz: sizes [2 0 3], want at least one picture of one pixel"},
		{"nothing left to train on", func(map[string][]byte) {}, 3, true,
			"data: toy: valid: 3, want less than the 3 examples of the training set"},
		{"a negative part held out", func(map[string][]byte) {}, -1, true,
			"data: toy: valid: -1, want at least 0"},
	} {
		set, dir := toySet(t)
		files, option := toyFiles(), ""
		c.change(files)
		if c.own {
			dir = t.TempDir()
			option = dir
		}
		put(t, dir, files)
		_, err := set.open(t.Context(), Pictures{Valid: c.valid}, last, option)
		if want := strings.NewReplacer("DIR/", dir+string(filepath.Separator), "DIR", dir).Replace(c.want); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got error\n%v, want\n%s", c.name, err, want)
		}
	}
}

func TestOnesOwnPicturesMayHaveOtherContentsAndClasses(t *testing.T) {
	set, _ := toySet(t)
	files := toyFiles()
	files["toy-d"] = encodeIDX([]byte{1, 12}, 2)
	dir := t.TempDir()
	put(t, dir, files)
	s, err := set.open(t.Context(), Pictures{}, last, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		if f, _ := ClassField(ds); !slices.Equal(f.Words, []string{"0", "1", "12"}) {
			t.Errorf("classes %v, want those that occur, 0, 1 and 12", f.Words)
		}
	}
}

func TestAnotherSetsFileInTheSharedFolderIsPassedOver(t *testing.T) {
	set, cache := toySet(t)
	shared := t.TempDir()
	t.Setenv("LATENTSPACE_DATA", shared)
	put(t, shared, map[string][]byte{"toy-a": encodeIDX([]byte{9}, 1, 1, 1)})
	_, err := set.open(t.Context(), Pictures{}, last, "")
	if err == nil || !strings.Contains(err.Error(), "passed over "+filepath.Join(shared, "toy-a")+": SHA-256") {
		t.Errorf("with no other place: got error %v, want one that names the file passed over", err)
	}
	put(t, cache, toyFiles())
	if _, err := set.open(t.Context(), Pictures{}, last, ""); err != nil {
		t.Errorf("with the files in the cache: %v", err)
	}
}

func TestWithoutAFolderThereIsAnErrorThatAsksForOne(t *testing.T) {
	set, _ := toySet(t)
	for _, key := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData", "home"} {
		t.Setenv(key, "")
	}
	_, err := set.open(t.Context(), Pictures{}, last, "")
	for _, want := range []string{"data: toy: toy-a is in none of []: no folder to download to: ", "into a folder and its path into LATENTSPACE_DATA, or"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q in it", err, want)
		}
	}
}

func TestMNISTIsTheRealOne(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" {
		t.Skip("LATENTSPACE_DATA is unset: it names the folder of the real files")
	}
	if testing.Short() {
		t.Skip("reading all of MNIST is left out in short mode")
	}
	s := open(t, MNIST{Pictures: Pictures{Valid: 10_000}, Holdout: last})
	if s.Train.Len() != 50_000 || s.Valid.Len() != 10_000 || s.Test.Len() != 10_000 {
		t.Fatalf("got %d, %d, %d pictures, want 50000, 10000, 10000", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	// The first labels that every tutorial prints.
	labels := labelsOf(t, s.Train)[:10]
	if want := []int{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}; !slices.Equal(labels, want) {
		t.Errorf("first labels %v, want %v", labels, want)
	}
	sum := 0
	for _, ds := range []Dataset{s.Train, s.Valid} {
		p, room := ds.(*pictures), make([]byte, 784)
		for i := range p.Len() {
			for _, b := range p.pixels.Row(p.row(i), room) {
				sum += int(b)
			}
		}
	}
	if mean := float64(sum) / (255 * 60_000 * 784); mean < 0.13065 || mean > 0.13067 { // 0.13066 by numpy
		t.Errorf("mean grey %.5f, want 0.13066", mean)
	}
}
