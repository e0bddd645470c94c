package explore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"latentspace/data/npy"
	"latentspace/data/table"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/explore/codefile"
	"latentspace/export"
	"latentspace/tensor"
	"latentspace/training"
)

// Decode writes what the model makes of the codes of a file: pictures as a grid, or
// numbers as .csv or as the array examples (n, shape…) of an .npz. Numbers are written a
// batch at a time: memory does not grow with how many there are.
type Decode struct {
	Options
	Input   string        // .npz or a table, .csv or .tsv, as of [Encode], of which the first N codes are read
	Dialect table.Dialect // of a table; what is zero is found out
}

// Decoded is the report of [Decode].
type Decoded struct {
	Written
	Input string `json:"input"`
}

// Run decodes and writes.
func (d Decode) Run(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
	start := time.Now()
	if err := d.check(".png", ".csv", ".npz"); err != nil {
		return nil, err
	}
	if d.Input == "" {
		return nil, experiments.Usagef("-i names no file, want one of codes: sample encode writes it")
	}
	if err := oneOf("-i "+d.Input+": ending", strings.ToLower(filepath.Ext(d.Input)), append([]string{".npz"}, codefile.Tables...)); err != nil {
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(d.Input), ".npz") {
		if err := d.idle("-i "+d.Input+", which is no table", "dialect"); err != nil {
			return nil, err
		}
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	codes := codefile.Source{Path: d.Input, Dim: dim, Most: d.N, Dialect: d.Dialect}
	codes.Describe = func(line string) { d.Options.describe(d.Input, line, nil) }
	n, err := codes.Count(ctx)
	if err != nil {
		return nil, err
	}
	codes.Describe = nil
	file := d.file(m, "decode", export.Extension(m.Schema))
	p := d.progress("decoding", n)
	defer p.close()
	about, err := d.conditions(m, n)
	if err != nil {
		return nil, err
	}
	each := func(f func(x *tensor.Tensor) error) error {
		return codes.Each(ctx, func(first int, z *tensor.Tensor) error {
			p.at(first, "")
			x, err := m.Decode(ctx, z, rowsOf(about, first, z.Shape[0]))
			if err != nil {
				return err
			}
			return f(x)
		})
	}
	if err := writeExamples(file, n, m.Schema, each); err != nil {
		return nil, err
	}
	return Decoded{written(m, start, n, file), d.Input}, nil
}

// mostValues bounds what is held for one picture: as many pixels as it may have.
const mostValues = 1 << 28

// checkHeld reports more examples than are held at once.
func checkHeld(n int, shape []int) error {
	if most := mostValues / tensor.Size(shape); n > most {
		return experiments.Usagef("%d examples of %d values are too many at once, want at most %d", n, tensor.Size(shape), most)
	}
	return nil
}

// writeExamples writes n examples of a schema that each hands on in batches.
func writeExamples(file string, n int, s example.Schema, each func(f func(x *tensor.Tensor) error) error) error {
	shape, size := s.Shape(), s.Width()
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv":
		return export.Table(file, export.Columns("x", size), func(write func([]string) error) error {
			return each(func(x *tensor.Tensor) error { return export.Rows(x.Data, size, write) })
		})
	case ".npz":
		return export.File(file, func(w io.Writer) error {
			z := npy.NewArchiveWriter(w)
			a, err := z.Create("examples", npy.Float32, append([]int{n}, shape...)...)
			if err != nil {
				return err
			}
			if err := each(func(x *tensor.Tensor) error { return npy.Write(a, x.Data) }); err != nil {
				return err
			}
			return z.Close()
		})
	}
	if n > mostValues/size {
		return fmt.Errorf("explore: %d examples of %d values are too many for one picture, want at most %d; use -n, or -o with another ending", n, size, mostValues/size)
	}
	all := tensor.New(append([]int{n}, shape...)...)
	rest := all.Data
	err := each(func(x *tensor.Tensor) error {
		if len(x.Data) > len(rest) {
			return errors.New("explore: the file of codes grew while it was read")
		}
		rest = rest[copy(rest, x.Data):]
		return nil
	})
	if err != nil {
		return err
	}
	return export.Examples(file, s, all)
}
