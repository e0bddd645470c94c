package kernel

// Sums are in float64. Long ones are cut into chunks of a fixed size, whose sums
// are added in order.

// columnBlock is how many columns SumRows adds up at once.
const columnBlock = 64

// SumRows sums the columns of x (rows, len(dst)): dst[j] = Σ x[i,j].
func SumRows(dst, x []float32) {
	n := len(dst)
	For(n, columnBlock, func(lo, hi int) {
		var sums [columnBlock]float64
		for r := 0; r < len(x); r += n {
			for j, v := range x[r+lo : r+hi] {
				sums[j] += float64(v)
			}
		}
		for j := range dst[lo:hi] {
			dst[lo+j] = float32(sums[j])
		}
	})
}

// SumCols sums the rows of x (len(dst), cols): dst[i] = Σ x[i,j].
func SumCols(dst, x []float32) {
	n := len(x) / len(dst)
	byRow(len(dst), n, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			dst[r] = float32(sum(x[r*n : (r+1)*n]))
		}
	})
}

// Sum is the sum of all values.
func Sum(x []float32) float32 { return float32(sum(x)) }

// sum adds in four interleaved sums, which a processor can do at once.
func sum(x []float32) float64 {
	var s [4]float64
	for ; len(x) >= 4; x = x[4:] {
		s[0] += float64(x[0])
		s[1] += float64(x[1])
		s[2] += float64(x[2])
		s[3] += float64(x[3])
	}
	for i, v := range x {
		s[i] += float64(v)
	}
	return s[0] + s[1] + (s[2] + s[3])
}

// SumSquares is Σ x², in float64.
func SumSquares(x []float32) float64 {
	var s [4]float64 // a square of a float32 is exact
	for ; len(x) >= 4; x = x[4:] {
		s[0] += float64(float64(x[0]) * float64(x[0]))
		s[1] += float64(float64(x[1]) * float64(x[1]))
		s[2] += float64(float64(x[2]) * float64(x[2]))
		s[3] += float64(float64(x[3]) * float64(x[3]))
	}
	for i, v := range x {
		s[i] += float64(float64(v) * float64(v))
	}
	return s[0] + s[1] + (s[2] + s[3])
}

// FirstNonFinite is the index of the first value that is NaN or infinite, −1 if
// there is none.
func FirstNonFinite(x []float32) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}
