package main

import (
	"encoding/binary"
	"maps"
	"math"
	"os"
	"path/filepath"
	"testing"

	"latentspace/data"
)

// Of 200 files, which have every mode, two are damaged, and the array has the pixels of the rest.
func TestPicturesInMemoryAreThoseOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("HOME", dir)
	folder, file := filepath.Join(dir, "pngs"), filepath.Join(dir, "pixels.npz")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writePNGs(t.Context(), folder, 200); err != nil {
		t.Fatal(err)
	}
	if err := writePixels(folder, file); err != nil {
		t.Fatal(err)
	}
	images, err := source(folder)
	if err != nil {
		t.Fatal(err)
	}
	want, err := images.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Damaged) != 2 {
		t.Errorf("%d damaged files, want 2", len(want.Damaged))
	}
	array := data.Sources["array"]().(data.Array)
	array.File = file
	got, err := array.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k, of := range []data.Dataset{want.Train, want.Valid, want.Test} {
		want, got := pixels(t, of), pixels(t, []data.Dataset{got.Train, got.Valid, got.Test}[k])
		if !maps.Equal(got, want) {
			t.Errorf("split %d has other pictures: %d, want %d", k, len(got), len(want))
		}
	}
}

// pixels counts the pictures of a data set, which have any order.
func pixels(t *testing.T, ds data.Dataset) map[string]int {
	t.Helper()
	n := map[string]int{}
	x := make([]float32, ds.Schema().Width())
	for i := range ds.Len() {
		if err := ds.Read(i, x); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 0, 4*len(x))
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		n[string(b)]++
	}
	return n
}
