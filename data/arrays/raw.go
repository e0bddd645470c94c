package arrays

import (
	"context"
	"fmt"
	"io"
	"math"

	"latentspace/data/compact"
	"latentspace/data/npy"
	"latentspace/internal/untrusted"
)

// The roles of parts, in the order of [Set].
const (
	train = iota
	valid
	test
	roles
)

var roleNames = [roles]string{"train", "valid", "test"}

// tensor is an array as a file has it: as bytes if its elements are, else as floats.
type tensor struct {
	name   string
	typ    npy.Type
	shape  []int
	bytes  *compact.Rows
	floats []float32

	// Of an array whose elements stay in the file: its rows, what they were seen to be, and how many
	// channels of each come first, if they do.
	kept     *npy.Rows
	seen     extent
	channels int
}

// raw is what a file has, before it is decided what it means.
type raw struct {
	examples [roles]*tensor
	labels   [roles][]labels
	notes    []string
	open     io.Closer // the file, if examples stay in it
}

func (r *raw) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// piece is how many elements are read at a time, so that memory grows with what a file really has.
const piece = 1 << 20

// pieceBytes is piece of bytes, which are copied to where they stay.
const pieceBytes = 1 << 16

// load reads the elements of an array, which a file has in at most within bytes.
func load(ctx context.Context, name string, a *npy.Array, within int64) (*tensor, error) {
	t := &tensor{name: name, typ: a.Type, shape: a.Shape}
	width := int64(4)
	if t.isByte() {
		width = 1
	}
	if left := a.Left(); left > math.MaxInt64/width {
		return nil, fmt.Errorf("%s: %w", name, untrusted.Values.Check(math.MaxInt64))
	}
	if err := untrusted.Values.Check(a.Left() * width); err != nil {
		return nil, fmt.Errorf("%s: shape %v: %w", name, a.Shape, err)
	}
	var err error
	if t.isByte() {
		t.bytes, err = readRows(ctx, a)
	} else if t.floats, err = grow(ctx, a, within); err == nil {
		err = t.finite()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// readRows reads bytes piece by piece, as rows along the first axis.
func readRows(ctx context.Context, a *npy.Array) (*compact.Rows, error) {
	rows := compact.New(rowSize(a.Shape))
	room := make([]byte, min(a.Left(), pieceBytes))
	for a.Left() > 0 {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		some := room[:min(a.Left(), pieceBytes)]
		if err := npy.Read(a, some); err != nil {
			return nil, err
		}
		rows.Write(some) // never fails
	}
	return rows.Rows(), nil
}

// rowSize is how many values a row of an array has, but at least 1.
func rowSize(shape []int) int {
	if len(shape) == 0 {
		return 1
	}
	return max(1, product(shape[1:]))
}

// grow reads numbers piece by piece. If a file of at most within bytes may have them all, they are
// read into one piece of memory: growing takes twice as much.
func grow(ctx context.Context, a *npy.Array, within int64) ([]float32, error) {
	var out []float32
	if a.Left() <= within/int64(a.Type.Size()) {
		out = make([]float32, 0, a.Left())
	}
	for a.Left() > 0 {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		n, more := len(out), int(min(a.Left(), piece))
		if n+more > cap(out) {
			out = append(make([]float32, 0, n+int(min(a.Left(), int64(max(piece, n))))), out...)
		}
		out = out[:n+more]
		if err := npy.Read(a, out[n:]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *tensor) isByte() bool { return t.typ == npy.Uint8 || t.typ == npy.Bool }

// finite returns an error with the place of a value that is no finite number.
func (t *tensor) finite() error {
	for k, v := range t.floats {
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			row := k
			if n := t.rows(); n > 0 {
				row = k / (len(t.floats) / n)
			}
			return fmt.Errorf("%s: example %d has the value %v, want finite numbers", t.name, row, v)
		}
	}
	return nil
}

// rows is the number of examples: the first size of the shape.
func (t *tensor) rows() int {
	if len(t.shape) == 0 {
		return 0
	}
	return t.shape[0]
}

// row returns the elements of an example, in room if they are bytes.
func (t *tensor) row(i int, room []float32) []float32 {
	n := t.width()
	if t.bytes == nil {
		return t.floats[i*n : (i+1)*n]
	}
	t.bytes.Floats(i, room[:n], 1)
	return room[:n]
}

// width is how many elements an example has.
func (t *tensor) width() int {
	if n := t.rows(); n > 0 {
		return t.size() / n
	}
	return 0
}

// size is the number of elements.
func (t *tensor) size() int {
	switch {
	case t.kept != nil:
		return t.kept.Len() * t.kept.Width()
	case t.bytes != nil:
		return t.bytes.Len() * t.bytes.Size()
	}
	return len(t.floats)
}
