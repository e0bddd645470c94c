package main

import (
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
)

// Each fault once; the program itself repeats them for as long as it is told.
func TestEachFaultIsSurvived(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"train", "sample"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), "../../cmd/"+name).CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
	}
	v, err := newVictim(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			if _, err := fault(v, filepath.Join(t.TempDir(), "run"), rand.New(rand.NewPCG(1, 2))); err != nil {
				t.Error(err)
			}
		})
	}
}

// A run whose last checkpoint has other bytes is told apart.
func TestAnotherRunIsNoSurvivor(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "train"), "../../cmd/train").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	v, err := newVictim(dir)
	if err != nil {
		t.Fatal(err)
	}
	v.want[0]++
	if err := v.finish(filepath.Join(dir, "another")); err == nil {
		t.Error("a run with other bytes passes for the same")
	}
}
