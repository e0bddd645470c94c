package kernel

// SquaredDistance is Σ (a[i] − b[i])², in float64.
func SquaredDistance(a, b []float32) float64 { return vec().squaredDistance(a, b[:len(a)]) }

// Below writes the indices of the elements of x that are at most bound to dst, in
// rising order, and returns how many there are. It wants room for all of x and 16
// indices more.
func Below(dst []uint32, x []float32, bound float32) int {
	return vec().below(dst[:len(x)+16], x, bound)
}

// CountBelow is how many elements of x are at most low, and how many at most high.
func CountBelow(x []float32, low, high float32) (atLow, atHigh int) {
	return vec().countBelow(x, low, high)
}

func squaredDistanceTwin(a, b []float32) float64 {
	var s lanes8
	for i, v := range a {
		d := float64(v) - float64(b[i])
		s[i%8] += float64(d * d)
	}
	return s.total()
}

func belowTwin(dst []uint32, x []float32, bound float32) int {
	n := 0
	for i, v := range x {
		if v <= bound {
			dst[n] = uint32(i)
			n++
		}
	}
	return n
}

func countBelowTwin(x []float32, low, high float32) (atLow, atHigh int) {
	for _, v := range x {
		if v <= low {
			atLow++
		}
		if v <= high {
			atHigh++
		}
	}
	return atLow, atHigh
}
