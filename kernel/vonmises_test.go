package kernel

import (
	"math"
	"testing"
)

// Values in closed form: on the sphere in three dimensions I_½ is a hyperbolic sine, so that order 0 is
// ln sinh(κ)/κ, the mean coth κ − 1/κ, and the share below an angle (e^κ − e^(κ·cos θ))/(e^κ − e^−κ).
func TestVonMisesInThreeDimensions(t *testing.T) {
	for _, k := range []float64{1e-3, 0.5, 1, 7, 50, 700, 1e5} {
		kappa := []float32{float32(k)}
		k := float64(kappa[0])
		logSinh := k + math.Log1p(-math.Exp(-2*k)) - math.Ln2
		coth := (1 + math.Exp(-2*k)) / -math.Expm1(-2*k)
		variance := 1/(k*k) - 1/math.Pow(math.Sinh(k), 2)
		if k < 0.01 {
			variance = 1.0 / 3
		}
		got := make([]float32, 1)
		for order, want := range []float64{logSinh - math.Log(k), coth - 1/k, variance} {
			VonMisesCumulant(got, kappa, 3, order)
			if math.Abs(float64(got[0])-want) > 3e-7*max(1e-3, math.Abs(want)) {
				t.Errorf("κ = %v: cumulant %d is %v, want %v", k, order, got[0], want)
			}
		}
		for _, u := range []float32{1e-6, 0.01, 0.3, 0.5, 0.9, 0.999999} {
			pair := make([]float32, 2)
			VonMises(pair, kappa, []float32{u}, 3)
			// 1 − cos θ = −ln(1 − u·(1 − e^−2κ))/κ = x/κ: sin² θ/2 is a half of it
			x := -math.Log1p(float64(u)*math.Expm1(-2*k)) / k
			cos, sin := 1-x, math.Sqrt(x*(2-x))
			if math.Abs(float64(pair[0])-cos) > 2e-7 || math.Abs(float64(pair[1])-sin) > 1e-6*sin {
				t.Errorf("κ = %v, u = %v: got %v, want %v and %v", k, u, pair, cos, sin)
			}
		}
	}
}

// besselI is the series of I_ν(x).
func besselI(nu, x float64) float64 {
	gamma, _ := math.Lgamma(nu + 1)
	term := math.Exp(nu*math.Log(x/2) - gamma)
	sum := 0.0
	for k := 1.0; term > sum*1e-18; k++ {
		sum += term
		term *= x * x / 4 / (k * (k + nu))
	}
	return sum
}

func TestCumulantsAreThoseOfBesselFunctions(t *testing.T) {
	for _, dim := range []int{2, 3, 4, 10, 51} {
		nu := float64(dim)/2 - 1
		for _, k := range []float32{0.01, 1, 10, 60} {
			gamma, _ := math.Lgamma(nu + 1)
			x := float64(k)
			a := besselI(nu+1, x) / besselI(nu, x)
			b := 1 - a*a - (float64(dim)-1)/x*a // its derivative
			want := []float64{
				gamma + nu*math.Log(2/x) + math.Log(besselI(nu, x)), a, b,
				-2*a*b - (float64(dim)-1)*(b/x-a/(x*x)),
			}
			for order, w := range want {
				got := make([]float32, 1)
				VonMisesCumulant(got, []float32{k}, dim, order)
				if math.Abs(float64(got[0])-w) > 2e-6*max(0.01, math.Abs(w)) {
					t.Errorf("dim %d, κ = %v: cumulant %d is %v, want %v", dim, k, order, got[0], w)
				}
			}
		}
	}
}

// With κ = 0 in two and four dimensions the angle is uniform, and θ/π − sin(2θ)/2π is the share below
// it; the slope is a difference of quantiles for κ that are apart.
func TestQuantilesOfVonMises(t *testing.T) {
	for _, u := range []float32{0.001, 0.2, 0.5, 0.87} {
		pair := make([]float32, 2)
		VonMises(pair, []float32{0}, []float32{u}, 2)
		if theta := math.Atan2(float64(pair[1]), float64(pair[0])); math.Abs(theta-math.Pi*float64(u)) > 1e-6 {
			t.Errorf("in two dimensions the angle of the share %v is %v", u, theta)
		}
		VonMises(pair, []float32{0}, []float32{u}, 4)
		theta := math.Atan2(float64(pair[1]), float64(pair[0]))
		if got := (theta - math.Sin(2*theta)/2) / math.Pi; math.Abs(got-float64(u)) > 1e-6 {
			t.Errorf("in four dimensions below the angle of the share %v are %v", u, got)
		}
		for _, dim := range []int{2, 3, 7, 100} {
			for _, k := range []float32{0.5, 8, 300} {
				var ends [2][]float32
				h := k / 64
				for i, k := range []float32{k - h, k + h} {
					ends[i] = make([]float32, 2)
					VonMises(ends[i], []float32{k}, []float32{u}, dim)
				}
				slope := make([]float32, 2)
				VonMisesSlope(slope, []float32{k}, []float32{u}, dim)
				for j, got := range slope {
					want := float64(ends[1][j]-ends[0][j]) / float64(2*h)
					if math.Abs(float64(got)-want) > 1e-3*math.Abs(want)+3e-7/float64(h) {
						t.Errorf("dim %d, κ = %v, u = %v: slope %d is %v, want %v", dim, k, u, j, got, want)
					}
				}
			}
		}
	}
}

func TestVonMisesOfWhatIsNoConcentration(t *testing.T) {
	kappa := []float32{-1, float32(math.NaN()), float32(math.Inf(1)), 1, 1, 1, 3e38}
	u := []float32{0.5, 0.5, 0.5, 0, 1, float32(math.NaN()), 0.5}
	pairs, cumulants := make([]float32, 14), make([]float32, 7)
	VonMises(pairs, kappa, u, 5)
	VonMisesCumulant(cumulants, kappa, 5, 1)
	for i := range kappa {
		is := pairs[2*i] == pairs[2*i]
		if want := i == 6; is != want {
			t.Errorf("κ = %v, u = %v: %v", kappa[i], u[i], pairs[2*i:2*i+2])
		}
		if is, want := cumulants[i] == cumulants[i], i > 2; is != want {
			t.Errorf("κ = %v: mean %v", kappa[i], cumulants[i])
		}
	}
}

func BenchmarkVonMises(b *testing.B) {
	kappa, u, y := make([]float32, 128), make([]float32, 128), make([]float32, 256)
	for i := range kappa {
		kappa[i], u[i] = float32(i+1), (float32(i)+0.5)/128
	}
	for b.Loop() {
		VonMises(y, kappa, u, 10)
		VonMisesSlope(y, kappa, u, 10)
	}
}
