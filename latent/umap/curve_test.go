package umap

import (
	"math"
	"testing"

	"latentspace/kernel"
)

// The figures are umap-learn 0.5.12's, for a spread of 1 but in the last row; there it is 0.5, and a is
// converted to its unit:
//
//	from umap.umap_ import find_ab_params
//	for m, s in (.1, 1), (0, 1), (.5, 1), (.99, 1): print(find_ab_params(s, m))
//	a, b = find_ab_params(.5, .1); print(a*.5**(2*b), b)
func TestTheCurveIsThatOfUMAPLearn(t *testing.T) {
	for _, c := range []struct{ minDist, a, b float64 }{
		{0.1, 1.5769434602697652, 0.8950608778515733},
		{0, 1.93280839734315, 0.7904949732233831},
		{0.5, 0.5830300203414425, 1.3341669924314914},
		{0.99, 0.11930529992407873, 1.9163904168802517},
		{0.2, 5.069309329123478 * math.Pow(0.5, 2*1.0030054228261729), 1.0030054228261729},
	} {
		got := fitCurve(c.minDist)
		if math.Abs(got.a-c.a) > 1e-5*c.a || math.Abs(got.b-c.b) > 1e-5*c.b {
			t.Errorf("least distance %v: got %v, want %v and %v", c.minDist, got, c.a, c.b)
		}
	}
}

// The slope of the potential by s is −½·push, and it falls to nothing.
func TestThePotentialIsWhatThePushIsTheSlopeOf(t *testing.T) {
	for _, minDist := range []float64{0, 0.1, 0.9} {
		c := fitCurve(minDist)
		p := newPotential(c)
		for _, s := range []float64{1e-9, 1e-4, 0.03, 0.2, 1, 7.3, 400, 1e6} {
			h := 1e-3 * s
			got, want := (p.at(s+h)-p.at(s-h))/(2*h), -0.5*c.push(s)
			if math.Abs(got-want) > 2e-5*math.Abs(want)+1e-9/s {
				t.Errorf("least distance %v, s %v: slope %v, want %v", minDist, s, got, want)
			}
		}
		if p.at(0) != p.at(1e-300) || !(p.at(1e30) >= 0 && p.at(1e30) < 1e-6) || !(p.at(0) > 1 && p.at(0) < 10) {
			t.Errorf("least distance %v: %v at 0, %v far away", minDist, p.at(0), p.at(1e30))
		}
	}
}

// pushes is the sum over all pairs.
func pushes(c curve, y []float32) []float64 {
	f := make([]float64, len(y))
	for i := 0; i < len(y); i += 2 {
		for j := 0; j < len(y); j += 2 {
			dx, dy := float64(y[i])-float64(y[j]), float64(y[i+1])-float64(y[j+1])
			r := c.push(dx*dx+dy*dy) / 2
			f[i] += r * dx
			f[i+1] += r * dy
		}
	}
	return f
}

func TestTheFieldIsTheSumOfAllPushes(t *testing.T) {
	for _, minDist := range []float64{0, 0.1, 0.9} {
		for _, c := range []struct {
			deviation float32
			most      float64 // relative error
		}{{0.1, 0.005}, {1, 0.001}, {4, 0.002}, {12, 0.01}} {
			const n = 1000
			curve := fitCurve(minDist)
			y, got := make([]float32, 2*n), make([]float32, 2*n)
			kernel.Normal(y, kernel.Seed(2, "y"))
			kernel.Scale(y, y, c.deviation)
			newField(n, curve, 5).forces(0, y, got)
			e, s := 0.0, 0.0
			for i, w := range pushes(curve, y) {
				e += (float64(got[i]) - w) * (float64(got[i]) - w)
				s += w * w
			}
			if off := math.Sqrt(e / s); !(off < c.most) {
				t.Errorf("least distance %v, deviation %v: off by %.2g, want at most %v", minDist, c.deviation, off, c.most)
			}
		}
	}
}
