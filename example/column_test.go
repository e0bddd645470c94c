package example

import (
	"math"
	"strings"
	"testing"
)

func TestAScaleAndItsInverseAgree(t *testing.T) {
	s := Scale{Numbers: []float64{0, 10, 40}, Values: []float64{-1, 0, 2}}
	for _, c := range []struct{ number, value float64 }{
		{0, -1}, {5, -0.5}, {10, 0}, {25, 1}, {40, 2},
		{-10, -2}, // as steep as the first piece
		{55, 3},   // and as the last
	} {
		if got := s.Value(c.number); got != c.value {
			t.Errorf("the value of %v: got %v, want %v", c.number, got, c.value)
		}
		if got := s.Number(c.value); got != c.number {
			t.Errorf("the number of %v: got %v, want %v", c.value, got, c.number)
		}
	}
}

func TestNumbersFindTheirBin(t *testing.T) {
	c := Column{Bins: []Bin{{Lo: 0, Hi: 0}, {Lo: 1, Hi: 9, Inner: []float64{2}}, {Lo: 20, Hi: 20}}}
	for _, test := range []struct {
		x    float64
		want int
	}{{-5, 0}, {0, 0}, {0.4, 0}, {0.6, 1}, {1, 1}, {9, 1}, {14, 1}, {15, 2}, {20, 2}, {99, 2}} {
		if got := c.BinOf(test.x); got != test.want {
			t.Errorf("the bin of %v: got %d, want %d", test.x, got, test.want)
		}
	}
	for u, want := range map[float64]float64{0: 1, 0.25: 1.5, 0.5: 2, 0.75: 5.5, 1: 9} {
		if got := c.Bins[1].Number(u); got != want {
			t.Errorf("the number at share %v: got %v, want %v", u, got, want)
		}
	}
	if got := c.Bins[0].Number(0.7); got != 0 {
		t.Errorf("a bin of one number: got %v, want 0", got)
	}
}

func TestWrongColumnsAreRefused(t *testing.T) {
	real := Field{Name: "age", Kind: Real, View: Cell}
	word := Field{Name: "age", Kind: Category, Words: []string{"0", "1–9"}, View: Cell}
	for name, test := range map[string]struct {
		f    Field
		c    Column
		want string
	}{
		"no scale":         {real, Column{}, "no scale, want one for numbers"},
		"one point":        {real, Column{Scale: &Scale{[]float64{1}, []float64{1}}}, "want at least two rising ones of each"},
		"numbers that tie": {real, Column{Scale: &Scale{[]float64{1, 1}, []float64{0, 1}}}, "want at least two rising ones of each"},
		"an infinite one":  {real, Column{Scale: &Scale{[]float64{1, math.Inf(1)}, []float64{0, 1}}}, "want at least two rising ones of each"},
		"a scale of words": {word, Column{Scale: &Scale{[]float64{0, 1}, []float64{0, 1}}}, "a scale of a category field, want one of a real field"},
		"too few bins":     {word, Column{Bins: []Bin{{Lo: 0, Hi: 0}}}, "1 bins of a category field of 2 words, want a bin for each word"},
		"bins that meet":   {word, Column{Bins: []Bin{{Lo: 0, Hi: 1}, {Lo: 1, Hi: 9}}}, "bin 1 from 1 to 9, want finite ranges in rising order"},
		"inner outside":    {word, Column{Bins: []Bin{{Lo: 0, Hi: 0}, {Lo: 1, Hi: 9, Inner: []float64{10}}}}, "bin 1 from 1 to 9"},
	} {
		test.f.Column = &test.c
		if err := Of(test.f).Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	word.Column = &Column{Bins: []Bin{{Lo: 0, Hi: 0}, {Lo: 1, Hi: 9}}}
	if err := Of(word).Check(); err != nil {
		t.Error(err)
	}
}

func TestAFieldWithGapsTakesOneMoreValue(t *testing.T) {
	age := Field{Name: "age", Kind: Real, View: Cell, Gaps: true}
	s := Schema{Fields: []Field{age, {Name: "city", Kind: Category, Words: []string{"a", "b"}, View: Cell}}}
	if got := s.Width(); got != 3 {
		t.Errorf("width: got %d, want 2 + 1", got)
	}
	if _, at, _ := s.Lookup("city"); at != 2 {
		t.Errorf("the field after: got it at %d, want 2", at)
	}
	if got := Of(age).Shape(); len(got) != 1 || got[0] != 2 {
		t.Errorf("shape of one field with gaps: got %v, want [2]", got)
	}
	if !s.IsTable() || Points(2).IsTable() {
		t.Error("a table is what has cells alone")
	}
}
