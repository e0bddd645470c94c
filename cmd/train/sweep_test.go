package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// sweepOf writes a sweep of small with a grid or a list, and returns its file and its folder.
func sweepOf(t *testing.T, runs string) (file, dir string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "sweep.yaml")
	text := fmt.Sprintf("name: t\nexperiment: '%s'\n%s\n", write(t, small), runs)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file, filepath.Join(t.TempDir(), "sweep")
}

// exitOf runs the program and returns its status and what it printed.
func exitOf(t *testing.T, environment []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &out, &errs, append(os.Environ(), environment...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// sweepTable is table.json.
type sweepTable struct {
	Sort string
	Runs []struct {
		Run, Status, Error string
		ParamsSHA256       string `json:"params_sha256"`
		Figures            map[string]struct{ Value float64 }
	}
}

func tableOf(t *testing.T, dir string) sweepTable {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "table.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table sweepTable
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	return table
}

// Runs of a sweep are what training one by one makes, the table has the best first, and a second
// time nothing is trained.
func TestASweepTrainsItsRuns(t *testing.T) {
	t.Parallel()
	file, dir := sweepOf(t, "grid: {train.optimizer.lr: [0.002, 0.0001], seed: [1, 2]}")
	status, out, stderr := exitOf(t, nil, "-sweep", file, "-out", dir, "-parallel", "2", "-set", "train.epochs=4")
	if status != 0 || !strings.Contains(out, "sorted by best nll, the best first") {
		t.Fatalf("status %d\n%s%s", status, out, stderr)
	}
	one := filepath.Join(t.TempDir(), "one")
	train(t, nil, "-config", write(t, small), "-out", one, "-set", "train.epochs=4", "-set", "seed=2")
	table := tableOf(t, dir)
	if len(table.Runs) != 4 || table.Sort != "best nll" {
		t.Fatalf("got %+v", table)
	}
	last := 0.0
	for i, run := range table.Runs {
		value := run.Figures["best nll"].Value
		if run.Status != "finished" || i > 0 && value < last {
			t.Errorf("%s is %s with %v after %v", run.Run, run.Status, value, last)
		}
		last = value
		if run.Run == "lr-0.002_seed-2" && run.ParamsSHA256 != manifest(t, one).ParamsSHA256 {
			t.Error("a run of a sweep has other weights than the same run alone")
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(rows) != 5 || !slices.Equal(rows[0][:4], []string{"run", "train.optimizer.lr", "seed", "status"}) {
		t.Errorf("table.csv: %v\n%s", err, b)
	}
	before := table
	status, out, stderr = exitOf(t, nil, "-sweep", file, "-out", dir, "-set", "train.epochs=4", "-json")
	if status != 0 || !strings.Contains(stderr, "of which 0 are to be trained") || strings.Contains(stderr, "begins") || !json.Valid([]byte(out)) {
		t.Errorf("a second time: status %d\n%s%s", status, out, stderr)
	}
	if after := tableOf(t, dir); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("a second time: got %+v, want %+v", after, before)
	}
}

// A sweep that is killed at random moments, and one that is interrupted, go on with the run in
// training, and end with the bytes of one that was not.
func TestASweepOutlivesKills(t *testing.T) {
	t.Parallel()
	file, dir := sweepOf(t, "grid: {seed: [1, 2, 3]}")
	whole := filepath.Join(t.TempDir(), "whole")
	start := time.Now()
	if status, _, stderr := exitOf(t, nil, "-sweep", file, "-out", whole); status != 0 {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	took := time.Since(start)
	rng := rand.New(rand.NewPCG(5, 6))
	kills := 2
	if long {
		kills = 20
	}
	for range kills {
		cmd := exec.Command(binary, "-sweep", file, "-out", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Float64() * float64(took) / 2))
		cmd.Process.Kill()
		cmd.Wait()
	}
	if status, _, stderr := exitOf(t, nil, "-sweep", file, "-out", dir); status != 0 {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	for _, run := range []string{"seed-1", "seed-2", "seed-3"} {
		sameFiles(t, filepath.Join(whole, run), filepath.Join(dir, run))
	}
}

// A run that is attended ends, saved, when its standard input does.
func TestARunEndsWithItsInput(t *testing.T) {
	config, dir := write(t, endless), filepath.Join(t.TempDir(), "run")
	cmd := exec.Command(binary, "-config", config, "-out", dir, "-attended")
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if m, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors")); len(m) > 0 {
			break
		}
	}
	input.Close()
	cmd.Wait()
	if m := manifest(t, dir); cmd.ProcessState.ExitCode() != 130 || m.Status != "interrupted" {
		t.Errorf("status %d, and the run is %s", cmd.ProcessState.ExitCode(), m.Status)
	}
}

func TestARunThatFailsStopsNoOther(t *testing.T) {
	file, dir := sweepOf(t, "list: [{data: {kind: images, dir: /nowhere}}, {seed: 2}]")
	status, out, stderr := exitOf(t, nil, "-sweep", file, "-out", dir, "-set", "train.epochs=1")
	table := tableOf(t, dir)
	if status != 1 || !strings.Contains(stderr, "failed: data: images: /nowhere: there is no such file") || len(table.Runs) != 2 ||
		table.Runs[0].Status != "finished" || table.Runs[1].Status != "failed" || !strings.Contains(table.Runs[1].Error, "/nowhere") {
		t.Errorf("status %d, want 1\n%s%s\n%+v", status, out, stderr, table)
	}
	if _, out, _ = exitOf(t, nil, "-sweep", file, "-out", dir, "-check"); !strings.Contains(out, "failed") || !strings.Contains(out, "seed-2") {
		t.Errorf("-check: got\n%s", out)
	}
}

// Several processes, as a launcher starts them, divide the runs, and none is trained twice.
func TestRanksDivideASweep(t *testing.T) {
	t.Parallel()
	file, dir := sweepOf(t, "grid: {seed: [1, 2, 3, 4, 5, 6]}")
	var wait sync.WaitGroup
	logs := make([]string, 3)
	for r := range logs {
		wait.Go(func() {
			status, _, stderr := exitOf(t, []string{"SLURM_NTASKS=3", fmt.Sprintf("SLURM_PROCID=%d", r)}, "-sweep", file, "-out", dir, "-set", "train.epochs=2", "-threads", "1")
			if status != 0 {
				t.Errorf("rank %d: status %d\n%s", r, status, stderr)
			}
			logs[r] = stderr
		})
	}
	wait.Wait()
	all := strings.Join(logs, "")
	if n := strings.Count(all, ": finished in "); n != 6 {
		t.Errorf("%d runs were trained, want 6\n%s", n, all)
	}
	for r, log := range logs {
		if want := fmt.Sprintf("for rank %d of 3, by SLURM_PROCID", r); !strings.Contains(log, want) {
			t.Errorf("rank %d: got\n%s\nwant %s", r, log, want)
		}
	}
	for _, run := range tableOf(t, dir).Runs {
		if run.Status != "finished" {
			t.Errorf("%s is %s in the table of the last rank", run.Run, run.Status)
		}
	}
}

func TestSweepUsage(t *testing.T) {
	file, _ := sweepOf(t, "grid: {seed: [1]}")
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"-sweep", file, "-config", "vae"}, 2, "it goes without -config"},
		{[]string{"-sweep", file, "-parallel", "0"}, 2, "-parallel 0, want it from 1 to 1024"},
		{[]string{"-config", "vae", "-parallel", "2"}, 2, "it goes with -sweep FILE"},
		{[]string{"-sweep", "no-such"}, 2, "no-such: no such file, and no shipped sweep of that name; there are rates"},
		{[]string{"-sweep", file, "-out", full}, 1, "holds mine and no sweep"},
	} {
		if status, _, stderr := exitOf(t, nil, c.args...); status != c.status || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: status %d, want %d\n%s\nwant %q", c.args, status, c.status, stderr, c.want)
		}
	}
}
