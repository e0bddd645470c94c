package kernel

import (
	"slices"
	"sync"
)

// columnBlock is how many columns are added up at once.
const columnBlock = 64

// rowPart is the fewest rows that a part of a sum over rows has.
const rowPart = 1024

// rowSums keeps the memory of sums over rows.
var rowSums = sync.Pool{New: func() any { return new([][columnBlock]float64) }}

// SumRows sums the columns of x (rows, len(dst)): dst[j] = Σ x[i,j].
//
// In float64: parts of at least 1024 rows, at most 16 of them, each from its first
// row to its last, then the parts in order.
func SumRows(dst, x []float32) {
	n := len(dst)
	if n == 0 {
		return
	}
	f, rows := vec().sumRows, len(x)/n
	x = x[:rows*n]
	size := partSize(rows, rowPart)
	parts := max(1, (rows+size-1)/size)
	blocks := (n + columnBlock - 1) / columnBlock
	memory := rowSums.Get().(*[][columnBlock]float64)
	defer rowSums.Put(memory)
	*memory = slices.Grow((*memory)[:0], parts*blocks)[:parts*blocks]
	sums := *memory
	clear(sums)
	For(len(sums), 1, func(task, _ int) {
		lo, first := task%blocks*columnBlock, task/blocks*size
		f(sums[task][:min(columnBlock, n-lo)], x[first*n:][min(lo, len(x)-first*n):], n, min(size, rows-first))
	})
	for j := range dst {
		s := 0.0
		for part := range parts {
			s += sums[part*blocks+j/columnBlock][j%columnBlock]
		}
		dst[j] = float32(s)
	}
}

func sumRowsTwin(sums []float64, x []float32, stride, rows int) {
	for r := range rows {
		for j, v := range x[r*stride:][:len(sums)] {
			sums[j] += float64(v)
		}
	}
}
