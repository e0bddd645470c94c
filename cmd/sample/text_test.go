package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every verb prints what it makes of texts, a line each, and writes the same lines.
func TestVerbsPrintTexts(t *testing.T) {
	dir := trainedRun(t, "sentences")
	for name, test := range map[string]struct {
		args  []string
		lines int // texts, with the empty lines between rows
	}{
		"draws":           {[]string{"-n", "7"}, 7},
		"draws, narrowed": {[]string{"-n", "5", "-top-k", "3", "-top-p", "0.9", "-temperature", "0.8"}, 5},
		"a search":        {[]string{"-n", "3", "-beams", "3"}, 3},
		"rows":            {[]string{"interpolate", "-n", "2", "-steps", "4"}, 9},
		"pairs":           {[]string{"reconstruct", "-n", "3"}, 8},
		"dimensions":      {[]string{"traverse", "-dims", "2", "-steps", "3", "-fit", "60"}, 9},
		"an attribute":    {[]string{"vary", "-attribute", "polarity", "-n", "2", "-steps", "3", "-fit", "60", "-check", "20"}, 9},
		"neighbours":      {[]string{"nearest", "-n", "1", "-k", "3"}, 5},
		"many":            {[]string{"-n", "50"}, 40},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "texts.txt")
			args := append(test.args, "-o", file)
			if name != "rows" && name != "pairs" && !strings.HasPrefix(test.args[0], "-") {
				args = append(args, "-seed", "2")
			}
			var report struct{ Texts []string }
			if out := sample(t, dir, append(args, "-json")...); json.Unmarshal(out, &report) != nil || len(report.Texts) != test.lines {
				t.Fatalf("%d texts, want %d: %s", len(report.Texts), test.lines, out)
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
			if len(lines) < test.lines || !slices.Equal(lines[:test.lines], report.Texts) {
				t.Errorf("the file has %q\nand the report %q", lines, report.Texts)
			}
			shown := string(sample(t, dir, args...))
			if !strings.HasPrefix(shown, strings.Join(report.Texts, "\n")+"\n") || !strings.Contains(shown, "wrote "+file) {
				t.Errorf("printed:\n%s\nwant the texts first: %q", shown, report.Texts)
			}
			if strings.Contains(shown, "… and 10 more lines") != (name == "many") {
				t.Errorf("printed:\n%s", shown)
			}
		})
	}
}

func TestTextsAsTables(t *testing.T) {
	dir := trainedRun(t, "sentences")
	sample(t, dir, "-n", "4", "-o", "texts.csv")
	if all := rows(t, filepath.Join(dir, "texts.csv")); len(all) != 5 || !slices.Equal(all[0], []string{"text"}) || len(all[1]) != 1 {
		t.Errorf("got %q, want a column text", all)
	}
}

func TestDecodingIsOfTexts(t *testing.T) {
	sentences, vae := trainedRun(t, "sentences"), trainedRun(t, "vae")
	for want, c := range map[string]struct {
		dir    string
		args   []string
		status int
	}{
		"sample: -temperature -1, want 0 for the likeliest token, or a number above": {sentences, []string{"-temperature", "-1"}, 2},
		"sample: -beams 65, want it from 1 to 64":                                    {sentences, []string{"-beams", "65"}, 2},
		"sample: -beams 4 search and draw nothing":                                   {sentences, []string{"-beams", "4", "-temperature", "1"}, 2},
		"trained: a model of kind vae has no decoder that writes token by token":     {vae, []string{"-temperature", "0.5"}, 1},
		`-o a.png: ending ".png"`:                                                    {sentences, []string{"-o", "a.png"}, 2},
	} {
		cmd := exec.Command(sampler, c.args...)
		cmd.Dir = c.dir
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != c.status || !strings.Contains(string(out), want) {
			t.Errorf("%v: status %d, want %d:\n%s\nwant %s", c.args, cmd.ProcessState.ExitCode(), c.status, out, want)
		}
	}
}
