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
// (n, shape…) of an .npz a batch at a time, and all at once as a picture, beside which are the sounds
// that it shows. Rows of a table are a table again, with a seed if they were drawn, and texts are
// lines of .txt or cells of .csv.
func writeStream(file string, s explore.Stream, seed *uint64) (also []string, err error) {
	size := s.Schema.Width()
	switch ext := strings.ToLower(filepath.Ext(file)); {
	case s.Schema.IsTable() && ext != ".npz":
		return nil, export.Sheet(file, s.Schema, seed, func(write func([]float32) error) error {
			return s.Each(func(x *tensor.Tensor) error { return export.Each(x, write) })
		})
	case s.Schema.IsText() && ext != ".npz":
		return nil, export.Texts(file, s.Schema, func(write func([]float32) error) error {
			return s.Each(func(x *tensor.Tensor) error { return export.Each(x, write) })
		})
	case ext == ".csv":
		return nil, export.Table(file, export.Columns("x", size), func(write func([]string) error) error {
			return s.Each(func(x *tensor.Tensor) error { return export.Rows(x.Data, size, write) })
		})
	case ext == ".npz":
		return nil, export.File(file, func(w io.Writer) error {
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
		return nil, err
	}
	if err := export.Examples(file, s.Schema, all); err != nil {
		return nil, err
	}
	if !s.Schema.IsSound() {
		return nil, nil
	}
	return writeTracks(file, s.Schema, each(all, ""), 0)
}
