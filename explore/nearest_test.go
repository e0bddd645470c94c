package explore

import (
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
