package augment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
)

// numbers is pictures whose pixels are numbered.
type numbers struct{ height, width, channels int }

func (n numbers) Len() int               { return 100 }
func (n numbers) Schema() example.Schema { return example.Pictures(n.height, n.width, n.channels) }
func (n numbers) Read(i int, dst []float32) error {
	for k := range dst {
		dst[k] = float32(k)
	}
	return nil
}

// labelled has a class, too.
type labelled struct{ numbers }

func (labelled) About() example.Schema { return example.Of(example.Class([]string{"a", "b"})) }
func (labelled) ReadAbout(i int, dst []float32) error {
	dst[0] = 1
	return nil
}

// of are the changes of pictures of a shape.
func of(height, width, channels int) augmented {
	return Options{Flip: true}.Of(numbers{height, width, channels}, 1).(augmented)
}

func TestPicturesAreFlipped(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	of(2, 3, 2).flip(x)
	if want := []float32{5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8}; !slices.Equal(x, want) {
		t.Errorf("got %v, want %v", x, want)
	}
}

func TestPicturesAreShifted(t *testing.T) {
	dst := make([]float32, 6)
	of(2, 3, 1).shift(dst, []float32{1, 2, 3, 4, 5, 6}, 1, -1)
	if want := []float32{4, 4, 5, 4, 4, 5}; !slices.Equal(dst, want) {
		t.Errorf("one to the right and one up: got %v, want %v", dst, want)
	}
}

// By hand: four values in place of two have centres at −¼, ¼, ¾ and 1¼ of them, and the ends stay.
func TestAPartIsEnlarged(t *testing.T) {
	dst := make([]float32, 4)
	of(1, 4, 1).enlarge(dst, []float32{9, 0, 8, 9}, 2, 1, 0)
	if want := []float32{0, 2, 6, 8}; !slices.Equal(dst, want) {
		t.Errorf("got %v, want %v", dst, want)
	}
}

func TestChangesAreAFunctionOfSeedEpochAndIndex(t *testing.T) {
	o := Options{Flip: true, Shift: 2, Crop: 3}
	read := func(seed uint64, epoch, i int) string {
		x := make([]float32, 8*8*3)
		if err := o.Of(numbers{8, 8, 3}, seed).(interface {
			ReadEpoch(epoch, i int, dst []float32) error
		}).ReadEpoch(epoch, i, x); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(x)
	}
	if first, again := read(1, 2, 3), read(1, 2, 3); first != again {
		t.Error("a second reading differs")
	}
	seen := map[string]bool{}
	for i := range 20 {
		seen[read(1, 2, i)] = true
	}
	if len(seen) < 15 || read(1, 2, 3) == read(2, 2, 3) || read(1, 2, 3) == read(1, 3, 3) {
		t.Errorf("%d of 20 pictures differ, or seeds and epochs do not", len(seen))
	}
	x := make([]float32, 8*8*3)
	if o.Of(numbers{8, 8, 3}, 1).Read(3, x); x[5] != 5 {
		t.Error("Read changes pictures")
	}
}

func TestWhatIsKnownStaysKnown(t *testing.T) {
	ds, ok := Options{Shift: 1}.Of(labelled{numbers{4, 4, 1}}, 1).(Described)
	row := []float32{0}
	if !ok || ds.ReadAbout(3, row) != nil || row[0] != 1 || len(ds.About().Fields) != 1 {
		t.Errorf("described: %v, %v", ok, row)
	}
	if _, ok := (Options{Shift: 1}).Of(numbers{4, 4, 1}, 1).(Described); ok {
		t.Error("a set without classes has some")
	}
	if ds := (Options{}).Of(numbers{4, 4, 1}, 1); ds != (numbers{4, 4, 1}) {
		t.Errorf("no changes: %T", ds)
	}
}

func TestOptionsOutOfRangeAreReported(t *testing.T) {
	var got []string
	report := func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) }
	Options{Shift: -1, Crop: 64}.Check(report, 64)
	if want := "shift: -1, want a number from 0 to 63, less than the size of the pictures; crop: 64, want a number from 0 to 63, less than the size of the pictures"; strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
