package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/training"
)

// tabled is a model of rows x, y = 2x and the sign of x, which it has learned, from a file.
func tabled(t *testing.T) *training.Trained {
	t.Helper()
	text := "x,y,sign\n"
	for i := range 600 {
		x := float64(i*7919%1000-500) / 100
		sign := "minus"
		if x > 0 {
			sign = "plus"
		}
		text += fmt.Sprintf("%.2f,%.2f,%s\n", x, 2*x, sign)
	}
	file := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return learned(t, "data: {kind: table, file: "+file+"}\n"+
		"model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [32]}}\ntrain: {epochs: 60, batch: 30, samples: 0, optimizer: {kind: adam, lr: 0.005}}\n")
}

func TestMissingCellsAreFilledByWhatIsKnown(t *testing.T) {
	m := tabled(t)
	file := filepath.Join(t.TempDir(), "new.csv")
	if err := os.WriteFile(file, []byte("sign,x,note,y\n,3.00,a,6.00\nminus,-2.00,b,\nplus,?,c,4.40\npurple,1.00,d,2.00\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, draw := range []bool{false, true} {
		r, err := Impute{Options: Options{N: 1, Seed: 1, Split: "test", Files: []string{file}}, Rounds: 20, Draw: draw}.Run(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Header, []string{"sign", "x", "note", "y"}) || !slices.Equal(r.Rows[0], []string{"plus", "3.00", "a", "6.00"}) {
			t.Errorf("header %v and first row %v, want the sign of 3 and the rest as it was", r.Header, r.Rows[0])
		}
		var y, x float64
		fmt.Sscan(r.Rows[1][3], &y)
		fmt.Sscan(r.Rows[2][1], &x)
		if y < -6 || y > -2 || x < 0.7 || x > 3.7 {
			t.Errorf("y = %v beside x = -2, and x = %v beside y = 4.4, want about -4 and 2.2", y, x)
		}
		if r.Rows[3][0] != "purple" {
			t.Errorf("a word that the model has not learned became %q, want it as it was", r.Rows[3][0])
		}
		if r.Report.Filled != 3 || r.Filled[1].Column != "y" || r.Filled[1].Row != "line 3" || r.Filled[1].Text != r.Rows[1][3] {
			t.Errorf("filled %+v", r.Filled)
		}
	}
	for name, c := range map[string]struct {
		o    Impute
		want string
	}{
		"no file":   {Impute{Rounds: 1}, "-i: 0 files, want the one table"},
		"no rounds": {Impute{Options: Options{Files: []string{file}}}, "-rounds 0, want it from 1 to 10000"},
	} {
		if _, err := c.o.Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestRowsAreDrawnUnderGivenValues(t *testing.T) {
	m := tabled(t)
	d := Draw{Options: Options{N: 40, Seed: 1, Split: "test", Conditions: map[string]string{"sign": "plus"}}}
	r, err := d.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Examples.All()
	if err != nil {
		t.Fatal(err)
	}
	positive := 0
	for i := range 40 {
		row := x.Data[3*i : 3*i+3]
		if row[2] != 1 {
			t.Fatalf("row %d is %v, want the sign plus, word 1", i, row)
		}
		if row[0] > 0 {
			positive++
		}
	}
	if positive < 36 || r.Report.Given.Effective < 1000 {
		t.Errorf("%d of 40 rows have x above 0, by %v codes, want nearly all and thousands", positive, r.Report.Given.Effective)
	}
	for given, want := range map[string]string{
		"x=9":     "-given x=9, want a number from -4.98 to 4.96, as the training rows have",
		"sign=up": "-given sign=up, want one of minus, plus", "x=far": "-given x=far, want a number", "z=1": "-given z=…: no column of that name, want one of x, y, sign",
	} {
		name, value, _ := strings.Cut(given, "=")
		d.Conditions = map[string]string{name: value}
		if _, err := d.Run(t.Context(), m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("-given %s: got %v, want %q", given, err, want)
		}
	}
}
