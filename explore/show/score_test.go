package show

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/explore"
	"latentspace/training"
)

// cells are the rows of a table.
func cells(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestVerbsOfNewExamplesWriteTheirFiles(t *testing.T) {
	m, dir := learned(t, tiny), t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	o := explore.Options{N: 6, Seed: 1, Split: "test"}
	s := explore.Score{Options: o, Alarm: 0.1, Draws: 2, Pictures: 3}
	if _, err := Score(t.Context(), m, s, ScoreOutput{Output{File: in("s.csv")}, in("s.png")}); err != nil {
		t.Fatal(err)
	}
	rows := cells(t, in("s.csv"))
	if got := strings.Join(rows[0], ","); len(rows) != 7 || got != "index,name,score,likelihood,reconstruction,density,neighbours,quantile,odd,places" {
		t.Errorf("%d rows of %s", len(rows), got)
	}
	n := explore.Nearest{Options: o, Among: "train", K: 2}
	for _, file := range []string{"n.csv", "n.png"} {
		if _, err := Nearest(t.Context(), m, n, Output{File: in(file)}); err != nil {
			t.Fatal(err)
		}
	}
	if rows := cells(t, in("n.csv")); len(rows) != 13 || rows[1][2] != "1" || rows[2][2] != "2" {
		t.Errorf("got %v, want two rows for each of 6 examples", rows)
	}
	d := explore.Denoise{Options: o, Sigma: 0.2}
	for _, file := range []string{"d.csv", "d.png", "d.npz"} {
		if _, err := Denoise(t.Context(), m, d, Output{File: in(file)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"s.png", "n.png", "d.png", "d.csv", "d.npz"} {
		if info, err := os.Stat(in(file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, want a file", file, err)
		}
	}
	for name, run := range map[string]func(m *training.Trained) (fmt.Stringer, error){
		"scores as pictures": func(m *training.Trained) (fmt.Stringer, error) {
			return Score(t.Context(), m, s, ScoreOutput{Output: Output{File: in("s.png")}})
		},
		"a picture of odd text": func(m *training.Trained) (fmt.Stringer, error) {
			return Score(t.Context(), m, s, ScoreOutput{Output{File: in("s.csv")}, in("s.txt")})
		},
	} {
		if _, err := run(m); err == nil || !strings.Contains(err.Error(), "ending") {
			t.Errorf("%s: got error %v, want one of the ending", name, err)
		}
	}
}

func TestNewExamplesStandLastInTheTableOfAMap(t *testing.T) {
	m, dir := learned(t, tiny), t.TempDir()
	file := filepath.Join(dir, "new.npz")
	d := explore.Denoise{Options: explore.Options{N: 2, Seed: 1, Split: "test"}, Sigma: 0.1}
	if _, err := Denoise(t.Context(), m, d, Output{File: file}); err != nil {
		t.Fatal(err)
	}
	v := explore.Map{Options: explore.Options{N: 20, Seed: 1, Split: "test", Files: []string{file}}}
	for _, thumbnails := range []bool{false, true} {
		if _, err := Map(t.Context(), m, v, MapOutput{Output: Output{File: filepath.Join(dir, "m.csv")}, Thumbnails: thumbnails}); err != nil {
			t.Fatal(err)
		}
		if rows := cells(t, filepath.Join(dir, "m.csv")); len(rows) != 23 || rows[22][0] != "new.npz[1]" || rows[22][3] != "new" || rows[20][3] == "new" {
			t.Errorf("got %v, want 20 rows and 2 new ones", rows)
		}
	}
}
