package npy

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// turn reads an array in Fortran's order to the end of the file, and continues with its elements in
// C's order. The memory grows with what the file really has.
func (a *Array) turn() error {
	size := int64(a.Type.Size())
	most := a.left * size
	b, err := io.ReadAll(io.LimitReader(a.r, most))
	if err != nil {
		return err
	}
	if n := int64(len(b)); n < most {
		return cut(fmt.Sprintf("%d elements before the end", (most-n+size-1)/size), io.ErrUnexpectedEOF)
	}
	a.r = io.MultiReader(bytes.NewReader(rows(b, int(size), a.Shape)), a.r)
	a.columns = false
	return nil
}

// rows returns the elements of an array in Fortran's order in that of C.
func rows(b []byte, size int, shape []int) []byte {
	out := make([]byte, len(b))
	step := make([]int, len(shape)) // in b, of each index
	for k, at := 0, size; k < len(shape); k++ {
		step[k] = at
		at *= shape[k]
	}
	index := make([]int, len(shape))
	from := 0
	for to := 0; to < len(out); to += size {
		copy(out[to:to+size], b[from:from+size])
		for k := len(shape) - 1; k >= 0; k-- {
			index[k]++
			from += step[k]
			if index[k] < shape[k] {
				break
			}
			from -= step[k] * shape[k]
			index[k] = 0
		}
	}
	return out
}

// swap reverses the bytes of each element.
func swap(b []byte, size int) {
	for ; len(b) > 0; b = b[size:] {
		slices.Reverse(b[:size])
	}
}
