package main

import (
	"os"
	"path/filepath"
	"testing"

	"latentspace/data/npy"
)

func TestARunIsWarmBeforeItIsMeasured(t *testing.T) {
	for name, test := range map[string]struct {
		perSecond, seconds float64
		epoch, warm, all   int
	}{
		"fast: 1,000 steps, and 5 seconds of more": {300, 5, 468, 3, 7},
		"slow: 20 seconds, and 5 of more":          {10, 5, 50, 4, 5},
		"slower: a step takes two seconds":         {0.5, 5, 3, 4, 5},
		"few steps, in few epochs":                 {300, 0.01, 200, 5, 6},
		"a step takes longer than all":             {0.01, 1, 1, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{seconds: test.seconds}
			epoch, warm, all := b.schedule(test.perSecond)
			if epoch != test.epoch || warm != test.warm || all != test.all {
				t.Errorf("got %d steps an epoch, %d epochs and %d in all, want %d, %d and %d", epoch, warm, all, test.epoch, test.warm, test.all)
			}
		})
	}
}

func TestDenseInputsHaveNoZero(t *testing.T) {
	file := filepath.Join(t.TempDir(), denseFile)
	if err := writeDense(file, 3); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := npy.Open(f, file)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 3*28*28)
	if err := npy.Read(a, x); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, v := range x {
		if !(v > 0 && v < 1) {
			t.Fatalf("value %d is %v, want one in (0, 1)", i, v)
		}
		sum += float64(v)
	}
	// The mean of 2,352 uniform numbers has a standard deviation of 0.29/48.
	if mean := sum / float64(len(x)); mean < 0.47 || mean > 0.53 {
		t.Errorf("a mean of %v, want 0.5", mean)
	}
}
