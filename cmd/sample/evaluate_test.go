package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEvaluateAndCompare(t *testing.T) {
	dir := trainedRun(t, "vae")
	out := sample(t, dir, "evaluate", "-k", "2", "-json")
	var r struct {
		NegELBO float64 `json:"neg_elbo"`
		NLL     float64 `json:"nll"`
		File    string  `json:"file"`
	}
	if err := json.Unmarshal(out, &r); err != nil || !(r.NLL > 0 && r.NLL <= r.NegELBO) {
		t.Fatalf("%v: got %+v, want an nll no larger than neg_elbo, above 0", err, r)
	}
	var kept map[string]any
	if b, err := os.ReadFile(filepath.Join(dir, r.File)); err != nil || json.Unmarshal(b, &kept) != nil || kept["nll"] != r.NLL {
		t.Errorf("%s has nll %v, %v, want %v", r.File, kept["nll"], err, r.NLL)
	}
	// No other report takes its place.
	before, err := os.ReadFile(filepath.Join(dir, r.File))
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"evaluate-some.json": {"-metrics", "kl"}, "evaluate-valid.json": {"-split", "valid"}, "report.html": {"-html", "-o", "other.json"},
	} {
		sample(t, dir, append([]string{"evaluate", "-k", "2"}, args...)...)
		if name == "report.html" {
			name = "../../other.html"
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.Dir(r.File), name)); err != nil {
			t.Error(err)
		}
	}
	if after, err := os.ReadFile(filepath.Join(dir, r.File)); err != nil || string(after) != string(before) {
		t.Errorf("%s was written over: %v", r.File, err)
	}
	text := string(sample(t, dir, "evaluate", "-metrics", "nll, kl", "-k", "2", "-o", "some.json"))
	if !strings.Contains(text, "nats per example") || strings.Contains(text, "samples\n") || strings.Contains(text, "diagnosis") {
		t.Errorf("two figures: got\n%s", text)
	}
	// Flags may come after the runs.
	run := filepath.Dir(r.File)
	text = string(sample(t, dir, "compare", run, run, "-o", "both.png"))
	if !strings.Contains(text, "vae (2)") || !strings.Contains(text, "neg_elbo") || !strings.Contains(text, "wrote both.png and both.svg") {
		t.Errorf("compare: got\n%s", text)
	}
	written(t, filepath.Join(dir, "both.png"))
	written(t, filepath.Join(dir, "both.svg"))
}

func TestEvaluateMistakes(t *testing.T) {
	dir := trainedRun(t, "gan")
	for name, test := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"an unknown figure":        {[]string{"evaluate", "-metrics", "nll,precison"}, 2, `no figure "precison", did you mean "precision"?`},
		"fewer than no draws":      {[]string{"evaluate", "-k", "-3"}, 2, "-k -3, want it from 1 to 100000"},
		"fewer than no examples":   {[]string{"evaluate", "-n", "-1"}, 2, "-n -1, want at least 1"},
		"a report of no split":     {[]string{"evaluate", "-split", "dev"}, 2, `-split "dev", want train, valid, test or outliers`},
		"a report in a picture":    {[]string{"evaluate", "-o", "r.png"}, 2, `ending ".png", want .json`},
		"a report in no folder":    {[]string{"evaluate", "-o", "none/r.json"}, 1, "there is no folder none"},
		"a run as an argument":     {[]string{"evaluate", "runs/gan"}, 2, `unexpected argument "runs/gan"`},
		"a comparison of nothing":  {[]string{"compare"}, 2, "0 runs, want two or more to compare"},
		"a comparison with a flag": {[]string{"compare", "-run", "a"}, 2, "flag provided but not defined: -run"},
		"a comparison with no run": {[]string{"compare", "here", "there"}, 1, "here"},
		"figures that are not":     {[]string{"compare", "runs/gan", "runs/gan", "-x", "nll", "-y", "kl"}, 1, "not every run has nll and kl"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(sampler, test.args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != test.status || !strings.Contains(string(out), test.want) || strings.Contains(string(out), "panic") {
				t.Errorf("status %d:\n%s\nwant %d and %s", cmd.ProcessState.ExitCode(), out, test.status, test.want)
			}
		})
	}
}

// A folder that nothing can be written to is told before the work.
func TestAFolderThatCannotBeWrittenIsToldBeforeTheWork(t *testing.T) {
	dir := trainedRun(t, "gan")
	closed := "/proc" // of Linux, where even root writes nothing
	if _, err := os.Stat(closed + "/self"); err != nil {
		if closed = t.TempDir(); os.Chmod(closed, 0o555) != nil || os.Geteuid() == 0 {
			t.Skip("every folder can be written to")
		}
	}
	for _, args := range [][]string{{"evaluate", "-o", closed + "/r.json"}, {"-o", closed + "/x.png"}, {"map", "-space", "data", "-o", closed + "/m.csv"}} {
		cmd := exec.Command(sampler, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "nothing can be written to the folder "+closed) || strings.Contains(string(out), "measuring") {
			t.Errorf("%v: got %v\n%s", args, err, out)
		}
	}
}

// What was measured is printed even if the report cannot be written in the end; the status
// and a word say that it was not.
func TestAReportThatCannotBeWrittenIsPrinted(t *testing.T) {
	dir := trainedRun(t, "gan")
	name := strings.Repeat("r", 245) + ".json" // too long for a temporary file beside it
	for _, flags := range [][]string{{}, {"-json"}, {"-html"}} {
		cmd := exec.Command(sampler, append([]string{"evaluate", "-metrics", "precision,copies", "-o", name}, flags...)...)
		cmd.Dir = dir
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%v: got %v, want status 1", flags, err)
		}
		if !strings.Contains(stdout.String(), "precision") || strings.Contains(stdout.String(), "wrote") || !strings.Contains(stderr.String(), "rrr.json") {
			t.Errorf("%v: stdout %.300s\nstderr %.300s", flags, &stdout, &stderr)
		}
		if len(flags) == 1 && flags[0] == "-json" {
			var fields map[string]any
			if err := json.Unmarshal([]byte(stdout.String()), &fields); err != nil || fields["file"] != "" {
				t.Errorf("%v, file %v", err, fields["file"])
			}
		}
	}
}
