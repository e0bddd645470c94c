package show

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/data/npy"
	"latentspace/explore"
	"latentspace/tensor"
)

// Programs that compare, such as filters, need the same noisy pictures.
func TestDenoisedArraysAreBesideThoseBefore(t *testing.T) {
	m, dir := learned(t, tiny), t.TempDir()
	o := explore.Denoise{Options: explore.Options{N: 3, Seed: 1, Split: "test"}, Sigma: 0.1}
	want, err := o.Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	split, again := filepath.Join(dir, "split.npz"), filepath.Join(dir, "again.npz")
	if _, err := Denoise(t.Context(), m, o, Output{File: split}); err != nil {
		t.Fatal(err)
	}
	checkArrays(t, split, map[string]*tensor.Tensor{"examples": want.Clean, "noisy": want.Noisy, "originals": want.Originals})
	o.Files = []string{split} // of its arrays the examples are read
	if _, err := Denoise(t.Context(), m, o, Output{File: again}); err != nil {
		t.Fatal(err)
	}
	if want, err = o.Run(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	checkArrays(t, again, map[string]*tensor.Tensor{"examples": want.Clean, "noisy": want.Noisy})
}

// checkArrays compares the arrays of a .npz file.
func checkArrays(t *testing.T, file string, want map[string]*tensor.Tensor) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := npy.OpenArchive(f, info.Size(), npy.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Names()) != len(want) {
		t.Errorf("%s has %s, want %d arrays", file, strings.Join(a.Names(), ", "), len(want))
	}
	for name, x := range want {
		array, err := a.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]float32, array.Left())
		if err := npy.Read(array, values); err != nil {
			t.Fatal(err)
		}
		if got, err := tensor.From(values, array.Shape...); err != nil || !got.Equal(x) {
			t.Errorf("%s of shape %v differs from what was computed, of shape %v: error %v", name, array.Shape, x.Shape, err)
		}
	}
}
