package main

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// digits writes small pictures as IDX files.
func digits(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{"train": 80, "t10k": 40} {
		images := []byte{0, 0, 8, 3}
		for _, d := range []int{n, 4, 4} {
			images = binary.BigEndian.AppendUint32(images, uint32(d))
		}
		labels := binary.BigEndian.AppendUint32([]byte{0, 0, 8, 1}, uint32(n))
		x := uint32(5)
		for i := range n {
			labels = append(labels, byte(i%3))
			for range 16 {
				x = x*1664525 + 1013904223
				images = append(images, byte(x>>24))
			}
		}
		for file, b := range map[string][]byte{name + "-images-idx3-ubyte": images, name + "-labels-idx1-ubyte": labels} {
			if err := os.WriteFile(filepath.Join(dir, file), b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Every verb that opens data takes the folder that they are in now, and says how to name it
// where they are gone.
func TestVerbsFindDataThatWereMoved(t *testing.T) {
	home := t.TempDir()
	t.Chdir(home)
	digits(t, "digits")
	file := filepath.Join(home, "experiment.yaml")
	text := "name: moved\ndata: {kind: mnist, dir: digits, valid: 20}\nmodel: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [6]}}\ntrain: {epochs: 1, batch: 10, samples: 0}\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(home, "run")
	if out, err := exec.Command(trainer, "-config", file, "-out", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	elsewhere := t.TempDir()
	verb := func(args ...string) (string, error) {
		cmd := exec.Command(sampler, args...)
		cmd.Dir = elsewhere
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := verb("reconstruct", "-run", dir, "-n", "4"); err != nil {
		t.Errorf("from another folder: %v\n%s", err, out)
	}
	if err := os.Rename("digits", "moved"); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(home, "moved")
	for _, args := range [][]string{
		{"reconstruct", "-n", "4"}, {"encode"}, {"map", "-n", "20"}, {"traverse"}, {"vary", "-expr", "class:1 - class:2 + 3", "-n", "2"},
		{"interpolate", "-from", "0", "-to", "1", "-n", "1"}, {"evaluate", "-n", "20", "-metrics", "kl"}, {"-prior", "gaussian"},
	} {
		args = append(args, "-run", dir)
		if out, err := verb(args...); err == nil || !strings.Contains(out, "-data DIR says where the data are now") {
			t.Errorf("%v: data that are gone: got %v\n%s", args, err, out)
		}
		if out, err := verb(append(args, "-data", moved)...); err != nil {
			t.Errorf("%v -data: %v\n%s", args, err, out)
		}
	}
	if out, err := verb("compare", dir, dir, "-n", "20", "-data", moved, "-o", filepath.Join(elsewhere, "c.png")); err != nil {
		t.Errorf("compare: %v\n%s", err, out)
	}
}

func TestDataInNoFolder(t *testing.T) {
	out, err := exec.Command(sampler, "reconstruct", "-run", filepath.Join(trainedRun(t, "ae"), "runs", "ae"), "-data", "x").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "data of kind glyphs, which are in no folder") {
		t.Errorf("got %v\n%s", err, out)
	}
}

// What a run was changed to, and when, is told where it is sampled.
func TestSampleTellsOfChanges(t *testing.T) {
	dir := filepath.Join(trainedRun(t, "ae"), "runs", "ae")
	config := filepath.Join(dir, "config.yaml")
	if out, err := exec.Command(trainer, "-config", config, "-out", dir, "-extend", "-set", "train.epochs=2").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(sampler, "-run", dir, "-n", "4").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "changed at step 10: train.epochs 1 -> 2") {
		t.Errorf("got %v\n%s", err, out)
	}
}
