// Package codefile reads and writes files of codes: .npz, which NumPy reads too, and tables. The
// values of codes can be rounded to a precision.
package codefile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/npy"
	"latentspace/data/table"
	"latentspace/export"
	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// batch is how many codes are read at once.
const batch = 512

// Source is a file of codes, .npz or a table, as [Codes.Write] writes it.
type Source struct {
	Path     string
	Dim      int           // dimension of the codes
	Most     int           // codes to read
	Dialect  table.Dialect // of a table; what is zero is found out
	Describe func(string)  // called with a description of how a table was read; may be nil
}

// Tables are the endings of tables.
var Tables = []string{".csv", ".tsv"}

// Each calls f with the codes z (batch, dim) of the rows from first on, in order. A
// value that is missing or not finite is an error that says where. The next batch
// reuses the memory of the last.
func (c Source) Each(ctx context.Context, f func(first int, z *tensor.Tensor) error) error {
	file, size, err := untrusted.Open(c.Path)
	if err != nil {
		return fmt.Errorf("explore: %w", err)
	}
	defer file.Close()
	var next next
	if slices.Contains(Tables, strings.ToLower(filepath.Ext(c.Path))) {
		next, err = c.table(file)
	} else if next, err = c.npz(file, size); err != nil {
		err = fmt.Errorf("explore: %s: %w", c.Path, err)
	}
	if err != nil {
		return err
	}
	room := tensor.New(min(batch, c.Most), c.Dim)
	for first := 0; first < c.Most; {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := min(batch, c.Most-first)
		n, err := next(room.Data[:want*c.Dim])
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		z, err := tensor.From(room.Data[:n*c.Dim], n, c.Dim)
		if err != nil {
			return fmt.Errorf("explore: %w", err)
		}
		if err := CheckFinite(c.Path+": the code of row", z, func(row int) int { return first + row }); err != nil {
			return err
		}
		if err := f(first, z); err != nil {
			return err
		}
		first += n
	}
	return nil
}

// Count reads the whole file and returns how many codes it has.
func (c Source) Count(ctx context.Context) (int, error) {
	n := 0
	err := c.Each(ctx, func(first int, z *tensor.Tensor) error {
		n = first + z.Shape[0]
		return nil
	})
	if err == nil && n == 0 {
		err = fmt.Errorf("explore: %s: no codes, want at least one", c.Path)
	}
	return n, err
}

// next fills dst with codes, as far as any are left, and returns their number.
type next func(dst []float32) (int, error)

// npz reads the array codes (n, dim), and offset and scale (dim) if it has integers.
func (c Source) npz(file io.ReaderAt, size int64) (next, error) {
	archive, err := npy.OpenArchive(file, size, npy.Limits{})
	if err != nil {
		return nil, err
	}
	codes, err := archive.Open("codes")
	if err != nil {
		return nil, err
	}
	if len(codes.Shape) != 2 || codes.Shape[1] != c.Dim {
		return nil, fmt.Errorf("codes of shape %v, want (n, %d) for this model", codes.Shape, c.Dim)
	}
	decode := func([]float32) {}
	if codes.Type == npy.Int8 {
		offset, err := vector(archive, "offset", c.Dim)
		if err != nil {
			return nil, err
		}
		scale, err := vector(archive, "scale", c.Dim)
		if err != nil {
			return nil, err
		}
		decode = func(values []float32) {
			for i, q := range values {
				values[i] = dequantised(offset[i%c.Dim], scale[i%c.Dim], int8(q))
			}
		}
	}
	return func(dst []float32) (int, error) {
		dst = dst[:min(int64(len(dst)), codes.Left())]
		if err := npy.Read(codes, dst); err != nil {
			return 0, fmt.Errorf("explore: %s: %w", c.Path, err)
		}
		decode(dst)
		return len(dst) / c.Dim, nil
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
func (c Source) table(file io.ReadSeeker) (next, error) {
	t, err := table.Open(file, c.Path, c.Dialect)
	if err != nil {
		return nil, err
	}
	columns := make([]*table.Column, c.Dim)
	if !t.HasHeader() && len(t.Columns) != c.Dim {
		return nil, fmt.Errorf("explore: %s: %d columns without names, want %d for this model", c.Path, len(t.Columns), c.Dim)
	}
	for j, name := range export.Columns("z", c.Dim) {
		if !t.HasHeader() {
			columns[j] = t.Columns[j]
			continue
		}
		if columns[j] = t.Column(name); columns[j] == nil {
			return nil, fmt.Errorf("explore: %s: no column %s, want z0 to z%d for this model", c.Path, name, c.Dim-1)
		}
	}
	if more := fmt.Sprintf("z%d", c.Dim); t.Column(more) != nil {
		return nil, fmt.Errorf("explore: %s: a column %s, want z0 to z%d for this model", c.Path, more, c.Dim-1)
	}
	if c.Describe != nil {
		c.Describe(t.Description())
	}
	for _, column := range columns {
		if column.Kind == table.Unclear || column.Kind == table.Mixed {
			return nil, fmt.Errorf("explore: %s: column %s: %s", c.Path, column.Name, column.Why)
		}
	}
	rows, err := t.Reader()
	if err != nil {
		return nil, err
	}
	return func(dst []float32) (int, error) {
		for k := 0; k < len(dst); k += c.Dim {
			line, cells, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return k / c.Dim, nil
			}
			if err != nil {
				return 0, err
			}
			for j, column := range columns {
				v, err := column.Number(cells[column.Place()], 32)
				if err != nil {
					return 0, fmt.Errorf("explore: %s: line %d: z%d is %w", c.Path, line, j, err)
				}
				dst[k+j] = float32(v)
			}
		}
		return len(dst) / c.Dim, nil
	}, nil
}

// CheckFinite returns an error for the first value of rows (n, d) that is not finite, with its row.
func CheckFinite(what string, rows *tensor.Tensor, number func(row int) int) error {
	d := rows.Len() / rows.Shape[0]
	for i, v := range rows.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fmt.Errorf("explore: %s %d: value %d is %v, want finite ones", what, number(i/d), i%d, v)
		}
	}
	return nil
}
