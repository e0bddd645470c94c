package explore

import (
	"context"
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
		all, err := attributesOf(s.Train, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			names = append(names, a.name)
			if len(a.values) != 50 {
				t.Errorf("%s: %s has %d values, want 50", c.name, a.name, len(a.values))
			}
			for i, v := range a.values {
				if a.classes != nil && (v < 0 || int(v) >= len(a.classes)) {
					t.Errorf("%s: example %d has class %v of %d", c.name, i, v, len(a.classes))
				}
			}
		}
		if !slices.Equal(names, c.names) {
			t.Errorf("%s: got %v, want %v", c.name, names, c.names)
		} else if names != nil && len(all[0].classes) != c.classes {
			t.Errorf("%s: %d classes, want %d", c.name, len(all[0].classes), c.classes)
		}
	}
}

func TestFindTargets(t *testing.T) {
	all := []attribute{
		{"kind", []float64{0, 1, 2}, []string{"bag", "T-shirt/top", "3"}},
		{"weight", []float64{1, 2, 3}, nil},
		binary(attribute{"smile", []float64{0, 1, 1}, nil}),
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
		got, err := find(all, c.in)
		if err != nil || got.String() != c.want || !slices.Equal(got.column(), c.column) {
			t.Errorf("%s: got %s %v, %v, want %s %v", c.in, got, got.column(), err, c.want, c.column)
		}
	}
	if names, err := (Vary{Against: []string{"K"}}).others(known{fit: examples{about: all}}, target{all[0], 0}); err != nil || !slices.Equal(names, []string{"K"}) {
		t.Errorf("-against K: got %v, %v", names, err)
	}
	if _, err := find(all, "kind:9"); err == nil {
		t.Error("class 9 of three was found")
	}
}

func TestVaryNeedsAttributes(t *testing.T) {
	m := learned(t, "data: {kind: swissroll, train: 100, valid: 10, test: 10}\nmodel: {kind: vae, latent: 2, likelihood: gaussian, encoder: {kind: mlp, hidden: [4]}}\ntrain: {epochs: 1, batch: 10, samples: 0}\n")
	o := Vary{Options: Options{N: 1, Split: "test"}, Attribute: "x", Method: "means", Steps: 3, Range: 1, Fit: 100, Check: 10}
	_, err := o.Run(context.Background(), m)
	if want := "explore: the examples of this data have neither labels nor known factors; -attributes FILE.csv names some"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Expression{Options: Options{N: 1, Split: "test"}, Text: "bag", Fit: 10}.Run(context.Background(), m)
	if want := "explore: -expr: column 1: the examples of this data have no classes"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What is known of one example has the names of what is known of all.
func TestFewExamplesHaveTheNamesOfMany(t *testing.T) {
	for name, want := range map[string]string{"glyphs": "class", "sprites": "shape"} {
		s, err := data.Sources[name]().Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		all, err := attributesOf(s.Train, 50)
		if err != nil {
			t.Fatal(err)
		}
		one, err := attributesOf(s.Test, 1)
		if err != nil {
			t.Fatal(err)
		}
		if attributeNames(all) != attributeNames(one) || one[0].name != want {
			t.Errorf("%s: one example has %s, want %s and the label %s", name, attributeNames(one), attributeNames(all), want)
		}
	}
	if s := score(attribute{classes: []string{"a"}}, attribute{}); s.Accuracy != nil || s.R2 != nil {
		t.Errorf("nothing is read with a score of %v", s)
	}
}
