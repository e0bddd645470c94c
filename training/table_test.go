package training

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Words are indices, which no preflight should want scaled; a few rows that are alike are no leak.
func TestThePreflightOfATable(t *testing.T) {
	for _, c := range []struct {
		name    string
		repeats int // rows that are the first row again
		fact    string
		warning string
	}{
		{"rows that differ", 0, "training: 600 examples, rows of 3 columns", ""},
		{"one row that comes again", 1, "1 validation example is in the training set too", ""},
		{"many rows that come again", 200, "training: 600 examples, rows of 3 columns", "examples are in the training set too: figures of the test set flatter"},
	} {
		var b strings.Builder
		b.WriteString("code,size,sold\n")
		for i := range 800 {
			if i >= 800-c.repeats {
				i = 0
			}
			fmt.Fprintf(&b, "w%d,%d,%s\n", i*7%61, i*i%9973, []string{"no", "yes"}[i%2])
		}
		file := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		cfg := parse(t, "name: t\ndata: {kind: table, file: '"+file+"', columns: {size: number}}\nmodel: {kind: vae}\n")
		splits, err := cfg.Data.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		p, err := inspect(context.Background(), cfg, splits)
		if err != nil {
			t.Fatal(err)
		}
		if facts := strings.Join(p.facts, "\n"); !strings.Contains(facts, c.fact) {
			t.Errorf("%s: facts\n%s\nwant %s", c.name, facts, c.fact)
		}
		if warnings := strings.Join(p.warnings, "\n"); !strings.Contains(warnings, c.warning) || c.warning == "" && warnings != "" {
			t.Errorf("%s: warnings\n%s\nwant %s", c.name, warnings, c.warning)
		}
	}
}

// A run of a table goes on after its file was moved, and says which key names it.
func TestATableThatWasMoved(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	var b strings.Builder
	b.WriteString("size,sold\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d.5,%s\n", i*i%53, []string{"no", "yes"}[i%2])
	}
	if err := os.WriteFile("t.csv", []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	const text = "name: t\ndata: {kind: table, file: t.csv, columns: {size: number}}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [4]}}\ntrain: {epochs: 2, batch: 10, samples: 2}\n"
	run := func(sets ...string) error {
		_, err := Run(context.Background(), parse(t, text, sets...), Options{Dir: "run", Log: io.Discard})
		return err
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("run/samples-0002.csv"); err != nil {
		t.Error(err)
	}
	if err := os.Rename("t.csv", "moved.csv"); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(context.Background(), "run", VerifyOptions{Log: io.Discard}); err == nil || !strings.Contains(err.Error(), "-set data.file=FILE says where the data are now") {
		t.Errorf("a table that is gone: got %v", err)
	}
	v, err := Verify(context.Background(), "run", VerifyOptions{Log: io.Discard, Sets: []string{"data.file=moved.csv"}})
	if err != nil || !v.Agrees {
		t.Errorf("a replay with the table that was moved: %v", err)
	}
}
