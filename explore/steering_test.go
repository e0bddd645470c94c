package explore

import (
	"math"
	"slices"
	"testing"

	"latentspace/explore/attributes"
)

// A missing value says nothing: the direction is that of the examples of which the attribute, and
// all whose influence is removed, are known, and the others are counted.
func TestADirectionLeavesMissingValuesOut(t *testing.T) {
	m := learned(t, tiny)
	ctx := t.Context()
	ds, err := m.Split(ctx, "train")
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	with, without := examples{ds: ds}, examples{ds: ds}
	with.about = []attributes.Attribute{{Name: "age"}, {Name: "hand", Classes: []string{"left", "right"}}, {Name: "other"}}
	without.about = slices.Clone(with.about)
	put := func(to *examples, i int, values ...float64) {
		to.index = append(to.index, i)
		for k, v := range values {
			to.about[k].Values = append(to.about[k].Values, v)
		}
	}
	for i := range 80 {
		age, hand := float64(i*i%17), float64(i%2)
		switch i % 10 {
		case 3:
			put(&with, i, nan, hand, 1)
		case 6:
			put(&with, i, age, nan, 1)
		default: // what is missing elsewhere does not count
			put(&with, i, age, hand, nan)
			put(&without, i, age, hand, nan)
		}
	}
	fitted := func(e examples, attribute, method string, others ...string) steering {
		target, err := attributes.Find(e.about, attribute)
		if err != nil {
			t.Fatal(err)
		}
		s := steering{o: Vary{Method: method}, m: m, known: known{fit: e}, target: target, others: others}
		if err := s.aim(ctx); err != nil {
			t.Fatalf("%s by %s: %v", attribute, method, err)
		}
		return s
	}
	for _, c := range []struct {
		attribute, method string
		others            []string
		missing           int
	}{
		{"age", "regression", []string{"hand"}, 16},
		{"hand", "means", []string{"age"}, 16},
		{"hand:left", "logistic", []string{"age"}, 16},
		{"age", "regression", nil, 8},
	} {
		got := fitted(with, c.attribute, c.method, c.others...)
		if got.missing != c.missing || len(got.values) != 80-c.missing {
			t.Errorf("%s less %v: %d missing and %d fitted, want %d and %d", c.attribute, c.others, got.missing, len(got.values), c.missing, 80-c.missing)
		}
		if c.others == nil {
			continue
		}
		if want := fitted(without, c.attribute, c.method, c.others...); !slices.Equal(got.direction.Step, want.direction.Step) || want.missing != 0 {
			t.Errorf("%s by %s: got %v, want %v as without the rows", c.attribute, c.method, got.direction.Step, want.direction.Step)
		}
	}

	target, _ := attributes.Find(with.about, "age")
	s := steering{o: Vary{Method: "means"}, m: m, known: known{fit: with}, target: target, others: []string{"other"}}
	for i := range with.about[2].Values { // of which nothing is known together with age
		if !math.IsNaN(with.about[0].Values[i]) {
			with.about[2].Values[i] = nan
		}
	}
	if err := s.aim(ctx); err == nil || err.Error() != "explore: 0 of 80 examples have values of age and of other, where age is the same for all, want two classes or values that differ" {
		t.Errorf("no example left: got %v", err)
	}
}
