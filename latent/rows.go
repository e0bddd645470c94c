package latent

import (
	"context"
	"fmt"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Rows are vectors of one length, read one at a time, so that there may be more of
// them than memory holds: the examples of a data set, or their codes. Read writes
// row i to dst, and is safe for concurrent use.
type Rows interface {
	Len() int
	Read(i int, dst []float32) error
}

// Matrix is the examples of an array (n, shape…) as [Rows].
type Matrix struct{ X *tensor.Tensor }

// Len implements [Rows].
func (m Matrix) Len() int { return m.X.Shape[0] }

// Read implements [Rows].
func (m Matrix) Read(i int, dst []float32) error {
	d := tensor.Size(m.X.Shape[1:])
	copy(dst, m.X.Data[i*d:(i+1)*d])
	return nil
}

const (
	// blockRows is the number of rows that are summed in float32 before the sum is
	// added in float64. It is a multiple of the rows in a piece; no bit depends on the
	// size of a piece.
	blockRows = 4096
	// shiftRows is the number of rows whose mean is the shift.
	shiftRows = 256
	// pieceValues is the number of values that are read at once, unless that would be
	// too few rows for an efficient product.
	pieceValues = 1 << 19
	fewestRows  = 64
)

// stream reads rows in pieces, less a shift near their mean: where the mean is large
// beside the deviations, sums of products of the values themselves would lose the
// deviations in rounding. A column that does not vary becomes zero.
type stream struct {
	rows  Rows
	n, d  int // rows and columns
	piece int // rows that are read at once
	shift []float32
	minus []float32 // −shift
}

// newStream reads the first rows to find the shift.
func newStream(ctx context.Context, rows Rows, d int) (*stream, error) {
	s := &stream{rows: rows, n: rows.Len(), d: d, piece: blockRows, shift: make([]float32, d), minus: make([]float32, d)}
	for s.piece > fewestRows && s.piece*d > pieceValues {
		s.piece /= 2
	}
	first := min(s.n, shiftRows)
	sum, x := make([]float64, d), make([]float32, first*d)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("before row 0: %w", context.Cause(ctx))
	}
	if err := s.read(0, x); err != nil {
		return nil, err
	}
	for i := range first {
		for j, v := range x[i*d : (i+1)*d] {
			sum[j] += float64(v)
		}
	}
	for j := range sum {
		s.shift[j] = float32(sum[j] / float64(first))
		s.minus[j] = -s.shift[j]
	}
	return s, nil
}

// read writes the rows from lo on, less the shift, to x.
func (s *stream) read(lo int, x []float32) error {
	const grain = 16
	count := len(x) / s.d
	errs := make([]error, (count+grain-1)/grain)
	kernel.For(count, grain, func(a, b int) {
		for i := a; i < b; i++ {
			row := x[i*s.d : (i+1)*s.d]
			if err := s.rows.Read(lo+i, row); err != nil {
				errs[a/grain] = fmt.Errorf("row %d: %w", lo+i, err)
				return
			}
			if j := kernel.FirstNonFinite(row); j >= 0 {
				errs[a/grain] = fmt.Errorf("row %d, column %d: %v, want a finite value", lo+i, j, row[j])
				return
			}
		}
		kernel.AddRow(x[a*s.d:b*s.d], x[a*s.d:b*s.d], s.minus)
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls f for each piece x (rows, d), in order, and says whether the piece begins
// or ends a block.
func (s *stream) each(ctx context.Context, f func(x []float32, begins, ends bool)) error {
	buffer := make([]float32, min(s.piece, s.n)*s.d)
	for lo := 0; lo < s.n; {
		if ctx.Err() != nil {
			return fmt.Errorf("before row %d of %d: %w", lo, s.n, context.Cause(ctx))
		}
		end := min(s.n, (lo/blockRows+1)*blockRows)
		hi := min(lo+s.piece, end)
		x := buffer[:(hi-lo)*s.d]
		if err := s.read(lo, x); err != nil {
			return err
		}
		f(x, lo%blockRows == 0, hi == end)
		lo = hi
	}
	return nil
}
