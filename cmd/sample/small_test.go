package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
)

// sortedDigits writes train and test pictures of glyphs as IDX files, sorted by class, and
// returns their folder.
func sortedDigits(t *testing.T, train, test int) string {
	t.Helper()
	splits, err := data.Glyphs{Train: train, Test: test, Seed: 1}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for part, ds := range map[string]data.Dataset{"train": splits.Train, "t10k": splits.Test} {
		known, err := data.ClassesOf(ds, ds.Len())
		if err != nil {
			t.Fatal(err)
		}
		order := make([]int, ds.Len())
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return known.Labels[i] - known.Labels[j] })
		n := uint32(len(order))
		pictures := binary.BigEndian.AppendUint32([]byte{0, 0, 8, 3}, n)
		pictures = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(pictures, 28), 28)
		classes := binary.BigEndian.AppendUint32([]byte{0, 0, 8, 1}, n)
		x := make([]float32, 28*28)
		for _, i := range order {
			if err := ds.Read(i, x); err != nil {
				t.Fatal(err)
			}
			for _, v := range x {
				pictures = append(pictures, byte(255*v))
			}
			classes = append(classes, byte(known.Labels[i]))
		}
		for name, b := range map[string][]byte{part + "-images-idx3-ubyte": pictures, part + "-labels-idx1-ubyte": classes} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// A shipped experiment and every verb work on very few pictures by defaults alone.
func TestEveryVerbOnASmallSetByDefaults(t *testing.T) {
	if testing.Short() {
		t.Skip("training and every verb are left out in short mode")
	}
	pictures := sortedDigits(t, 60, 12)
	dir := t.TempDir()
	for _, name := range []string{"mnist-vae", "mnist-pca"} {
		cmd := exec.Command(trainer, "-config", name, "-set", "data.dir="+pictures)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("train -config %s: %v\n%s", name, err, out)
		}
	}
	for _, args := range []string{
		"", "interpolate", "interpolate -from 3 -to 8", "reconstruct", "traverse", "vary -attribute class:3", "vary -draws -attribute class:3",
		"vary -expr class:3-class:8+6", "map", "map -method tsne", "map -thumbnails", "encode", "decode -i runs/mnist-vae/codes.npz",
		"-prior gaussian", "-prior gmm", "-prior kde", "-prior aggregate", "evaluate -html", "compare runs/mnist-vae runs/mnist-pca",
	} {
		fields := strings.Fields(args)
		if !strings.HasPrefix(args, "compare") {
			fields = append(fields, "-run", "runs/mnist-vae")
		}
		cmd := exec.Command(sampler, fields...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("sample %s: %v\n%s", args, err, out)
		}
		for of, want := range map[string]string{
			"reconstruct": "-n is 12, all that there are in the test split", "map -method tsne": "-perplexity is 4, a third of the 12 examples",
			"interpolate -from 3 -to 8": "-n is 4, all that there are in the test split from 8 on",
		} {
			if of == args && !strings.Contains(string(out), want) {
				t.Errorf("sample %s does not say %q\n%s", args, want, out)
			}
		}
	}
	for args, want := range map[string]string{
		"reconstruct -n 16":               "-n 16 examples of the test split, want at most the 12 that there are",
		"map -method tsne -perplexity 30": "-perplexity 30 for 12 examples, want it from 1 to 4",
	} {
		cmd := exec.Command(sampler, append(strings.Fields(args), "-run", "runs/mnist-vae")...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("sample %s: %v, want %q\n%s", args, err, want, out)
		}
	}
}

// Some examples of a file that is sorted by class are of all classes, whatever verb takes them.
func TestSomeOfASortedFileHaveAllClasses(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(trainer, "-config", "mnist-pca", "-set", "model.latent=4", "-set", "train.samples=0", "-set", "data.dir="+sortedDigits(t, 400, 400))
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("train: %v\n%s", err, out)
	}
	all := func(what string, labels map[string]bool) {
		t.Helper()
		if len(labels) != 10 {
			t.Errorf("%s: %d of 10 classes", what, len(labels))
		}
	}
	for verb, file := range map[string]string{"map": "map.csv", "encode": "codes.csv"} {
		sample(t, dir, verb, "-n", "100", "-o", file)
		labels, last := map[string]bool{}, ""
		for _, row := range rows(t, filepath.Join(dir, file))[1:] {
			labels[row[slices.Index(rows(t, filepath.Join(dir, file))[0], "label")]] = true
			if len(row[0]) < len(last) || len(row[0]) == len(last) && row[0] <= last {
				t.Fatalf("%s: example %s after %s", verb, row[0], last)
			}
			last = row[0]
		}
		all(verb, labels)
	}
	var r struct{ Index []int }
	if err := json.Unmarshal(sample(t, dir, "reconstruct", "-n", "100", "-json"), &r); err != nil {
		t.Fatal(err)
	}
	labels := map[string]bool{}
	for _, i := range r.Index {
		labels[string(rune('0'+i/40))] = true // of each class there are 40
	}
	all("reconstruct", labels)
	// The last class of the file is among those that a direction is fitted to.
	if out := string(sample(t, dir, "vary", "-attribute", "class:9", "-fit", "150", "-check", "100")); !strings.Contains(out, "of 150 codes") {
		t.Errorf("vary: %s", out)
	}
	out := string(sample(t, dir, "vary", "-expr", "class:0 - class:9", "-fit", "100"))
	if !strings.Contains(out, "class 9 is the mean of ") {
		t.Errorf("vary -expr: %s", out)
	}
}
