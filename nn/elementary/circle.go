package elementary

import "math"

// sinSeries and cosSeries are the Taylor series in z = x², highest power first.
// On |x| ≤ π/4 what is left out is below 2⁻⁵⁰.
var (
	sinSeries = []float64{-1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6, 1}
	cosSeries = []float64{1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24, -1.0 / 2, 1}
)

// Circle returns the sine and the cosine of an angle counted in full turns, within 10⁻¹⁵
// for angles of a few turns. Those of the quarters are exact.
func Circle(turns float64) (sin, cos float64) {
	quarters := math.Floor(float64(turns*4) + 0.5)
	x := (turns - float64(quarters/4)) * (2 * math.Pi)
	z := x * x
	s, c := float64(x*horner(sinSeries, z)), horner(cosSeries, z)
	switch int(quarters) & 3 {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	default:
		return -c, s
	}
}
