package data

import (
	"errors"
	"math"
	"slices"
	"testing"

	"latentspace/data/points"
	"latentspace/example"
)

// told is a data set of which rows are known.
type told struct {
	ramp
	about example.Schema
	rows  [][]float32
	err   error
}

func (d told) About() example.Schema { return d.about }

func (d told) ReadAbout(i int, dst []float32) error {
	copy(dst, d.rows[i])
	return d.err
}

func field(name string, kind example.Kind, words ...string) example.Field {
	return example.Field{Name: name, Kind: kind, Words: words, View: example.Cell}
}

func TestEveryDescribedSetKeepsItsPromises(t *testing.T) {
	for _, source := range []Source{fewGlyphs, fewSprites, Ring{points.Ring{Counts: points.Counts{Train: 100, Seed: 1}, Count: 3, Radius: 1}}} {
		ds := open(t, source).Train
		about := ds.(Described).About()
		if err := errors.Join(about.Check(), ds.Schema().Check()); err != nil {
			t.Errorf("%T: %v", source, err)
		}
		columns := columnsOf(t, ds)
		if len(columns) != len(about.Fields) {
			t.Fatalf("%T: %d columns of %d fields", source, len(columns), len(about.Fields))
		}
		for _, c := range columns {
			seen := map[float64]bool{}
			for i, v := range c.Values {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%T: %s of example %d is %v", source, c.Name, i, v)
				}
				seen[v] = true
			}
			if n := len(c.Words); n > 0 && len(seen) != n || n == 0 && len(seen) < ds.Len()/2 {
				t.Errorf("%T: %d values of %s, which has %d words", source, len(seen), c.Name, n)
			}
		}
		if err := ds.(Described).ReadAbout(ds.Len(), make([]float32, about.Width())); err == nil {
			t.Errorf("%T: something is known of an example behind the last", source)
		}
		if err := ds.(Described).ReadAbout(0, make([]float32, about.Width()+1)); err == nil {
			t.Errorf("%T: a row of another size is filled", source)
		}
	}
}

func TestWrappersKeepEveryDigit(t *testing.T) {
	ds := open(t, fewGlyphs).Train
	slant := columnsOf(t, ds)[2].Values[7]
	if slant == float64(float32(slant)) {
		t.Fatalf("the slant %v is exact as a float32 and shows nothing", slant)
	}
	if got := columnsOf(t, Subset(Binarized(ds, 1), []int{7}))[2].Values[0]; got != slant {
		t.Errorf("slant %v, want %v", got, slant)
	}
}

func TestOrdinalsHaveTheNumbersThatTheirWordsSpell(t *testing.T) {
	third := 1.0 / 3
	for name, c := range map[string]struct {
		field example.Field
		want  float64
	}{
		"words that spell numbers are the numbers":      {field("size", example.Ordinal, numbersAsWords([]float64{0.5, third})...), third},
		"words of which one is no number are indices":   {field("size", example.Ordinal, "0.5", "much"), 1},
		"the words of a category are names, not values": {field("size", example.Category, "0", "7"), 1},
	} {
		ds := told{ramp: ramp{1, 1}, about: example.Of(c.field), rows: [][]float32{{1}}}
		if got := columnsOf(t, ds)[0].Values[0]; got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestTheClassIsToldByOneField(t *testing.T) {
	class, shape, size := field("class", example.Category, "a", "b"), field("shape", example.Category, "x", "y"), field("size", example.Real)
	for name, c := range map[string]struct {
		fields []example.Field
		want   string // empty for none
		labels []int
	}{
		"the one called class":                   {[]example.Field{shape, class}, "class", []int{0, 1}},
		"the first category where none is":       {[]example.Field{size, shape}, "shape", []int{0, 1}},
		"a number called class tells none":       {[]example.Field{field("class", example.Real), size}, "", nil},
		"numbers alone tell none":                {[]example.Field{size}, "", nil},
		"a category after a number called class": {[]example.Field{field("class", example.Real), shape}, "shape", []int{0, 1}},
	} {
		ds := told{ramp: ramp{2, 1}, about: example.Schema{Fields: c.fields}, rows: [][]float32{{1, 0}, {0, 1}}}
		f, ok := ClassField(ds)
		classes, err := ClassesOf(ds, 2)
		if err != nil || ok != (c.want != "") || f.Name != c.want || (classes != nil) != ok {
			t.Errorf("%s: got %q and %v, %v, want %q", name, f.Name, classes, err, c.want)
		}
		if ok && !slices.Equal(classes.Labels, c.labels) {
			t.Errorf("%s: labels %v, want %v", name, classes.Labels, c.labels)
		}
	}
	if c, err := ClassesOf(ramp{2, 1}, 2); c != nil || err != nil {
		t.Errorf("of a set of which nothing is known: got %v, %v", c, err)
	}
}

func TestWhatIsKnownIsChecked(t *testing.T) {
	class := example.Of(field("class", example.Category, "a", "b"))
	for want, ds := range map[string]told{
		"data: class of example 1: 2, want an index below 2":   {about: class, rows: [][]float32{{1}, {2}}},
		"data: class of example 0: 0.5, want an index below 2": {about: class, rows: [][]float32{{0.5}, {1}}},
		"data: class of example 0: -1, want an index below 2":  {about: class, rows: [][]float32{{-1}, {1}}},
		"data: example 0 of 2: the disk is gone":               {about: class, rows: [][]float32{{0}, {1}}, err: errors.New("the disk is gone")},
	} {
		ds.ramp = ramp{2, 1}
		if _, err := ClassesOf(ds, 2); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
}
