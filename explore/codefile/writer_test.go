package codefile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/npy"
	"latentspace/tensor"
)

// A .npy file has the codes alone, rounded to the precision, and its rows can be read one by one.
func TestCodesAsOneArray(t *testing.T) {
	values := []float32{1, 0.1, -2, 3}
	c := Codes{N: 2, Dim: 2, Box: NewBox(2), Each: func(_ string, f func(first int, z *tensor.Tensor) error) error {
		return f(0, &tensor.Tensor{Shape: []int{2, 2}, Data: slices.Clone(values)})
	}}
	for k, want := range [][]float32{values, {1, 0.0999755859375, -2, 3}} {
		file := filepath.Join(t.TempDir(), "codes.npy")
		if err := c.Write(file, Precisions[k]); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		rows, err := npy.OpenRows(f, info.Size(), file)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float32, 2)
		if err := rows.Read(1, got); err != nil || !slices.Equal(got, want[2:]) || int64(rows.Type.Size()) != Precisions[k].Size(1, 1) {
			t.Errorf("%s: the second row is %v of %s, %v, want %v", Precisions[k].Name, got, rows.Type, err, want[2:])
		}
	}
	err := c.Write(filepath.Join(t.TempDir(), "codes.npy"), Precisions[2])
	if err == nil || !strings.Contains(err.Error(), "int8 has an offset and a scale besides, which a .npy file has no place for") {
		t.Errorf("int8: got %v", err)
	}
}
