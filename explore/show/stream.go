package show

import (
	"io"
	"path/filepath"
	"strings"

	"latentspace/data/npy"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/tensor"
)

// writeStream writes examples as they are made: as rows of .csv or as the array examples
// (n, shape…) of an .npz a batch at a time, and all at once as a picture.
func writeStream(file string, s explore.Stream) error {
	size := s.Schema.Width()
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv":
		return export.Table(file, export.Columns("x", size), func(write func([]string) error) error {
			return s.Each(func(x *tensor.Tensor) error { return export.Rows(x.Data, size, write) })
		})
	case ".npz":
		return export.File(file, func(w io.Writer) error {
			z := npy.NewArchiveWriter(w)
			a, err := z.Create("examples", npy.Float32, append([]int{s.N}, s.Schema.Shape()...)...)
			if err != nil {
				return err
			}
			if err := s.Each(func(x *tensor.Tensor) error { return npy.Write(a, x.Data) }); err != nil {
				return err
			}
			return z.Close()
		})
	}
	all, err := s.All()
	if err != nil {
		return err
	}
	return export.Examples(file, s.Schema, all)
}
