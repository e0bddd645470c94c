package projector

import (
	"context"
	"image/color"
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/explore/attributes"
	"latentspace/tensor"
	"latentspace/trained"
)

// The first line is a header if there are two columns or more, and no cell moves another.
func TestMetadata(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns []column
		want    string
	}{
		{"one column has no header", []column{{"index", []string{"4", "7"}}}, "4\n7\n"},
		{"two have one", []column{{"class", []string{"a"}}, {"index", []string{"4"}}}, "class\tindex\na\t4\n"},
		{"marks are spaces", []column{{"a\tb", []string{"x\ty\r\nz\u2028"}}, {"i", []string{"\xff"}}}, "a b\ti\nx y  z\t\uFFFD\n"},
		{"empty cells stay", []column{{"a", []string{"", " "}}, {"b", []string{"1", "\t"}}}, "a\tb\n(none)\t1\n(none)\t(none)\n"},
		{"names are different", []column{{"index", []string{"1"}}, {"index", []string{"2"}}, {"index", []string{"3"}}}, "index\tindex_\tindex__\n1\t2\t3\n"},
	} {
		if got := string(metadata(c.columns)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is not known of an example is a cell of its own, and the class comes first.
func TestColumns(t *testing.T) {
	known := []attributes.Attribute{
		{Name: "kind", Values: []float64{1, math.NaN()}, Classes: []string{"a", "b"}},
		{Name: "size", Values: []float64{0.1, math.NaN()}},
	}
	p := Points{Index: []int{9, 3}}
	got := string(metadata(p.columns(known, computed{errors: []float64{2.5, 0}})))
	if want := "kind\tindex\tsize\tsquared_error\nb\t9\t0.1\t2.5\n(none)\t3\t(none)\t0\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A code that is no number is refused with the number of its example.
func TestCodesThatAreNoNumbers(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		z := &tensor.Tensor{Shape: []int{2, 2}, Data: []float32{0, 1, 2, float32(v)}}
		err := Points{Index: []int{5, 6, 8}}.finite(1, z)
		if err == nil || !strings.Contains(err.Error(), "projector: the code of example 8: value 1 is ") {
			t.Errorf("%v: %v", v, err)
		}
	}
}

// set is pictures, each of one value.
type set struct {
	schema example.Schema
	n      int
}

func (s set) Len() int               { return s.n }
func (s set) Schema() example.Schema { return s.schema }
func (s set) Read(i int, dst []float32) error {
	for k := range dst {
		dst[k] = float32(i) / 255
	}
	return nil
}

// Pictures are row by row in a square whose empty cells are white, and smaller where there are many.
func TestSprite(t *testing.T) {
	s := set{example.Pictures(2, 3, 1), 5}
	p := Points{Model: &trained.Model{}, Set: s}
	p.Model.Shape, p.Model.Schema = []int{2, 3, 1}, s.schema
	img, cell, err := p.sprite(context.Background())
	if err != nil || cell != [2]int{3, 2} || img.Bounds().Dx() != 9 || img.Bounds().Dy() != 6 {
		t.Fatalf("%v, cells of %v, %v", img.Bounds(), cell, err)
	}
	for i := range 9 {
		want := color.Gray{Y: 255}
		if i < 5 {
			want.Y = uint8(i)
		}
		for _, at := range [][2]int{{0, 0}, {2, 1}} {
			if got := img.At(i%3*3+at[0], i/3*2+at[1]); got != want {
				t.Errorf("picture %d is %v, want %v", i, got, want)
			}
		}
	}
	for _, c := range [][3]int{{100, 28, 1}, {292, 28, 1}, {293, 28, 2}, {1000, 64, 8}, {8192, 64, 64}} {
		k, err := thinned(c[0], c[1])
		if err != nil || k != c[2] || c[0]*((c[1]+k-1)/k) > mostSide {
			t.Errorf("%d pictures of %d on a side: every %d, %v, want %d", c[0], c[1], k, err, c[2])
		}
	}
	if _, err := thinned(8193, 1); err == nil {
		t.Error("8193 pictures on a side: no error")
	}
}
