package explore

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"latentspace/data/npy"
	"latentspace/export"
	"latentspace/internal/untrusted"
	"latentspace/nn/tensor"
)

// readBatch is how many codes are read at once.
const readBatch = 512

// codeFile is a file of codes, .npz or .csv, as [Encode] writes it.
type codeFile struct {
	path string
	dim  int // that the codes must have
	most int // codes to read
}

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
	if strings.EqualFold(filepath.Ext(c.path), ".csv") {
		next, err = c.csv(file)
	} else {
		next, err = c.npz(file, size)
	}
	if err != nil {
		return fmt.Errorf("explore: %s: %w", c.path, err)
	}
	room := tensor.New(min(readBatch, c.most), c.dim)
	for first := 0; first < c.most; {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := min(readBatch, c.most-first)
		n, err := next(room.Data[:want*c.dim])
		if err != nil {
			return fmt.Errorf("explore: %s: %w", c.path, err)
		}
		if n == 0 {
			break
		}
		z, err := tensor.From(room.Data[:n*c.dim], n, c.dim)
		if err != nil {
			return fmt.Errorf("explore: %w", err)
		}
		if err := checkFinite(c.path+": the code of row", first, z); err != nil {
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
			return 0, err
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

// csv reads the columns z0, z1, … wherever they are.
func (c codeFile) csv(file io.Reader) (next, error) {
	r := csv.NewReader(untrusted.CSV(file))
	r.FieldsPerRecord = -1 // told below
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("empty, want a header and a row for each code")
	}
	if err != nil {
		return nil, err
	}
	header = slices.Clone(header)
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // as spreadsheets begin a file
	columns := make([]int, c.dim)
	for j, name := range export.Columns("z", c.dim) {
		if columns[j] = slices.Index(header, name); columns[j] < 0 {
			return nil, fmt.Errorf("no column %s, want z0 to z%d for this model", name, c.dim-1)
		}
	}
	if more := fmt.Sprintf("z%d", c.dim); slices.Contains(header, more) {
		return nil, fmt.Errorf("a column %s, want z0 to z%d for this model", more, c.dim-1)
	}
	return func(dst []float32) (int, error) {
		for k := 0; k < len(dst); k += c.dim {
			cells, err := r.Read()
			if errors.Is(err, io.EOF) {
				return k / c.dim, nil
			}
			if err != nil {
				return 0, err
			}
			line, _ := r.FieldPos(0)
			if len(cells) != len(header) {
				return 0, fmt.Errorf("line %d: %d cells, want %d as in the header", line, len(cells), len(header))
			}
			for j, column := range columns {
				cell := strings.TrimSpace(cells[column])
				v, err := strconv.ParseFloat(cell, 32)
				if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
					return 0, fmt.Errorf("line %d: z%d is %q, want a number", line, j, cell)
				}
				dst[k+j] = float32(v)
			}
		}
		return len(dst) / c.dim, nil
	}, nil
}
