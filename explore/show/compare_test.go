package show

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/experiments"
	"latentspace/explore"
)

func TestCompare(t *testing.T) {
	longer := strings.Replace(evaluatedVAE, "epochs: 1", "epochs: 12", 1)
	short, long := learned(t, evaluatedVAE), learned(t, longer)
	dir := t.TempDir()
	var told bytes.Buffer
	v := explore.Compare{Evaluate: explore.Evaluate{Options: explore.Options{Split: "test", Seed: 1, Log: &told}, Draws: 3}}
	runs, to := Runs{Paths: []string{filepath.Dir(short.File), long.File}}, Output{File: filepath.Join(dir, "c.png")}
	r, err := Compare(t.Context(), runs, v, to)
	if err != nil {
		t.Fatal(err)
	}
	got := r.(compared).Found.(explore.CompareReport)
	row := func(name string) explore.ComparedRow {
		for _, row := range got.Rows {
			if row.Name == name {
				return row
			}
		}
		t.Fatalf("no row %s", name)
		return explore.ComparedRow{}
	}
	if v := row("neg_elbo").Values; v[0].Mark != "" || v[1].Mark != "better" || !(v[1].Value < v[0].Value) {
		t.Errorf("−ELBO: got %+v and %+v, want the second better", v[0], v[1])
	}
	if v := row("kl").Values[1]; v.Mark != "other" {
		t.Errorf("KL: got %+v, want it different, and neither better", v)
	}
	if got.X != "kl" || got.Y != "reconstruction_nll" {
		t.Errorf("drawn %s and %s, want distortion over rate", got.X, got.Y)
	}
	for _, file := range append(r.(compared).Also, r.(compared).File) {
		if info, err := os.Stat(file); err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if n := strings.Count(told.String(), "which has no whole report"); n != 2 {
		t.Errorf("%d runs are said to be measured, want 2:\n%s", n, &told)
	}

	// A second time the reports are there; one by another protocol is told apart.
	told.Reset()
	if _, err := Compare(t.Context(), runs, v, to); err != nil || strings.Contains(told.String(), "measuring") {
		t.Errorf("measured again: %v\n%s", err, &told)
	}

	// A report of other weights is not the model's.
	kept := filepath.Join(filepath.Dir(short.File), "evaluate.json")
	b, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	mine := explore.RunOf(short).ParamsSHA256
	if err := os.WriteFile(kept, bytes.ReplaceAll(b, []byte(mine), []byte(strings.Repeat("0", len(mine)))), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Compare(t.Context(), runs, v, to); err != nil || strings.Count(told.String(), "which has no whole report of these weights") != 1 {
		t.Errorf("a report of other weights: %v\n%s", err, &told)
	}

	fewer, file := v.Evaluate, filepath.Join(dir, "fewer.json")
	fewer.N = 40
	if _, err := Evaluate(t.Context(), long, fewer, Output{File: file}, false); err != nil {
		t.Fatal(err)
	}
	runs.Paths[1] = file
	if r, err = Compare(t.Context(), runs, v, to); err != nil {
		t.Fatal(err)
	}
	got = r.(compared).Found.(explore.CompareReport)
	if v := row("neg_elbo").Values[1]; v.Mark != "protocol" || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "by another protocol") {
		t.Errorf("fewer examples: got %+v, notes %q", v, got.Notes)
	}
}

func TestCompareErrors(t *testing.T) {
	m := learned(t, evaluatedVAE)
	run := filepath.Dir(m.File)
	for name, c := range map[string]struct {
		runs  []string
		x, y  string
		want  string
		usage bool
	}{
		"one run":           {[]string{run}, "", "", "1 runs, want two or more", true},
		"a folder of none":  {[]string{t.TempDir(), run}, "", "", "has no checkpoint", false},
		"nothing there":     {[]string{"nowhere", run}, "", "", "nowhere", false},
		"one axis":          {[]string{run, run}, "kl", "", `-x "kl" and -y "", want both`, true},
		"an unknown figure": {[]string{run, run}, "kll", "nll", `no figure "kll", did you mean "kl"?`, true},
	} {
		v := explore.Compare{Evaluate: explore.Evaluate{Options: explore.Options{Split: "test", Seed: 1}}, X: c.x, Y: c.y}
		_, err := Compare(t.Context(), Runs{Paths: c.runs}, v, Output{})
		var mistake *experiments.UsageError
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, &mistake) != c.usage {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
