package export

import (
	"path/filepath"
	"strings"

	"latentspace/data/columns"
	"latentspace/example"
	"latentspace/tensor"
)

// Sheet writes rows of a table's schema to a file in the form of the table that the schema is of:
// its separator, or tabs for .tsv, its header, its constant columns and the forms of its cells.
// Numbers of a bin are drawn by the seed, or are the middle of the bin if it is nil.
func Sheet(file string, s example.Schema, seed *uint64, rows func(write func(values []float32) error) error) error {
	w := columns.NewWriter(s, false, 0)
	if seed != nil {
		w = columns.NewWriter(s, true, *seed)
	}
	separator := w.Separator()
	if strings.EqualFold(filepath.Ext(file), ".tsv") {
		separator = '\t'
	}
	return Cells(file, separator, w.Header(), func(write func(cells []string) error) error {
		i := 0
		return rows(func(values []float32) error {
			i++
			return write(w.Cells(i-1, values))
		})
	})
}

// Each calls f with the values of each example.
func Each(x *tensor.Tensor, f func(values []float32) error) error {
	size := tensor.Size(x.Shape[1:])
	for at := 0; at < len(x.Data); at += size {
		if err := f(x.Data[at : at+size]); err != nil {
			return err
		}
	}
	return nil
}
