package kernel

import "slices"

// columnBlock is how many columns are added up at once.
const columnBlock = 64

// rowPart is the fewest rows that a part of a sum over rows has.
const rowPart = 1024

// SumRows sums the columns of x (rows, len(dst)): dst[j] = Σ x[i,j].
//
// In float64: parts of at least 1024 rows, at most 16 of them, each from its first
// row to its last, then the parts in order.
func SumRows(dst, x []float32) {
	n := len(dst)
	if n == 0 {
		return
	}
	rows := len(x) / n
	size := partSize(rows, rowPart)
	parts := max(1, (rows+size-1)/size)
	blocks := (n + columnBlock - 1) / columnBlock
	j := begin(sumRowsPart, dst, x[:rows*n])
	j.n = n
	j.sums = slices.Grow(j.sums[:0], parts*blocks*columnBlock)[:parts*blocks*columnBlock]
	clear(j.sums)
	For(parts*blocks, 1, j.run)
	for column := range dst {
		s := 0.0
		for part := range parts {
			s += j.sums[(part*blocks+column/columnBlock)*columnBlock+column%columnBlock]
		}
		dst[column] = float32(s)
	}
	j.end()
}

// sumRowsPart sums a block of columns over a part of the rows.
func sumRowsPart(j *job, task, _ int) {
	x, rows := j.x[1], len(j.x[1])/j.n
	size, blocks := partSize(rows, rowPart), (j.n+columnBlock-1)/columnBlock
	lo, first := task%blocks*columnBlock, task/blocks*size
	sums := j.sums[task*columnBlock:][:min(columnBlock, j.n-lo)]
	vec().sumRows(sums, x[first*j.n:][min(lo, len(x)-first*j.n):], j.n, min(size, rows-first))
}

func sumRowsTwin(sums []float64, x []float32, stride, rows int) {
	for r := range rows {
		for j, v := range x[r*stride:][:len(sums)] {
			sums[j] += float64(v)
		}
	}
}
