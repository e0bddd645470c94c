package attributes

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/tensor"
)

// tilted are pictures 12×12 with a bright column, beside at which place that is.
func tilted(n int, seed uint64) (*tensor.Tensor, Attribute) {
	x, place := tensor.New(n, 12, 12, 1), Attribute{Name: "place"}
	kernel.Uniform(x.Data, kernel.Seed(seed))
	for i := range n {
		at := i * 5 % 12
		for j := range x.Data[i*144 : (i+1)*144] {
			x.Data[i*144+j] *= 0.3
			if j%12 == at {
				x.Data[i*144+j] += 0.7
			}
		}
		place.Values = append(place.Values, float64(at)/10+100)
	}
	return x, place
}

// words are n classes in turn.
func words(name string, n, classes int) Attribute {
	a := Attribute{Name: name}
	for k := range classes {
		a.Classes = append(a.Classes, fmt.Sprint("w", k))
	}
	for i := range n {
		a.Values = append(a.Values, float64(i/2*2%classes))
	}
	return a
}

// A column of words beside a number takes nothing from what is read of it: neither words that
// name the examples, which are left out, nor some hundred that mean nothing.
func TestWordsDoNotRuinNumbers(t *testing.T) {
	ctx := context.Background()
	const n = 600
	x, place := tilted(n, 1)
	held, truth := tilted(200, 2)
	r2 := func(about ...Attribute) (float64, *Reader) {
		r, err := NewReader(ctx, example.FromShape(x.Shape[1:]), x, about, 1)
		if err != nil {
			t.Fatal(err)
		}
		read, err := r.Read(ctx, held)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range read {
			if a.Name == "place" {
				s := ScoreOf(truth, a)
				if !s.clear || s.N != 200 {
					t.Errorf("place is read with the score %+v", s)
				}
				return *s.R2, r
			}
		}
		t.Fatal("place is not read")
		return 0, nil
	}
	alone, _ := r2(place)
	names := words("image_id", n, n)
	for i := range names.Values {
		names.Values[i] = float64(i)
	}
	beside, r := r2(names, words("town", n, 120), place)
	if alone < 0.95 || beside < alone-0.03 {
		t.Errorf("R² %.3f beside words, want about the %.3f that it has alone", beside, alone)
	}
	if len(r.About) != 2 || len(r.Unread) != 1 || !strings.Contains(r.Unread[0].String(), "image_id: it names the examples: 600 classes of 600") {
		t.Errorf("%d attributes are read and %v left out, want image_id left out", len(r.About), r.Unread)
	}
	// Without most of its values it is still read, by the others.
	for i := range place.Values {
		if i/12%4 > 0 {
			place.Values[i] = math.NaN()
		}
	}
	if few, _ := r2(place, words("town", n, 120)); few < 0.9 {
		t.Errorf("R² %.3f of a quarter of the values, want 0.9", few)
	}
}

func TestAttributesThatNameExamples(t *testing.T) {
	for _, c := range []struct {
		n, classes int
		want       bool
	}{{600, 600, true}, {600, 320, true}, {600, 300, false}, {600, 2, false}, {8, 8, false}, {40, 30, true}} {
		a := words("a", c.n, c.classes)
		for i := range a.Values {
			a.Values[i] = float64(i % c.classes)
		}
		if got := a.NamesExamples(); got != c.want {
			t.Errorf("%d classes of %d examples name them: %v, want %v", c.classes, c.n, got, c.want)
		}
	}
	if _, err := NewReader(context.Background(), example.Points(2), tensor.New(3, 2), []Attribute{{Name: "one", Values: []float64{1, 1, math.NaN()}}}, 1); err == nil || !strings.Contains(err.Error(), "one: it is the same for all of 2 examples") {
		t.Errorf("got %v", err)
	}
}

// What is read by chance has no readings, and says so; what the model does is told of what is
// read well.
func TestScoresOfChance(t *testing.T) {
	number := Attribute{Values: []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, math.NaN()}}
	well, badly := Attribute{Values: []float64{0.1, 1, 2.1, 3, 3.9, 5, 6, 7, 8, 9, 2}}, Attribute{Values: []float64{4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 2}}
	if s := ScoreOf(number, well); !s.clear || s.N != 10 || s.Doubt() != "" || *s.R2 < 0.99 {
		t.Errorf("read well: %+v", s)
	}
	if s := ScoreOf(number, badly); s.clear || !strings.Contains(s.Doubt(), "on 10 examples that the reader has not seen") {
		t.Errorf("read badly: %+v, %s", s, s.Doubt())
	}
	class := Attribute{Classes: []string{"a", "b"}, Values: []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}
	if s := ScoreOf(class, Attribute{Values: make([]float64, 10)}); s.clear || *s.Accuracy != 0.9 || *s.Chance != 0.9 {
		t.Errorf("always the same class: %+v", s)
	}
	few := Attribute{Classes: class.Classes, Values: []float64{0, 1, 1}}
	if s := ScoreOf(few, few); s.clear || s.Accuracy != nil || !strings.Contains(s.Doubt(), "3 examples that the reader has not seen have a value of it, want at least 10") {
		t.Errorf("of three, which guesses may tell: %+v", s)
	}
	if s := ScoreOf(Attribute{}, Attribute{}); s.clear || s.N != 0 || s.Doubt() == "" {
		t.Errorf("of nothing: %+v", s)
	}
}

// The readings are of strengths beside strength 0: shares of classes that changed, of the class
// aimed at the share, and whether it rises.
func TestReadingsOfAClass(t *testing.T) {
	classes := []string{"a", "b", "c"}
	r := &Reader{About: []Attribute{{Name: "kind", Classes: classes}, {Name: "size"}}, sd: []float64{0, 2}, mean: []float64{0, 0}}
	of := func(size float64, kinds ...float64) []Attribute {
		return []Attribute{{Name: "kind", Classes: classes, Values: kinds}, {Name: "size", Values: []float64{size, size, size, size}}}
	}
	base := of(1, 0, 0, 1, 2)
	all := r.Readings(Target{Attribute{Name: "kind", Classes: classes}, 1}, base, [][]Attribute{of(-3, 0, 0, 0, 2), base, of(5, 1, 1, 1, 2)})
	kind, size := all[0], all[1]
	if !slices.Equal(kind.Changed, []float64{0.25, 0, 0.5}) || !slices.Equal(kind.Share, []float64{0, 0.25, 0.75}) || *kind.Rising != 0.75 || !*kind.Monotone {
		t.Errorf("kind: %+v, rising %v", kind, *kind.Rising)
	}
	if !slices.Equal(size.Shift, []float64{-2, 0, 2}) || size.Rising != nil {
		t.Errorf("size: %+v", size)
	}
}
