package kernel

// job is a loop over chunks. What it works on stands in its fields, where a closure
// would have captured it, so that a training step, which runs hundreds, makes no
// garbage.
type job struct {
	x       [5][]float32
	s       [8]float32
	n       int // columns of a matrix
	rows    int // of a matrix
	kinds   int // of sums for a column
	unary   func(dst, x []float32)
	scalar  func(dst, x []float32, c float32)
	pair    func(dst, a, b []float32)
	sum     func(x []float32) float64
	sums    []float64 // of parts
	wide    []float32 // vectors, repeated
	key     Key
	windows Windows

	body func(j *job, lo, hi int)
	run  func(lo, hi int)
}

var jobs = depot[job]{make: func() *job {
	j := &job{}
	j.run = func(lo, hi int) { j.body(j, lo, hi) }
	return j
}}

// begin returns a job over up to five arrays.
func begin(body func(j *job, lo, hi int), x ...[]float32) *job {
	j := jobs.get()
	copy(j.x[:], x)
	j.body = body
	return j
}

// do runs the job over [0, n) in chunks of grain, and gives it back.
func (j *job) do(n, grain int) {
	For(n, grain, j.run)
	j.end()
}

// end gives the job back.
func (j *job) end() {
	*j = job{run: j.run, sums: j.sums[:0], wide: j.wide[:0]}
	jobs.put(j)
}

// part returns the range [lo, hi) of array i.
func (j *job) part(i, lo, hi int) []float32 { return j.x[i][lo:hi] }

// row returns row r of array i, of which the last may be shorter.
func (j *job) row(i, r int) []float32 { return j.x[i][r*j.n : min((r+1)*j.n, len(j.x[i]))] }
