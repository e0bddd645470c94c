package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// extended is what small is changed to after its end.
var extended = []string{"-extend", "-set", "train.epochs=18", "-set", "train.batch=30", "-set", "train.optimizer={kind: adamw, lr: 0.001}", "-set", "train.schedule={kind: constant}"}

// A run that is killed at random moments, before it is extended, while it is and after, ends
// with the bytes of one that was extended and never killed.
func TestKillsAcrossAnExtension(t *testing.T) {
	t.Parallel()
	config, dir := write(t, small), t.TempDir()
	one := filepath.Join(dir, "one")
	train(t, nil, "-config", config, "-out", one)
	start := time.Now()
	train(t, nil, append([]string{"-config", config, "-out", one}, extended...)...)
	whole := time.Since(start)
	if m := manifest(t, one); m.Step != 240+6*13 {
		t.Fatalf("the extended run has %d steps, want 240 and 6 epochs of 13", m.Step)
	}
	killed := filepath.Join(dir, "killed")
	r := rand.New(rand.NewPCG(3, 4))
	// kill starts the program, and kills it some time later or when it is done.
	kill := func(args ...string) (done bool) {
		cmd := exec.Command(binary, append([]string{"-config", config, "-out", killed}, args...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Float64() * float64(whole)))
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		err := cmd.Wait()
		if state, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); err != nil && ok && !state.Signaled() {
			t.Fatalf("a run that was not killed failed: %v\n%s", err, &stderr)
		}
		return err == nil
	}
	for range 4 {
		kill()
	}
	train(t, nil, "-config", config, "-out", killed)
	before := filepath.Join(dir, "before")
	if err := os.CopyFS(before, os.DirFS(killed)); err != nil {
		t.Fatal(err)
	}
	most := 4
	if long {
		most = 10
	}
	for kills := 0; kills < most; {
		if kill(extended...) {
			sameFiles(t, one, killed)
			if err := os.RemoveAll(killed); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(killed, os.DirFS(before)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		kills++
	}
	train(t, nil, append([]string{"-config", config, "-out", killed}, extended...)...)
	sameFiles(t, one, killed)
	if a, b := manifest(t, one), manifest(t, killed); a != b {
		t.Errorf("got %+v, want %+v", b, a)
	}
	train(t, nil, "-verify", killed)
	if left, _ := filepath.Glob(filepath.Join(killed, ".*.tmp")); len(left) > 0 {
		t.Errorf("%v stay", left)
	}
}

func TestExtendUsage(t *testing.T) {
	config := write(t, small)
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-config", config, "-extend", "-fresh"}, "-extend goes on with the run in a folder: it goes without -fresh and -check"},
		{[]string{"-config", config, "-extend", "-check"}, "it goes without -fresh and -check"},
		{[]string{"-verify", "runs/x", "-extend"}, "-verify replays a run as it was: it goes without"},
	} {
		out, err := exec.Command(binary, test.args...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), test.want) {
			t.Errorf("%v: got %v\n%s\nwant status 2 and %q", test.args, err, out, test.want)
		}
	}
	dir := filepath.Join(t.TempDir(), "run")
	train(t, nil, "-config", config, "-out", dir)
	out, err := exec.Command(binary, "-verify", dir, "-set", "seed=2").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "-set seed says more than a place, want data.dir or train.init.from") {
		t.Errorf("-verify with another seed: got %v\n%s", err, out)
	}
	out, err = exec.Command(binary, "-config", config, "-out", dir, "-set", "train.epochs=13").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "train.epochs: 13 here, 12 in the run (-extend changes it from here on)") {
		t.Errorf("without -extend: got %v\n%s", err, out)
	}
}
