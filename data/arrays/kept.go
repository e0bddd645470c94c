package arrays

import (
	"context"
	"fmt"
	"math"
	"os"

	"latentspace/data/npy"
	"latentspace/example"
)

// Kept is examples that stay in their file, from which each is read when it is asked for. It is safe for
// concurrent use.
type Kept struct {
	rows     *npy.Rows
	scale    scaling
	divided  bool // bytes are in [0, 1]
	channels int  // that come first in the file, 0 for none
}

// Read writes the values of example i to dst, as [Part.Bytes] and [Part.Floats] have them.
func (k *Kept) Read(i int, dst []float32) error {
	if err := k.raw(i, dst); err != nil {
		return err
	}
	by := k.scale.by
	if k.divided {
		by = math.MaxUint8
	}
	if by != 1 {
		for j := range dst {
			dst[j] /= by
		}
	}
	return nil
}

// ReadBytes writes the bytes of example i to dst, as [Part.Bytes] has them, of examples that are such:
// see [Kept.IsBytes]. Room is as long.
func (k *Kept) ReadBytes(i int, dst []byte, room []float32) error {
	if err := k.raw(i, room); err != nil {
		return err
	}
	for j, v := range room {
		dst[j] = byte(v)
	}
	return nil
}

// IsBytes reports whether an example is bytes.
func (k *Kept) IsBytes() bool { return k.scale.bytes }

// raw writes the numbers of example i as the file has them, with the channels of a pixel side by side.
func (k *Kept) raw(i int, dst []float32) error {
	if err := k.rows.Read(i, dst); err != nil {
		return err
	}
	if k.channels > 1 {
		turn(dst, make([]float32, len(dst)), k.channels)
	}
	return nil
}

// keep opens a .npy file of size bytes whose examples stay in it, and looks at every number once.
func keep(ctx context.Context, f *os.File, size int64) (*tensor, error) {
	rows, err := npy.OpenRows(f, size, "array")
	if err != nil {
		return nil, err
	}
	t := &tensor{name: "the array", typ: rows.Type, shape: rows.Shape, kept: rows}
	if rows.Width() == 0 {
		return t, nil
	}
	t.seen = nothingSeen
	some := make([]float32, max(1, piece/rows.Width())*rows.Width())
	for at := 0; at < rows.Len(); {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		n := min(len(some)/rows.Width(), rows.Len()-at)
		part := some[:n*rows.Width()]
		if err := rows.Read(at, part); err != nil {
			return nil, err
		}
		for k, v := range part {
			if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, fmt.Errorf("%s: example %d has the value %v, want finite numbers", t.name, at+k/rows.Width(), v)
			}
			t.seen.add(v)
		}
		at += n
	}
	return t, nil
}

// inMemory is how many bytes the elements of a .npy file take in memory, 0 if its header is broken.
func inMemory(f *os.File, size int64) int64 {
	rows, err := npy.OpenRows(f, size, "array")
	if err != nil {
		return 0
	}
	n := int64(rows.Len()) * int64(rows.Width())
	if rows.Type == npy.Uint8 || rows.Type == npy.Bool {
		return n
	}
	return 4 * n
}

// keptPart is the part of a tensor that stays in its file.
func (s scaling) keptPart(t *tensor, kind example.Kind) *Kept {
	return &Kept{rows: t.kept, scale: s, divided: s.bytes && kind == example.Unit, channels: t.channels}
}
