package kernel

import "unsafe"

// ownChains are those of this architecture. Every amd64 has SSE2.
var ownChains = &chainLoops{(*twinTile).widenSSE2, (*twinTile).listSSE2, (*twinTile).chainsSSE2}

// pair is the columns that the assembly computes at once.
const pair = 2 * chainColumns

// widening is the arguments of widenSSE2, which asm/gemm counts on.
type widening struct {
	to, from    unsafe.Pointer
	pairs       uintptr
	least, most float64
}

func (d *twinTile) widenSSE2(k int, from []float32) (least, most float64) {
	from = d.pad(from)
	args := widening{to: unsafe.Pointer(&d.double[0][k]), from: unsafe.Pointer(&from[0]), pairs: uintptr(len(from) / pair)}
	widenSSE2((*uint64)(unsafe.Pointer(&args)))
	return args.least, args.most
}

// pad returns a row, or if it ends within a pair a copy with zeros behind.
func (d *twinTile) pad(row []float32) []float32 {
	if len(row)%pair == 0 {
		return row
	}
	padded := d.padded[:(len(row)+pair-1)/pair*pair]
	clear(padded[copy(padded, row):])
	return padded
}

// listing is the arguments of listSSE2.
type listing struct {
	to, from    unsafe.Pointer
	at          unsafe.Pointer
	count       uintptr
	end         uintptr
	least, most float64
}

func (d *twinTile) listSSE2(a unsafe.Pointer) (n int, least, most float64) {
	args := listing{to: unsafe.Pointer(&d.terms), from: a, at: unsafe.Pointer(&d.a), count: uintptr(d.count)}
	listSSE2((*uint64)(unsafe.Pointer(&args)))
	return int((args.end - uintptr(args.to)) / unsafe.Sizeof(term{})), args.least, args.most
}

// chaining is the arguments of chainsSSE2.
type chaining struct {
	sums, strips, terms unsafe.Pointer
	count, pairs        uintptr
	failed              uintptr
}

func (d *twinTile) chainsSSE2(row []float32, terms []term) (failed uint64) {
	sums := d.pad(row)
	args := chaining{
		sums: unsafe.Pointer(&sums[0]), strips: unsafe.Pointer(&d.double), terms: unsafe.Pointer(&d.terms),
		count: uintptr(len(terms)), pairs: uintptr(len(sums) / pair),
	}
	chainsSSE2((*uint64)(unsafe.Pointer(&args)))
	if len(sums) != len(row) {
		copy(row, sums)
	}
	return uint64(args.failed)
}
