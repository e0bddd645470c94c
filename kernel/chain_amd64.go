package kernel

import "unsafe"

// chainsOf adds terms to a row of sums on the portable path. Every amd64 has SSE2.
var chainsOf = (*twinTile).chainsSSE2

// chaining is the arguments of chainsSSE2, which asm/gemm counts on.
type chaining struct {
	sums   unsafe.Pointer
	strips unsafe.Pointer
	terms  unsafe.Pointer
	count  uintptr // of terms
	pairs  uintptr // of strips
	failed uintptr // strips, as bits
}

// chainsSSE2 is chains two strips at a time.
func (d *twinTile) chainsSSE2(row []float32, terms []term) (failed uint64) {
	const pair = 2 * chainColumns
	sums := row
	if len(row)%pair != 0 {
		sums = d.sums[:(len(row)+pair-1)/pair*pair]
		clear(sums[copy(sums, row):])
	}
	args := chaining{
		unsafe.Pointer(&sums[0]), unsafe.Pointer(&d.double), unsafe.Pointer(&d.terms), uintptr(len(terms)), uintptr(len(sums) / pair), 0,
	}
	chainsSSE2((*uint64)(unsafe.Pointer(&args)))
	if len(row)%pair != 0 {
		copy(row, sums)
	}
	return uint64(args.failed)
}
