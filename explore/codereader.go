package explore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/npy"
	"latentspace/data/table"
	"latentspace/export"
	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// readBatch is how many codes are read at once.
const readBatch = 512

// codeFile is a file of codes, .npz or a table, as [Encode] writes it.
type codeFile struct {
	path     string
	dim      int           // that the codes must have
	most     int           // codes to read
	dialect  table.Dialect // of a table; what is zero is found out
	describe func(string)  // is told what a table was taken for; nil for nobody
}

// tables are the endings of tables.
var tables = []string{".csv", ".tsv"}

// each calls f with the codes z (batch, dim) of the rows from first on, in order. Any
// value that is missing or not finite is an error that says where. The next batch takes
// the memory of the last.
func (c codeFile) each(ctx context.Context, f func(first int, z *tensor.Tensor) error) error {
	file, size, err := untrusted.Open(c.path)
	if err != nil {
		return fmt.Errorf("explore: %w", err)
	}
	defer file.Close()
	var next next
	if slices.Contains(tables, strings.ToLower(filepath.Ext(c.path))) {
		next, err = c.table(file)
	} else if next, err = c.npz(file, size); err != nil {
		err = fmt.Errorf("explore: %s: %w", c.path, err)
	}
	if err != nil {
		return err
	}
	room := tensor.New(min(readBatch, c.most), c.dim)
	for first := 0; first < c.most; {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := min(readBatch, c.most-first)
		n, err := next(room.Data[:want*c.dim])
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		z, err := tensor.From(room.Data[:n*c.dim], n, c.dim)
		if err != nil {
			return fmt.Errorf("explore: %w", err)
		}
		if err := checkFinite(c.path+": the code of row", z, func(row int) int { return first + row }); err != nil {
			return err
		}
		if err := f(first, z); err != nil {
			return err
		}
		first += n
	}
	return nil
}

// count reads the whole file and returns how many codes it has.
func (c codeFile) count(ctx context.Context) (int, error) {
	n := 0
	err := c.each(ctx, func(first int, z *tensor.Tensor) error {
		n = first + z.Shape[0]
		return nil
	})
	if err == nil && n == 0 {
		err = fmt.Errorf("explore: %s: no codes, want at least one", c.path)
	}
	return n, err
}

// next writes as many codes to dst as fit, or as there are left, and returns how many.
type next func(dst []float32) (int, error)

// npz reads the array codes (n, dim), and offset and scale (dim) if it has integers.
func (c codeFile) npz(file io.ReaderAt, size int64) (next, error) {
	archive, err := npy.OpenArchive(file, size, npy.Limits{})
	if err != nil {
		return nil, err
	}
	codes, err := archive.Open("codes")
	if err != nil {
		return nil, err
	}
	if len(codes.Shape) != 2 || codes.Shape[1] != c.dim {
		return nil, fmt.Errorf("codes of shape %v, want (n, %d) for this model", codes.Shape, c.dim)
	}
	decode := func([]float32) {}
	if codes.Type == npy.Int8 {
		offset, err := vector(archive, "offset", c.dim)
		if err != nil {
			return nil, err
		}
		scale, err := vector(archive, "scale", c.dim)
		if err != nil {
			return nil, err
		}
		decode = func(values []float32) {
			for i, q := range values {
				values[i] = dequantised(offset[i%c.dim], scale[i%c.dim], int8(q))
			}
		}
	}
	return func(dst []float32) (int, error) {
		dst = dst[:min(int64(len(dst)), codes.Left())]
		if err := npy.Read(codes, dst); err != nil {
			return 0, fmt.Errorf("explore: %s: %w", c.path, err)
		}
		decode(dst)
		return len(dst) / c.dim, nil
	}, nil
}

// vector reads an array (dim).
func vector(archive *npy.Archive, name string, dim int) ([]float32, error) {
	a, err := archive.Open(name)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(a.Shape, []int{dim}) {
		return nil, fmt.Errorf("%s of shape %v, want [%d]", name, a.Shape, dim)
	}
	values := make([]float32, dim)
	return values, npy.Read(a, values)
}

// table reads the columns z0, z1, … wherever they are.
func (c codeFile) table(file io.ReadSeeker) (next, error) {
	t, err := table.Open(file, c.path, c.dialect)
	if err != nil {
		return nil, err
	}
	columns := make([]*table.Column, c.dim)
	for j, name := range export.Columns("z", c.dim) {
		if columns[j] = t.Column(name); columns[j] == nil {
			return nil, fmt.Errorf("explore: %s: no column %s, want z0 to z%d for this model", c.path, name, c.dim-1)
		}
	}
	if more := fmt.Sprintf("z%d", c.dim); t.Column(more) != nil {
		return nil, fmt.Errorf("explore: %s: a column %s, want z0 to z%d for this model", c.path, more, c.dim-1)
	}
	if c.describe != nil {
		c.describe(t.Description())
	}
	for _, column := range columns {
		if column.Kind == table.Unclear || column.Kind == table.Mixed {
			return nil, fmt.Errorf("explore: %s: column %s: %s", c.path, column.Name, column.Why)
		}
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, err
	}
	return func(dst []float32) (int, error) {
		for k := 0; k < len(dst); k += c.dim {
			line, cells, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return k / c.dim, nil
			}
			if err != nil {
				return 0, err
			}
			for j, column := range columns {
				v, err := column.Number(cells[column.Place()], 32)
				if err != nil {
					return 0, fmt.Errorf("explore: %s: line %d: z%d is %w", c.path, line, j, err)
				}
				dst[k+j] = float32(v)
			}
		}
		return len(dst) / c.dim, nil
	}, nil
}
