package kernel

// Moments is the mean and the variance, with division by the count, of every column
// of x (rows, n): dst (2, n) has the means, then the variances.
//
// In float64 and in one pass through memory: a part of the rows, cut as in [SumRows],
// has its mean and its sum of squares M about that, and the parts are joined in order by
//
//	M = M₁ + M₂ + (μ₂ − μ₁)² n₁n₂/(n₁ + n₂)
//
// Chan, Golub and LeVeque, Updating Formulae and a Pairwise Algorithm for Computing
// Sample Variances, 1979.
func Moments(dst, x []float32) {
	n := len(dst) / 2
	if n == 0 {
		return
	}
	j := begin(func(j *job, task, _ int) {
		t := j.region(task)
		x, mean := t.of(j.x[0]), t.sums[0]
		vec().sumRows(mean, x, j.n, t.rows)
		for i := range mean {
			mean[i] /= float64(t.rows)
		}
		vec().squareRows(t.sums[1], mean, x, j.n, t.rows)
	}, x)
	j.overRegions(len(x)/n, n, 2)
	for column := range n {
		count, mean, squares := 0.0, 0.0, 0.0
		for part := range j.parts() {
			more := float64(j.partRows(part))
			share := more / (count + more)
			d := j.partial(part, 0, column) - mean
			mean += float64(d * share)
			squares += j.partial(part, 1, column) + float64(float64(d*d)*float64(count*share))
			count += more
		}
		dst[column], dst[n+column] = float32(mean), float32(squares/count)
	}
	j.end()
}

// CentredSums is, for every column of g and x (rows, n),
//
//	dst[0,j] = Σ g[i,j]    dst[1,j] = Σ g[i,j]·(x[i,j] − mean[j])
//
// in one pass, in the order of [SumRows].
func CentredSums(dst, g, x, mean []float32) {
	n := len(mean)
	if n == 0 {
		return
	}
	j := begin(func(j *job, task, _ int) {
		t := j.region(task)
		mean := t.sums[2]
		for i := range mean {
			mean[i] = float64(j.x[2][t.at%j.n+i])
		}
		vec().productRows(t.sums[0], t.sums[1], mean, t.of(j.x[0]), t.of(j.x[1]), j.n, t.rows)
	}, g, x[:len(g)], mean)
	j.overRegions(len(g)/n, n, 3)
	for i := range dst {
		s := 0.0
		for part := range j.parts() {
			s += j.partial(part, i/n, i%n)
		}
		dst[i] = float32(s)
	}
	j.end()
}

func squareRowsTwin(sums, mean []float64, x []float32, stride, rows int) {
	for r := range rows {
		for j, v := range x[r*stride:][:len(sums)] {
			d := float64(v) - mean[j]
			sums[j] += float64(d * d)
		}
	}
}

func productRowsTwin(sums, products, mean []float64, g, x []float32, stride, rows int) {
	for r := range rows {
		g, x := g[r*stride:][:len(sums)], x[r*stride:][:len(sums)]
		for j, v := range g {
			sums[j] += float64(v)
			products[j] += float64(float64(v) * (float64(x[j]) - mean[j]))
		}
	}
}
