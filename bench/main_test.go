package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Without its data the program says which, why not, and how to have them.
func TestDataThatAreMissingAreNamed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LATENTSPACE_DATA", dir)
	t.Setenv("XDG_CACHE_HOME", dir)
	if err := os.Mkdir(filepath.Join(dir, "mnist"), 0o777); err != nil {
		t.Fatal(err)
	}
	// A file that is no IDX, so that nothing is downloaded.
	if err := os.WriteFile(filepath.Join(dir, "mnist", "train-images-idx3-ubyte"), []byte("none"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"", "train", "evaluate", "sample", "serving", "maps", "embeddings", "products,train"} {
		only, err := some(list)
		if err != nil {
			t.Fatal(err)
		}
		err = (&bench{rounds: 1, seconds: 1}).run(only, []string{"mlpvae"}, "python3")
		for _, says := range []string{"made on MNIST", "train-images-idx3-ubyte", "LATENTSPACE_DATA names a folder", "-only products"} {
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("-only %q: got %v, want it to say %q", list, err, says)
			}
		}
	}
	if err := checkData([]string{"products", "pictures", "recurrent", "penalties"}); err != nil {
		t.Errorf("products, pictures and recurrent layers need no data: got %v", err)
	}
	for _, list := range []string{"train,clusters", "train,", "trian"} {
		if _, err := some(list); err == nil || !strings.Contains(err.Error(), "want some of train, precision") {
			t.Errorf("-only %s: got %v, want the parts that there are", list, err)
		}
	}
}

// A training that fails is told with what it said.
func TestATrainingThatFailsIsTold(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "train")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho no room >&2\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	b := &bench{dir: dir, train: program}
	if _, _, err := b.trainOnce("mlpvae"); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("got %v, want what the program said", err)
	}
}

func TestFiguresHaveThreeDigitsOrMore(t *testing.T) {
	for x, want := range map[float64]string{0.0314: "0.0314", 61.52: "61.5", 999.4: "999", 999.7: "1000", 123134.2: "123134"} {
		if got := figure(x); got != want {
			t.Errorf("%v: got %s, want %s", x, got, want)
		}
	}
}
