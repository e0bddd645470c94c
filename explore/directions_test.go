package explore

import (
	"math"
	"strings"
	"testing"

	"latentspace/experiments"
)

// The generator of points makes (3·z0, z1) of a code: the first direction of either way is that of z0,
// along which a strength of 1 moves the point by 3, and the second that of z1.
func TestDirectionsOfALinearGenerator(t *testing.T) {
	m := identity(t)
	for name, v := range m.Weights() {
		if strings.HasPrefix(name, "generator.") && strings.HasSuffix(name, ".weight") {
			v.Data[0] = 3
		}
	}
	for _, method := range closedForms {
		r, err := Traverse{Options: Options{N: 9, Seed: 1, Split: "test"}, Along: method, Steps: 3, Range: 1, From: -1, Fit: 64}.Run(t.Context(), m)
		if err != nil || r.Report.Shown != 2 || len(r.Rows.Names) != 2 {
			t.Fatalf("%s: got %+v, %v, want two rows", method, r.Report, err)
		}
		for k, by := range []float64{3, 1} {
			row := r.Rows.Examples[k].Data
			for j := range 2 {
				want := 0.0
				if j == k {
					want = by
				}
				if moved := math.Abs(float64(row[4+j]) - float64(row[2+j])); math.Abs(moved-want) > 0.15 {
					t.Errorf("%s: direction %d goes along %v, want value %d to move by %v", method, k+1, row, k, by)
				}
			}
		}
		if share := r.Report.Components[0].Share; math.Abs(share-0.9) > 0.02 || !strings.HasPrefix(r.Rows.Names[0], method+" 1 ") || !strings.Contains(r.Report.String(), "around draw 0, directions of "+method) {
			t.Errorf("%s: share %v, named %q, want 0.9 of what changes\n%s", method, share, r.Rows.Names[0], r.Report)
		}
		v := Vary{Options: Options{N: 3, Seed: 1, Split: "test"}, Direction: method + ":2", Strengths: []float64{-1, 2}, From: -1}
		w, err := v.Walk(t.Context(), m)
		if err != nil || len(w.Rows.Examples) != 3 || w.Report.Number != 2 {
			t.Fatalf("%s: got %+v, %v, want three rows along the second direction", method, w.Report, err)
		}
		for _, x := range w.Rows.Examples {
			if moved := math.Abs(float64(x.Data[3]) - float64(x.Data[1])); math.Abs(moved-3) > 0.15 {
				t.Errorf("%s: a row %v, want the second value to move by 3", method, x.Data)
			}
		}
	}
	if r, err := (Traverse{Options: Options{N: 1, Seed: 1, Split: "test"}, Along: "sefa", Order: "index", Steps: 3, Range: 1, From: -1, Fit: 64}).Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), "-along sefa orders its directions") {
		t.Errorf("with -order: got %v, %v", r, err)
	}
	for direction, want := range map[string]string{"pca:1": `-direction "pca", want ganspace or sefa`, "sefa:0": "want a number from 1 behind the colon", "sefa:3": "there are 2 directions"} {
		_, err := Vary{Options: Options{N: 1, Seed: 1, Split: "test"}, Direction: direction, Strengths: []float64{0, 1}, From: -1}.Walk(t.Context(), m)
		if _, usage := err.(*experiments.UsageError); !usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", direction, err, want)
		}
	}
}

// Of a prior that is not N(0, I) a strength of 1 is a deviation of its draws.
func TestAlong(t *testing.T) {
	m := identity(t)
	z, err := m.Draw(4000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range z.Data {
		z.Data[i] = 5 + 2*z.Data[i]
	}
	step := []float32{0.6, 0.8}
	along(z, step)
	if math.Abs(float64(step[0])-1.2) > 0.05 || math.Abs(float64(step[1])-1.6) > 0.06 {
		t.Errorf("got %v, want 1.2 and 1.6", step)
	}
}
