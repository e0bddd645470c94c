package kernel

// Sums are in float64, in an order that depends on the lengths alone. Along an
// array, element i is added in lane i mod 8, and the lanes are joined by a tree.

// lanes8 are the partial sums that vectors keep.
type lanes8 [8]float64

// total joins the lanes as halves of a vector.
func (s *lanes8) total() float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// sumParts is the most parts that a sum over a long array or many rows is cut into.
const sumParts = 16

// partSize cuts n into at most sumParts parts that are not small and, but for the
// last, a multiple of eight.
func partSize(n, smallest int) int {
	return max(smallest, (n+sumParts*8-1)/(sumParts*8)*8)
}

// inParts sums the parts of a long array on all processors and adds them in order.
func inParts(x []float32, f func(x []float32) float64) float64 {
	size := partSize(len(x), elementGrain)
	if len(x) <= size {
		return f(x)
	}
	j := begin(func(j *job, lo, hi int) { j.sums[lo/j.n] = j.sum(j.part(0, lo, hi)) }, x)
	j.sum, j.n = f, size
	j.sums = append(j.sums[:0], make([]float64, sumParts)...)
	For(len(x), size, j.run)
	s := 0.0
	for _, p := range j.sums[:(len(x)+size-1)/size] {
		s += p
	}
	j.end()
	return s
}

// Sum is the sum of all values.
func Sum(x []float32) float32 { return float32(inParts(x, vec().sum)) }

// SumSquares is Σ x², in float64.
func SumSquares(x []float32) float64 { return inParts(x, vec().sumSquares) }

// SumCols sums the rows of x (len(dst), cols): dst[i] = Σ x[i,j].
func SumCols(dst, x []float32) {
	if len(dst) == 0 {
		return
	}
	j := begin(func(j *job, lo, hi int) {
		sum := vec().sum
		for r := lo; r < hi; r++ {
			j.x[0][r] = float32(sum(j.row(1, r)))
		}
	}, dst, x)
	j.byRow(len(dst), len(x)/len(dst), elementGrain)
}

// FirstNonFinite is the index of the first value that is NaN or infinite, −1 if
// there is none.
func FirstNonFinite(x []float32) int { return vec().firstNonFinite(x) }

func sumTwin(x []float32) float64 {
	var s lanes8
	for i, v := range x {
		s[i%8] += float64(v)
	}
	return s.total()
}

func sumSquaresTwin(x []float32) float64 {
	var s lanes8
	for i, v := range x {
		s[i%8] += float64(float64(v) * float64(v))
	}
	return s.total()
}

func firstNonFiniteTwin(x []float32) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}
