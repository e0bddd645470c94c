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
	j := begin(func(j *job, task, _ int) {
		t := j.region(task)
		vec().sumRows(t.sums[0], t.of(j.x[1]), j.n, t.rows)
	}, dst, x)
	j.overRegions(len(x)/n, n, 1)
	for column := range dst {
		s := 0.0
		for part := range j.parts() {
			s += j.partial(part, 0, column)
		}
		dst[column] = float32(s)
	}
	j.end()
}

// region is a block of columns of a part of the rows of a matrix.
type region struct {
	rows int
	at   int // where it begins
	sums [regionSums][]float64
}

// regionSums is the most numbers that a task keeps for a column: sums, and what they
// are taken about.
const regionSums = 3

// overRegions runs the job for each region of a matrix, with so many numbers for a
// column that are zero at first.
func (j *job) overRegions(rows, n, sums int) {
	j.n, j.rows, j.kinds = n, rows, sums
	tasks := j.parts() * j.blocks()
	j.sums = slices.Grow(j.sums[:0], tasks*sums*columnBlock)[:tasks*sums*columnBlock]
	clear(j.sums)
	For(tasks, 1, j.run)
}

func (j *job) parts() int {
	size := partSize(j.rows, rowPart)
	return max(1, (j.rows+size-1)/size)
}

func (j *job) blocks() int { return (j.n + columnBlock - 1) / columnBlock }

// partRows is how many rows a part has.
func (j *job) partRows(part int) int {
	size := partSize(j.rows, rowPart)
	return min(size, j.rows-part*size)
}

// region is that of a task.
func (j *job) region(task int) region {
	part, column := task/j.blocks(), task%j.blocks()*columnBlock
	t := region{rows: j.partRows(part), at: part*partSize(j.rows, rowPart)*j.n + column}
	for kind := range j.kinds {
		t.sums[kind] = j.sums[(task*j.kinds+kind)*columnBlock:][:min(columnBlock, j.n-column)]
	}
	return t
}

// of is a matrix from the region on.
func (t *region) of(x []float32) []float32 { return x[min(t.at, len(x)):] }

// partial is a sum of a column in a part of the rows.
func (j *job) partial(part, kind, column int) float64 {
	task := part*j.blocks() + column/columnBlock
	return j.sums[(task*j.kinds+kind)*columnBlock+column%columnBlock]
}

func sumRowsTwin(sums []float64, x []float32, stride, rows int) {
	for r := range rows {
		for j, v := range x[r*stride:][:len(sums)] {
			sums[j] += float64(v)
		}
	}
}
