package preview

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/data/augment"
	"latentspace/example"
)

// shades is n grey pictures of 8×8, all pixels of picture i i/n, of some classes in turn.
type shades struct{ n, classes int }

func (s shades) Len() int               { return s.n }
func (s shades) Schema() example.Schema { return example.Pictures(8, 8, 1) }
func (s shades) Read(i int, dst []float32) error {
	for k := range dst {
		dst[k] = float32(i) / float32(s.n)
	}
	dst[0] = 0 // the left upper corner is black
	return nil
}

type classed struct{ shades }

func (s classed) About() example.Schema {
	names := make([]string, s.classes)
	for k := range names {
		names[k] = fmt.Sprintf("class %d", k)
	}
	return example.Of(example.Class(names))
}

func (s classed) ReadAbout(i int, dst []float32) error {
	dst[0] = float32(i % s.classes)
	return nil
}

func TestASheetShowsTrainingPictures(t *testing.T) {
	for name, c := range map[string]struct {
		ds            data.Dataset
		change        augment.Options
		says          string
		width, height int
	}{
		// Pictures are 56 pixels wide, with 2 between them and around them.
		"without classes": {shades{500, 1}, augment.Options{}, "96 training pictures", 12*58 - 2, 8*58 - 2},
		"few pictures":    {shades{3, 1}, augment.Options{}, "3 training pictures", 12*58 - 2, 56},
		"changed ones": {shades{500, 1}, augment.Options{Flip: true},
			"32 training pictures; each as it was read, and as training changes it in the first two epochs", 12*58 - 2, 8*58 - 2 + 18},
		"four classes": {classed{shades{500, 4}}, augment.Options{}, "96 training pictures, by class", 12*58 - 2, 8*58 - 2},
		"many classes": {classed{shades{500, 100}}, augment.Options{}, "80 training pictures, rows for each of the first 16 of 100 classes", 12*58 - 2, 16*58 - 2},
	} {
		s, err := Pictures(&data.Splits{Train: c.ds, Augment: c.change}, 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := s.String(); got != c.says {
			t.Errorf("%s: got %q, want %q", name, got, c.says)
		}
		size := s.Image.Bounds().Size()
		if size.X < c.width || size.Y < c.height || size.Y > c.height+4 {
			t.Errorf("%s: an image of %v, want %d × %d and names on the left", name, size, c.width, c.height)
		}
	}
	if _, err := Pictures(&data.Splits{Train: pointSet{}}, 1); err == nil {
		t.Error("points make a sheet of pictures")
	}
}

func TestASheetOfSoundsSaysSo(t *testing.T) {
	splits, err := data.Notes{Train: 20, Valid: 5, Seed: 1}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	splits.Augment = augment.Sound{Delay: 3}
	s, err := Pictures(splits, 1)
	if want := "15 training sounds as spectrograms, by class; each as it was read, and as training changes it in the first two epochs"; err != nil || s.String() != want {
		t.Errorf("got %q, %v, want %q", s, err, want)
	}
}

type pointSet struct{ shades }

func (pointSet) Schema() example.Schema { return example.Points(2) }
func (pointSet) Len() int               { return 1 }

// Of three columns the first is the picture as it is: its left upper corner is black. Flipped it is
// on the right.
func TestASheetShowsTheChangesOfTraining(t *testing.T) {
	s, err := Pictures(&data.Splits{Train: shades{100, 1}, Augment: augment.Options{Flip: true}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	top := s.Image.Bounds().Max.Y - 8*58 + 2
	black := func(cell, row, x int) bool {
		return color.GrayModel.Convert(s.Image.At(cell*58+x, top+row*58+2)).(color.Gray).Y == 0
	}
	flipped := 0
	for row := range 8 {
		for cell := range 12 {
			switch left, right := black(cell, row, 2), black(cell, row, 53); {
			case left == right:
				// the picture is black altogether, the first one
			case cell%3 == 0 && right:
				t.Errorf("row %d, picture %d is flipped, and stands as it was read", row, cell)
			case right:
				flipped++
			}
		}
	}
	if flipped < 16 || flipped > 48 {
		t.Errorf("%d of 64 pictures are flipped, want about half", flipped)
	}
}

func TestRowsShowCellsAndValues(t *testing.T) {
	var b strings.Builder
	b.WriteString("size,colour,sold\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d.5,%s,%s\n", i, []string{"red", "a very long name of a colour", ""}[i%3], []string{"no", "yes"}[i%2])
	}
	file := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	source := data.Sources["table"]().(data.Table)
	source.File = file
	splits, err := source.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := Rows(splits.Train, 1)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 4 || !slices.IsSorted([]int{strings.Index(text, "size"), strings.Index(text, "colour"), strings.Index(text, "sold")}) {
		t.Fatalf("got\n%swant a heading and three columns in order", text)
	}
	for k, want := range []string{"number", "2 words", "2 words"} {
		if !strings.Contains(lines[k+1], want) || strings.Count(lines[k+1], "→")+strings.Count(lines[k+1], "–") != rowsShown {
			t.Errorf("got %q, want %s and %d cells", lines[k+1], want, rowsShown)
		}
	}
	if _, err := Rows(pointSet{}, 1); err == nil {
		t.Error("points make rows of a table")
	}
}

func TestCellsAreShort(t *testing.T) {
	for words, want := range map[string]string{
		"red":                          "red",
		"two\nlines":                   "two lines",
		"a very long name of a colour": "a very long name of…",
		strings.Repeat("ä", cellShown): strings.Repeat("ä", cellShown),
		strings.Repeat("ä", 1000):      strings.Repeat("ä", cellShown-1) + "…",
	} {
		if got := shortened(words); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}
