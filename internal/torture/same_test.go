//go:build unix

// Programs are killed and limited here as Unix has it.

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The same bytes for any number of processors, on every path of instructions.
func TestTheSameBytesForProcessorsAndInstructions(t *testing.T) {
	v, err := newVictim(programs, t.TempDir(), brief)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		for _, n := range []int{1, 2, 3, 4, 8} {
			if n != 1 && n != 3 && n != 8 && !longer {
				continue
			}
			t.Run(fmt.Sprintf("%s on %d", path, n), func(t *testing.T) {
				if err := v.finish(filepath.Join(t.TempDir(), "run"), "LATENTSPACE_KERNEL="+path, fmt.Sprintf("GOMAXPROCS=%d", n)); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A run that goes on from any step ends with the bytes of one that went through.
func TestResumingAtStepsOfARunOf200(t *testing.T) {
	memory := inMemory(t)
	v, err := newVictim(programs, memory, brief)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for step := 1; step < stepwiseSteps; step++ {
		if !*long && step%20 != 7 || !*long && !longer && step%40 != 7 {
			continue
		}
		if err := v.resume(filepath.Join(memory, fmt.Sprint(step)), step); err != nil {
			t.Error(err)
		}
		n++
	}
	t.Logf("%d steps", n)
}

// inMemory is a folder that need not wait for a disk, where there is one: this is about what
// is saved and not about how.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "torture")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// The run goes on when no one reads what it prints.
func TestOutputsThatAreClosed(t *testing.T) {
	v, err := newVictim(programs, t.TempDir(), brief)
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{">&-", "2>&-", ">&- 2>&-", "2>&1 | true", "2>/dev/full"} {
		t.Run(how, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			out, err := exec.Command("sh", "-c", fmt.Sprintf("'%s' -config '%s' -out '%s' -json %s", v.train, v.config, dir, how)).CombinedOutput()
			if err := v.same(dir); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			if got := status(err); got != 0 {
				t.Errorf("status %d, want 0\n%s", got, out)
			}
		})
	}
}

// A run made with the widest instructions is verified with others.
func TestARunIsVerifiedOnAnotherPath(t *testing.T) {
	v, err := newVictim(programs, t.TempDir(), brief)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if err := v.finish(dir, "GOMAXPROCS=2"); err != nil {
		t.Fatal(err)
	}
	environments := [][]string{{"GOMAXPROCS=1"}}
	for i, path := range paths {
		environments = append(environments, []string{"LATENTSPACE_KERNEL=" + path})
		if path != "portable" || i == 0 { // it takes its time
			environments = append(environments, []string{"GOMAXPROCS=7", "LATENTSPACE_KERNEL=" + path})
		}
	}
	for _, env := range environments {
		cmd := exec.Command(v.train, "-verify", dir)
		cmd.Env = append(cmd.Environ(), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", env, err, out)
		} else if err := says(out, "every bit agrees"); err != nil {
			t.Errorf("%v: %v", env, err)
		}
	}
}
