package arrays

import (
	"context"
	"fmt"
	"math"

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
	bytes  []byte
	floats []float32
}

// raw is what a file has, before it is decided what it means.
type raw struct {
	examples [roles]*tensor
	labels   [roles][]labels
	notes    []string
}

func (r *raw) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// piece is how many elements are read at a time, so that memory grows with what a file really has.
const piece = 1 << 20

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
		t.bytes, err = grow[uint8](ctx, a, within)
	} else if t.floats, err = grow[float32](ctx, a, within); err == nil {
		err = t.finite()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// grow reads elements piece by piece. If a file of at most within bytes may have them all, they are
// read into one piece of memory: growing takes twice as much.
func grow[T npy.Number](ctx context.Context, a *npy.Array, within int64) ([]T, error) {
	var out []T
	if a.Left() <= within/int64(a.Type.Size()) {
		out = make([]T, 0, a.Left())
	}
	for a.Left() > 0 {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		n, more := len(out), int(min(a.Left(), piece))
		if n+more > cap(out) {
			out = append(make([]T, 0, n+int(min(a.Left(), int64(max(piece, n))))), out...)
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

// at is an element.
func (t *tensor) at(k int) float32 {
	if t.isByte() {
		return float32(t.bytes[k])
	}
	return t.floats[k]
}

// size is the number of elements.
func (t *tensor) size() int { return max(len(t.bytes), len(t.floats)) }
