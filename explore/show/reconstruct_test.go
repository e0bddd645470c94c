package show

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"latentspace/checkpoints"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// A decoder that makes NaN of all codes leaves no files that a report could not tell of.
func TestAFailedModelLeavesNoFiles(t *testing.T) {
	m := learned(t, tiny)
	c, err := checkpoints.Read(m.File)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Tensors {
		for i := range p.Data {
			p.Data[i] = float32(math.NaN())
		}
	}
	file := filepath.Join(t.TempDir(), "nan.safetensors")
	err = export.File(file, func(w io.Writer) error { return checkpoints.Encode(w, c) })
	if err != nil {
		t.Fatal(err)
	}
	if m, _, err = training.Find("", file, false, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	v := explore.Reconstruct{Options: explore.Options{N: 4, Split: "test"}}
	if _, err := Reconstruct(t.Context(), m, v, Output{File: filepath.Join(dir, "r.png")}); err == nil {
		t.Error("reconstruct: no error")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}
