//go:build unix

// Programs are killed and limited here as Unix has it.

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	// The programs are made of these: a result is not to be kept when they change.
	_ "latentspace/experiments"
	_ "latentspace/explore"
)

// programs is the folder of the real programs, built once.
var programs string

func TestMain(m *testing.M) {
	if os.Getenv(measured) != "" {
		os.Exit(measure(os.Args[1:]))
	}
	dir, err := os.MkdirTemp("", "torture")
	if err == nil {
		err = build(dir, "../../cmd/")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	programs = dir
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// Each fault once; the program itself repeats them for as long as it is told.
func TestEachFaultIsSurvived(t *testing.T) {
	v, err := newVictim(programs, t.TempDir(), experiment)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range faults {
		if name == resuming {
			continue // [TestResumingAtStepsOfARunOf200]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if lacks := f.lacks(); lacks != "" {
				t.Skip(lacks)
			}
			for round := range uint64(20) { // not each has a moment for it
				n, err := f.do(v, filepath.Join(t.TempDir(), "run"), rand.New(rand.NewPCG(1, round)))
				if err != nil {
					t.Error(err)
				}
				if err != nil || n > 0 {
					return
				}
			}
			t.Error("it never happened")
		})
	}
}

// A run whose last checkpoint has other bytes is told apart.
func TestAnotherRunIsNoSurvivor(t *testing.T) {
	v, err := newVictim(programs, t.TempDir(), experiment)
	if err != nil {
		t.Fatal(err)
	}
	v.want[0]++
	if err := v.finish(filepath.Join(t.TempDir(), "another")); err == nil {
		t.Error("a run with other bytes passes for the same")
	}
}
