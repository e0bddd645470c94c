package elementary

import "math"

// Hypot is √(x² + y²), within 2 ulps, without overflow on the way. It is +Inf if either is
// infinite, and NaN otherwise if either is.
func Hypot(x, y float64) float64 {
	high, low := math.Abs(x), math.Abs(y)
	switch {
	case math.IsInf(high, 1) || math.IsInf(low, 1):
		return math.Inf(1)
	case high != high || low != low:
		return math.NaN()
	}
	if high < low {
		high, low = low, high
	}
	if high == 0 {
		return 0
	}
	low /= high
	return high * math.Sqrt(1+float64(low*low))
}
