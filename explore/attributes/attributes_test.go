package attributes

import (
	"context"
	"math"
	"slices"
	"testing"

	"latentspace/data"
)

func TestAttributesOfDataSets(t *testing.T) {
	cases := []struct {
		name    string
		source  data.Source
		names   []string
		classes int // of the first
	}{
		{"glyphs know their factors, of which one is the label", data.Glyphs{Train: 60, Test: 1, Seed: 1},
			[]string{"class", "style", "slant", "scale", "stroke", "rotation", "shift_x", "shift_y"}, 10},
		{"points have labels", data.Sources["ring"](), []string{"class"}, 8},
		{"a spiral has nothing", data.Sources["swissroll"](), nil, 0},
		{"sprites call their label shape", data.Sources["sprites"](), []string{"shape", "scale", "rotation", "x", "y"}, 3},
	}
	for _, c := range cases {
		s, err := c.source.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		all, err := Of(s.Train, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			names = append(names, a.Name)
			if len(a.Values) != 50 {
				t.Errorf("%s: %s has %d values, want 50", c.name, a.Name, len(a.Values))
			}
			for i, v := range a.Values {
				if a.Classes != nil && (v < 0 || int(v) >= len(a.Classes)) {
					t.Errorf("%s: example %d has class %v of %d", c.name, i, v, len(a.Classes))
				}
			}
		}
		if !slices.Equal(names, c.names) {
			t.Errorf("%s: got %v, want %v", c.name, names, c.names)
		} else if names != nil && len(all[0].Classes) != c.classes {
			t.Errorf("%s: %d classes, want %d", c.name, len(all[0].Classes), c.classes)
		}
	}
}

func TestFindTargets(t *testing.T) {
	all := []Attribute{
		{"kind", []float64{0, 1, 2}, []string{"bag", "T-shirt/top", "3"}},
		{"weight", []float64{1, 2, 3}, nil},
		binary(Attribute{"smile", []float64{0, 1, 1}, nil}),
		{"k", []float64{4, 5, 6}, nil},
		{"K", []float64{7, 8, 9}, nil},
		{"size:cm", []float64{1, 0, 2}, nil},
		{"hand:left", []float64{0, 1, 2}, []string{"a", "A", "b:c"}},
	}
	cases := []struct {
		in, want string
		column   []float64
	}{
		{"weight", "weight", []float64{1, 2, 3}},
		{"Kind:BAG", "kind:bag", []float64{1, 0, 0}},
		{"kind:3", "kind:3", []float64{0, 0, 1}}, // a name comes before a number
		{"kind:1", "kind:T-shirt/top", []float64{0, 1, 0}},
		{"smile", "smile:1", []float64{0, 1, 1}},
		{"smile:0", "smile:0", []float64{1, 0, 0}},
		{"K", "K", []float64{7, 8, 9}}, // as spelled before any case
		{"size:cm", "size:cm", []float64{1, 0, 2}},
		{"Size:CM", "size:cm", []float64{1, 0, 2}},
		{"hand:left:A", "hand:left:A", []float64{0, 1, 0}},
		{"hand:left:B:C", "hand:left:b:c", []float64{0, 0, 1}},
	}
	for _, c := range cases {
		got, err := Find(all, c.in)
		if err != nil || got.String() != c.want || !slices.Equal(got.Column(), c.column) {
			t.Errorf("%s: got %s %v, %v, want %s %v", c.in, got, got.Column(), err, c.want, c.column)
		}
	}
	if _, err := Find(all, "kind:9"); err == nil {
		t.Error("class 9 of three was found")
	}
}

// What is known of one example has the names of what is known of all.
func TestFewExamplesHaveTheNamesOfMany(t *testing.T) {
	for name, want := range map[string]string{"glyphs": "class", "sprites": "shape"} {
		s, err := data.Sources[name]().Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		all, err := Of(s.Train, 50)
		if err != nil {
			t.Fatal(err)
		}
		one, err := Of(s.Test, 1)
		if err != nil {
			t.Fatal(err)
		}
		if List(all) != List(one) || one[0].Name != want {
			t.Errorf("%s: one example has %s, want %s and the label %s", name, List(one), List(all), want)
		}
	}
	if s := ScoreOf(Attribute{Classes: []string{"a"}}, Attribute{}); s.Accuracy != nil || s.R2 != nil {
		t.Errorf("nothing is read with a score of %v", s)
	}
}

func TestAttributesWithMissingValues(t *testing.T) {
	nan := math.NaN()
	flag := binary(Attribute{Name: "flag", Values: []float64{1, nan, 0}})
	if !slices.Equal(flag.Classes, []string{"0", "1"}) {
		t.Errorf("0, 1 and what is missing are no classes: %v", flag.Classes)
	}
	if got := flag.Indicator(1); got[0] != 1 || !math.IsNaN(got[1]) || got[2] != 0 {
		t.Errorf("got %v, want 1 NaN 0", got)
	}
	if mean, sd := (Attribute{Values: []float64{1, nan, 3, nan}}).Moments(); mean != 2 || sd != 1 {
		t.Errorf("got %v ± %v, want 2 ± 1", mean, sd)
	}
	for _, c := range []struct {
		values []float64
		want   bool
	}{{[]float64{nan, 2, nan, 2}, true}, {[]float64{nan, nan}, true}, {nil, true}, {[]float64{nan, 2, 1}, false}} {
		if got := (Attribute{Values: c.values}).Constant(); got != c.want {
			t.Errorf("%v: constant is %v", c.values, got)
		}
	}
}
