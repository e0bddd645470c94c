package show

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"latentspace/explore"
)

// learnedTable trains a model of a small table.
func learnedTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("size;kind;region;age;sold\n")
	for i := range 300 {
		age := fmt.Sprint(20 + i*7%30)
		if i%9 == 4 {
			age = "NA"
		}
		fmt.Fprintf(&b, "%d,%d;%s;EU;%s;%s\n", i*37%1009, i%10, []string{"red", "green"}[i*i%3%2], age, []string{"no", "yes"}[i%2])
	}
	file := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return "data: {kind: table, file: '" + file + "', columns: {kind: category}}\n" +
		"model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 50, samples: 4}\n"
}

// What a model makes of a table is a table in the same form, for every verb that makes examples.
func TestEveryVerbWritesRowsOfATableAsATable(t *testing.T) {
	m := learned(t, learnedTable(t))
	dir := t.TempDir()
	row := regexp.MustCompile(`^\d+(,\d)?;(red|green);EU;(\d\d|NA);(no|yes)$`)
	check := func(name, file string, rows int) {
		t.Helper()
		b, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		lines := strings.Split(strings.TrimSpace(string(b)), "\n")
		if lines[0] != "size;kind;region;age;sold" || len(lines) != 1+rows {
			t.Errorf("%s: header %s and %d rows, want %d", name, lines[0], len(lines)-1, rows)
		}
		for _, line := range lines[1:] {
			if !row.MatchString(line) {
				t.Errorf("%s: the row %s", name, line)
				break
			}
		}
	}
	check("training", filepath.Join(filepath.Dir(m.File), "samples-0001.csv"), 4)
	o := explore.Options{N: 5, Split: "test", Seed: 1}
	to := func(name string) Output { return Output{File: filepath.Join(dir, name)} }
	if _, err := Draw(t.Context(), m, explore.Draw{Options: o}, Output{}); err != nil {
		t.Error(err)
	}
	check("draw", filepath.Join(filepath.Dir(m.File), "sample.csv"), 5)
	if _, err := Reconstruct(t.Context(), m, explore.Reconstruct{Options: o}, to("r.csv")); err != nil {
		t.Error(err)
	}
	check("reconstruct", filepath.Join(dir, "r.csv"), 10)
	if _, err := Draw(t.Context(), m, explore.Draw{Options: o}, to("d.tsv")); err != nil {
		t.Error(err)
	} else if b, err := os.ReadFile(filepath.Join(dir, "d.tsv")); err != nil || !strings.HasPrefix(string(b), "size\tkind\t") {
		t.Errorf("%v: tabs: %s", err, b)
	}
	if _, err := Draw(t.Context(), m, explore.Draw{Options: o}, to("d.png")); err == nil || !strings.Contains(err.Error(), "want one of .csv, .tsv") && !strings.Contains(err.Error(), ".tsv") {
		t.Errorf("a picture of a table: %v", err)
	}
}
