package explore

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestAnExampleIsNearestToItself(t *testing.T) {
	m := learned(t, pictured)
	x := firsts(t, m, "train", 5)
	o := Nearest{Options: Options{N: 5, Seed: 1, Split: "test", Files: []string{fileOf(t, "new.npy", x, 5, 28, 28)}}, Among: "train", K: 3}
	r, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Report.Found {
		if f.Nearest[0] != i || f.Distances[0] > 1e-3 || f.Distances[1] > f.Distances[2] || f.Distances[1] < 1e-6 {
			t.Errorf("of example %d of the training split: got %+v, want itself first", i, f)
		}
		if f.Names[0] != strconv.Itoa(i) { // glyphs have no files
			t.Errorf("example %d is called %q", i, f.Names[0])
		}
		if r.Rows.Examples[i].Shape[0] != 4 {
			t.Errorf("%d pictures in a row, want the example and 3", r.Rows.Examples[i].Shape[0])
		}
	}
	o.Files, o.Split = nil, "train"
	if r, err = o.Run(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Report.Found {
		for _, i := range f.Nearest {
			if i == f.Index {
				t.Errorf("of the split itself: example %d is its own neighbour", i)
			}
		}
	}
	o.K = 300
	if _, err := o.Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "-k 300 among the 239 other examples of the train split") {
		t.Errorf("got error %v", err)
	}
}

// On 300 emoji 51 of 100 neighbours by whitened codes of 128 dimensions were of the class of the
// example, and 79 by the codes as they are.
func TestNeighboursAreByTheCodesAsTheyAre(t *testing.T) {
	m := learned(t, pictured)
	o := Nearest{Options: Options{N: 3, Seed: 1, Split: "train"}, Among: "train", K: 4}
	r, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	train, err := m.Split(t.Context(), "train")
	if err != nil {
		t.Fatal(err)
	}
	s, err := o.space(t.Context(), m, "codes", o.some(train, train.Len()))
	if err != nil {
		t.Fatal(err)
	}
	codes, err := s.all(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code := func(i int) []float32 { return codes.Data[i*s.dim : (i+1)*s.dim] }
	for _, f := range r.Report.Found {
		for k, i := range f.Nearest {
			sum := 0.0
			for d, v := range code(f.Index) {
				sum += float64(v-code(i)[d]) * float64(v-code(i)[d])
			}
			if want := math.Sqrt(sum); math.Abs(f.Distances[k]-want) > 1e-4*want {
				t.Errorf("from example %d to %d: got %v, want %v", f.Index, i, f.Distances[k], want)
			}
		}
	}
}
