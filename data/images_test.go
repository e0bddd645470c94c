package data

import (
	archive "archive/zip"
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/augment"
	"latentspace/data/division"
	"latentspace/data/pictureset"
	"latentspace/data/progress"
	"latentspace/example"
)

// paint is a PNG file of one colour.
func paint(t testing.TB, width, height int, c color.Color) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for k := range width * height {
		m.Set(k%width, k/width, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// album is a folder of 12 pictures in two folders, with an empty cache.
func album(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, key := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData", "home"} {
		t.Setenv(key, filepath.Join(dir, "cache"))
	}
	dir = filepath.Join(dir, "album")
	for i := range 12 {
		folder := "cats"
		if i >= 8 {
			folder = "dogs"
		}
		store(t, filepath.Join(dir, folder, string(rune('a'+i))+".png"), paint(t, 8+i, 8, color.NRGBA{uint8(20 * i), 100, 200, 255}))
	}
	return dir
}

func store(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// imagesOf is the kind with its defaults and small pictures.
func imagesOf(dir string) Images {
	m := Sources["images"]().(Images)
	m.Dir, m.Size, m.Valid, m.Test = dir, 4, 3, 3
	return m
}

func TestImagesAreThePicturesOfAFolder(t *testing.T) {
	dir := album(t)
	s := open(t, imagesOf(dir))
	if s.Train.Len() != 6 || s.Valid.Len() != 3 || s.Test.Len() != 3 {
		t.Fatalf("%d, %d and %d pictures, want 6, 3 and 3", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	seen := map[float32]bool{}
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		if !slices.Equal(ds.Schema().Shape(), []int{4, 4, 3}) {
			t.Fatalf("shape %v", ds.Schema().Shape())
		}
		labels := labelsOf(t, ds)
		if ds.Len() == 3 && !slices.Equal(labels, []int{0, 0, 1}) {
			t.Errorf("classes %v of those held out, want two cats and a dog", labels)
		}
		x := make([]float32, 48)
		for i := range ds.Len() {
			if err := ds.Read(i, x); err != nil {
				t.Fatal(err)
			}
			number := x[0] * 255 / 20
			if dog := number >= 8; dog != (labels[i] == 1) || x[1] != 100./255 || x[47] != 200./255 || seen[number] {
				t.Errorf("picture %v of class %d begins with %v", number, labels[i], x[:3])
			}
			seen[number] = true
		}
	}
	if want := "pictures in a folder: 12 PNG; 12 colour; 8 to 19 pixels along a side"; s.Notes[0] != want {
		t.Errorf("notes %q, want %q first", s.Notes, want)
	}
}

func TestTheDataDoNotDependOnWhereTheyAre(t *testing.T) {
	dir := album(t)
	want := open(t, imagesOf(dir)).SHA256
	var b bytes.Buffer
	z := archive.NewWriter(&b)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	z.Close()
	store(t, dir+".zip", b.Bytes())
	if got := open(t, imagesOf(dir+".zip")).SHA256; got != want {
		t.Errorf("a zip of the folder has the SHA-256 %s, want %s", got, want)
	}
	grey := imagesOf(dir)
	grey.Grey = true
	if got := open(t, grey); got.SHA256 == want || !slices.Equal(got.Train.Schema().Shape(), []int{4, 4, 1}) {
		t.Errorf("grey: the same SHA-256, or the shape %v", got.Train.Schema().Shape())
	}
}

// openCounting opens pictures and counts the files that had to be read.
func openCounting(t *testing.T, m Images) (*Splits, int) {
	t.Helper()
	read := 0
	s, err := m.Open(progress.With(t.Context(), func(_, total int) { read = total }))
	if err != nil {
		t.Fatal(err)
	}
	return s, read
}

func TestPicturesAreReadOnce(t *testing.T) {
	dir := album(t)
	m := imagesOf(dir)
	first, n := openCounting(t, m)
	again, none := openCounting(t, m)
	if n != 12 || none != 0 || again.SHA256 != first.SHA256 || !slices.Equal(again.Notes, first.Notes) {
		t.Errorf("%d files were read and then %d, want 12 and 0", n, none)
	}
	store(t, filepath.Join(dir, "dogs", "z.png"), paint(t, 9, 9, color.White))
	more, one := openCounting(t, m)
	if one != 1 || more.Train.Len() != 7 || more.SHA256 == first.SHA256 {
		t.Errorf("with one more picture %d were read, and %d are to train on, want 1 and 7", one, more.Train.Len())
	}
}

func TestDamagedPicturesAreLeftOut(t *testing.T) {
	dir := album(t)
	store(t, filepath.Join(dir, "dogs", "bad.png"), paint(t, 9, 9, color.White)[:60])
	m := imagesOf(dir)
	_, err := m.Open(t.Context())
	if want := "data: images: " + dir + ": 1 of 13 pictures is damaged, want at most a share of 0.01 (max_damaged): dogs/bad.png: PNG: the file is cut off"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	m.MaxDamaged = 0.1
	s := open(t, m)
	if want := []string{"dogs/bad.png: PNG: the file is cut off"}; !slices.Equal(s.Damaged, want) || s.Train.Len() != 6 {
		t.Errorf("damaged %q and %d to train on, want %q and 6", s.Damaged, s.Train.Len(), want)
	}
}

func TestWhatCannotBeOpenedIsTold(t *testing.T) {
	dir := album(t)
	other := t.TempDir()
	store(t, filepath.Join(other, "notes.txt"), []byte("text"))
	store(t, filepath.Join(other, "b.heic"), []byte("x"))
	store(t, filepath.Join(other, ".hidden"), []byte("x"))
	store(t, filepath.Join(other, "README"), []byte("x"))
	for name, c := range map[string]struct {
		set  func(m *Images)
		want string
	}{
		"no folder":          {func(m *Images) { m.Dir = "" }, "dir: name a folder of pictures, or a zip, tar or tar.gz archive of them"},
		"a folder not there": {func(m *Images) { m.Dir += "x" }, "there is no such file, want a folder, or a zip, tar or tar.gz archive"},
		"a picture":          {func(m *Images) { m.Dir += "/cats/a.png" }, "a PNG picture, want a folder, or a zip, tar or tar.gz archive"},
		"an empty folder":    {func(m *Images) { m.Dir = t.TempDir() }, "a folder without pictures that can be read (PNG, JPEG, GIF, BMP, TIFF, WebP, PGM, PPM, PBM): it has no files"},
		"other files": {func(m *Images) { m.Dir = other },
			"it has 1 .txt files, 1 HEIC pictures, which are not read, 1 files that are no pictures, 1 hidden"},
		"too many held out": {func(m *Images) { m.Test = 10 }, "test: 10, with 3 to choose by, want less than the 12 pictures in all"},
		"options": {func(m *Images) { m.Size, m.Fit.Fit, m.Background, m.Shift, m.MaxDamaged = 2, "squeeze", "pink", 9, 2 },
			"size: 2, want a number from 4 to 1024\n" + `data: images: fit: "squeeze", want crop or pad` + "\n" + `data: images: background: "pink", want black`},
		"attributes not there": {func(m *Images) { m.Attributes = "none.csv" }, "attributes: "},
	} {
		m := imagesOf(dir)
		c.set(&m)
		if _, err := m.Open(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
	}
}

func TestAttributesAreFoundByTheNamesOfFiles(t *testing.T) {
	dir := album(t)
	csv, celeba := "file,weight,colour\n", "12\nFluffy Old\n"
	for i := range 12 {
		name := string(rune('a' + i))
		folder := "cats/"
		if i >= 8 {
			folder = "dogs/"
		}
		csv += folder + name + ".png," + string(rune('1'+i%9)) + ".5," + []string{"black", "white"}[i%2] + "\n"
		celeba += name + ".png " + []string{"-1", " 1"}[i%2] + "  1\n"
	}
	csv += "cats/none.png,1.5,black\n"
	store(t, filepath.Join(dir, "about.csv"), []byte(csv))
	store(t, filepath.Join(filepath.Dir(dir), "list_attr_celeba.txt"), []byte(celeba))
	for file, want := range map[string][]string{"about.csv": {"class", "weight", "colour"}, "list_attr_celeba.txt": {"class", "Fluffy", "Old"}} {
		m := imagesOf(dir)
		m.Attributes = file
		s := open(t, m)
		if got := s.Train.(Described).About().Names(); !slices.Equal(got, want) {
			t.Errorf("%s: known are %v, want %v", file, got, want)
		}
		x := make([]float32, 48)
		about := make([]float32, 3)
		for i := range s.Train.Len() {
			s.Train.Read(i, x)
			number := int(x[0]*255/20 + 0.5)
			if err := s.Train.(Described).ReadAbout(i, about); err != nil {
				t.Fatal(err)
			}
			wanted := []float32{about[0], float32(number%9) + 1.5, float32(number % 2)}
			if file != "about.csv" {
				wanted = []float32{about[0], float32(number % 2), 1}
			}
			if !slices.Equal(about, wanted) {
				t.Errorf("%s: picture %d has %v, want %v", file, number, about, wanted)
			}
		}
	}
	store(t, filepath.Join(dir, "about.csv"), []byte(strings.Replace(csv, "cats/b.png", "cats/x.png", 1)))
	m := imagesOf(dir)
	m.Attributes = "about.csv"
	if _, err := m.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "no row is about 1 of the 12 pictures, such as cats/b.png") {
		t.Errorf("a picture without a row: %v", err)
	}
}

func TestClassesOfPicturesAreSetApart(t *testing.T) {
	m := imagesOf(album(t))
	m.Outliers = Outliers{Outliers: []string{"dogs"}}
	s := open(t, m)
	if n := s.Outliers.Len(); n != 4 || s.Train.Len()+s.Valid.Len()+s.Test.Len() != 8 {
		t.Errorf("%d outliers and %d to train on, want 4 dogs, and 8 cats elsewhere", n, s.Train.Len())
	}
}

func TestTrainingSeesChangedPictures(t *testing.T) {
	m := imagesOf(album(t))
	m.Options = augment.Options{Flip: true, Shift: 1}
	m.Binarize, m.Labels = true, Labels{Labels: 2}
	s := open(t, m)
	learned, err := s.Learned(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := learned.(Anew); !ok {
		t.Fatalf("%T does not change from epoch to epoch", learned)
	}
	if known, ok := learned.(Described); !ok || len(known.About().Fields) != 1 {
		t.Errorf("%T has no classes", learned)
	}
	x := make([]float32, 48)
	if err := learned.(Anew).ReadEpoch(1, 0, x); err != nil || slices.ContainsFunc(x, func(v float32) bool { return v != 0 && v != 1 }) {
		t.Errorf("%v, %v, want black and white", x, err)
	}
}

func TestNewPicturesAreReadAsTrainingReadsThem(t *testing.T) {
	dir := album(t)
	fit := pictureset.Fit{Fit: pictureset.Crop, Background: "white"}
	s := example.Pictures(4, 6, 1)
	one := filepath.Join(dir, "cats", "b.png")
	for path, want := range map[string]string{one: "b.png", dir: "cats/a.png"} {
		ds, notes, err := ImportPictures(t.Context(), path, s, fit)
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, 24)
		if err := ds.Read(0, x); err != nil || !slices.Equal(ds.Schema().Shape(), []int{4, 6, 1}) {
			t.Errorf("%s: shape %v, %v", path, ds.Schema().Shape(), err)
		}
		if name := ds.(interface{ Name(i int) string }).Name(0); name != want || !strings.Contains(strings.Join(notes, "\n"), "read as grey") {
			t.Errorf("%s: the first is %s, notes %q, want %s", path, name, notes, want)
		}
	}
	binary := example.Of(example.Field{Name: "image", Kind: example.Binary, Shape: []int{4, 4, 3}, View: example.Picture})
	ds, _, err := ImportPictures(t.Context(), one, binary, fit)
	x := make([]float32, 48)
	if err != nil || ds.Read(0, x) != nil || !slices.Equal(x[:3], []float32{0, 0, 1}) {
		t.Errorf("black and white: %v, %v, want 0 0 1 of 20 100 200", x[:3], err)
	}
	store(t, filepath.Join(dir, "bad.jpg"), []byte("<html>"))
	for path, want := range map[string]string{
		filepath.Join(dir, "bad.jpg"): "bad.jpg: an HTML page", filepath.Join(dir, "none"): "there is no such file, want a picture, a folder of pictures, or a zip", t.TempDir(): "it has no files",
	} {
		if _, _, err := ImportPictures(t.Context(), path, s, fit); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q", path, err, want)
		}
	}
	if _, _, err := ImportPictures(t.Context(), one, example.Points(2), fit); err == nil {
		t.Error("a model of points takes pictures")
	}
}

func TestEmojiAreRead(t *testing.T) {
	shared := os.Getenv("LATENTSPACE_DATA")
	if shared == "" {
		t.Skip("LATENTSPACE_DATA is unset: it names the folder of the real files")
	}
	album(t) // an empty cache
	m := imagesOf(filepath.Join(shared, "emoji"))
	m.Valid, m.Test = division.Auto, division.Auto
	s := open(t, m)
	if n := s.Train.Len() + s.Valid.Len() + s.Test.Len(); n != 3786 || len(s.Train.(Described).About().Fields[0].Words) != 10 {
		t.Errorf("%d pictures of %v, want 3786 in ten classes", n, s.Train.(Described).About())
	}
}

func TestOpeningImagesStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := imagesOf(album(t)).Open(ctx); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got error %v, want one of the context", err)
	}
}
