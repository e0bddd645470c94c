package kernel

import "slices"

// What [Moments], [CentredSums] and [Normalise] are to the rows of a matrix, those of this file
// are to the rows of each of the matrices x (batch, rows, n): a picture's pixels, for a
// normalisation that sees each picture alone. Sums are of all rows of a matrix, from the first to
// the last, in float64.

// MomentsEach is the mean and the variance, with division by the count, of every column of each
// matrix: dst (2, batch, n) has the means, then the variances.
func MomentsEach(dst, x []float32, batch, n int) {
	j := begin(func(j *job, lo, hi int) {
		for task := lo; task < hi; task++ {
			t := j.within(task)
			mean, squares := t.sums[0], t.sums[1]
			vec().sumRows(mean, t.of(j.x[1]), j.n, t.rows)
			for i := range mean {
				mean[i] /= float64(t.rows)
			}
			vec().squareRows(squares, mean, t.of(j.x[1]), j.n, t.rows)
			for i := range mean {
				j.x[0][t.vector+i] = float32(mean[i])
				j.x[0][len(j.x[0])/2+t.vector+i] = float32(squares[i] / float64(t.rows))
			}
		}
	}, dst, x)
	j.overMatrices(len(x), batch, n, 2)
}

// CentredSumsEach is, for every column of each matrix of g and x,
//
//	dst[0,b,j] = Σ g[b,i,j]    dst[1,b,j] = Σ g[b,i,j]·(x[b,i,j] − mean[b,j])
//
// in one pass, for mean (batch, n) and dst (2, batch, n).
func CentredSumsEach(dst, g, x, mean []float32, batch, n int) {
	j := begin(func(j *job, lo, hi int) {
		for task := lo; task < hi; task++ {
			t := j.within(task)
			sums, products, mean := t.sums[0], t.sums[1], t.sums[2]
			for i := range mean {
				mean[i] = float64(j.x[3][t.vector+i])
			}
			vec().productRows(sums, products, mean, t.of(j.x[1]), t.of(j.x[2]), j.n, t.rows)
			for i := range sums {
				j.x[0][t.vector+i] = float32(sums[i])
				j.x[0][len(j.x[0])/2+t.vector+i] = float32(products[i])
			}
		}
	}, dst, g, x[:len(g)], mean)
	j.overMatrices(len(g), batch, n, 3)
}

// NormaliseEach is (x − mean)·factor + bias for each row of each matrix, with mean, factor and
// bias (batch, n). Every operation is rounded.
func NormaliseEach(dst, x, mean, factor, bias []float32, batch, n int) {
	j := begin(func(j *job, lo, hi int) {
		f := vec().normalise
		for r := lo; r < hi; r++ {
			at := r / j.rows * j.n
			f(j.row(0, r), j.row(1, r), j.x[2][at:at+j.n], j.x[3][at:at+j.n], j.x[4][at:at+j.n])
		}
	}, dst, x[:len(dst)], mean, factor, bias)
	j.rows = len(dst) / (batch * n)
	j.byRow(batch*j.rows, n, elementGrain)
}

// MulEach is x·factor for each row of each matrix, with factor (batch, n).
func MulEach(dst, x, factor []float32, batch, n int) {
	j := begin(func(j *job, lo, hi int) {
		f := vec().mul
		for r := lo; r < hi; r++ {
			f(j.row(0, r), j.row(1, r), j.x[2][r/j.rows*j.n:][:j.n])
		}
	}, dst, x[:len(dst)], factor)
	j.rows = len(dst) / (batch * n)
	j.byRow(batch*j.rows, n, elementGrain)
}

// matrixRegion is a block of columns of one of several matrices.
type matrixRegion struct {
	region
	vector int // where its values in a vector of each matrix begin
}

// overMatrices runs the job for blocks of columns of matrices of n columns, size values in all,
// with so many numbers for a column that are zero at first.
func (j *job) overMatrices(size, batch, n, sums int) {
	j.n, j.rows, j.kinds = n, size/(batch*n), sums
	tasks := batch * j.blocks()
	j.sums = slices.Grow(j.sums[:0], tasks*sums*columnBlock)[:tasks*sums*columnBlock]
	clear(j.sums)
	j.do(tasks, max(1, elementGrain/max(1, j.rows*min(n, columnBlock))))
}

// within is the block of a task.
func (j *job) within(task int) matrixRegion {
	matrix, column := task/j.blocks(), task%j.blocks()*columnBlock
	t := matrixRegion{region{rows: j.rows, at: matrix*j.rows*j.n + column}, matrix*j.n + column}
	for kind := range j.kinds {
		t.sums[kind] = j.sums[(task*j.kinds+kind)*columnBlock:][:min(columnBlock, j.n-column)]
	}
	return t
}
