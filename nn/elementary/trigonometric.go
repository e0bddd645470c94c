package elementary

import "math"

// The polynomials of Moshier's Cephes library, which package math has too: (sin z − z)/z³
// and (cos z − 1 + z²/2)/z⁴ in z² for |z| ≤ π/4, highest power first; π/4 in three parts;
// and how far the parts reach.
var (
	sinTerms = []float64{
		1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6,
		-1.98412698295895385996e-4, 8.33333333332211858878e-3, -1.66666666666666307295e-1,
	}
	cosTerms = []float64{
		-1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7,
		2.48015872888517045348e-5, -1.38888888888730564116e-3, 4.16666666666665929218e-2,
	}
)

const (
	quarterPi1 = 7.85398125648498535156e-1
	quarterPi2 = 3.77489470793079817668e-8
	quarterPi3 = 2.69515142907905952645e-15
	farthest   = 1 << 29
)

// octant returns z in [−π/4, π/4] and the even number of eighths of a turn that x ≥ 0 is
// beyond it, below 8. From 2²⁹ on x is first taken modulo the float64 next to 2π.
func octant(x float64) (eighths int, z float64) {
	if x >= farthest {
		x = math.Mod(x, 2*math.Pi)
	}
	j := int(float64(x * (4 / math.Pi)))
	j += j & 1
	y := float64(j)
	return j & 7, ((x - float64(y*quarterPi1)) - float64(y*quarterPi2)) - float64(y*quarterPi3)
}

func sinNear(z float64) float64 {
	zz := float64(z * z)
	return z + float64(float64(z*zz)*horner(sinTerms, zz))
}

func cosNear(z float64) float64 {
	zz := float64(z * z)
	return 1 - float64(0.5*zz) + float64(float64(zz*zz)*horner(cosTerms, zz))
}

// Sin is the sine of an angle in radians, within 2 ulps up to π/4 and within 2⁻⁵² up to
// 10²; NaN of what is not finite. Up to 2²⁹ its bits are those that [math.Sin] has where no
// operation is fused.
func Sin(x float64) float64 {
	if x != x || math.IsInf(x, 0) {
		return math.NaN()
	}
	y := 0.0
	switch eighths, z := octant(math.Abs(x)); eighths {
	case 0:
		y = sinNear(z)
	case 2:
		y = cosNear(z)
	case 4:
		y = -sinNear(z)
	default:
		y = -cosNear(z)
	}
	if math.Signbit(x) {
		y = -y
	}
	return y
}

// Cos is the cosine of an angle in radians, as accurate as [Sin].
func Cos(x float64) float64 {
	if x != x || math.IsInf(x, 0) {
		return math.NaN()
	}
	switch eighths, z := octant(math.Abs(x)); eighths {
	case 0:
		return cosNear(z)
	case 2:
		return -sinNear(z)
	case 4:
		return -cosNear(z)
	default:
		return sinNear(z)
	}
}

// The rational function of Cephes for (atan x − x)/x³ in x² on [0, 0.66], highest power
// first.
var (
	atanTop    = []float64{-8.750608600031904122785e-01, -1.615753718733365076637e+01, -7.500855792314704667340e+01, -1.228866684490136173410e+02, -6.485021904942025371773e+01}
	atanBottom = []float64{1, 2.485846490142306297962e+01, 1.650270098316988542046e+02, 4.328810604912902668951e+02, 4.853903996359136964868e+02, 1.945506571482613964425e+02}
)

func atanNear(x float64) float64 {
	z := float64(x * x)
	z = float64(z*horner(atanTop, z)) / horner(atanBottom, z)
	return float64(x*z) + x
}

// atan is that of x ≥ 0.
func atan(x float64) float64 {
	const rest = 6.123233995736765886130e-17 // of π/2 beyond its float64
	switch {
	case x <= 0.66:
		return atanNear(x)
	case x > 2.41421356237309504880: // tan 3π/8
		return math.Pi/2 - atanNear(1/x) + rest
	}
	return math.Pi/4 + atanNear((x-1)/(x+1)) + 0.5*rest
}

// Atan2 is the angle of the point (x, y) with the positive x axis, in [−π, π], within
// 2 ulps; NaN if either is. Its sign is that of y. Of two infinities or two zeros it is the
// multiple of π/4 or of π that [math.Atan2] gives.
func Atan2(y, x float64) float64 {
	if x != x || y != y {
		return math.NaN()
	}
	a, b := math.Abs(y), math.Abs(x)
	angle := 0.0
	switch {
	case math.IsInf(a, 1) && math.IsInf(b, 1):
		angle = math.Pi / 4
	case a == 0:
		angle = 0
	case b == 0:
		angle = math.Pi / 2
	default:
		angle = atan(a / b)
	}
	if math.Signbit(x) {
		angle = math.Pi - angle
	}
	return math.Copysign(angle, y)
}
