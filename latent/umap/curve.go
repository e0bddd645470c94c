package umap

import (
	"math"

	"latentspace/nn/elementary"
)

// curve is how the similarity of two points of a map falls with their distance d,
//
//	1/(1 + a·d^(2b))
//
// in units of the spread.
type curve struct{ a, b float64 }

// fitCurve returns the curve nearest, by least squares at 300 distances from 0 to 3, to one
// that is 1 up to minDist and e^(−(d − minDist)) beyond: umap-learn's find_ab_params.
//
// It goes by the method of Levenberg and Marquardt; Marquardt, An Algorithm for Least-Squares
// Estimation of Nonlinear Parameters, SIAM 1963.
func fitCurve(minDist float64) curve {
	var d, want [300]float64
	for i := range d {
		d[i] = 3 * float64(i) / float64(len(d)-1)
		want[i] = 1
		if d[i] >= minDist {
			want[i] = elementary.Exp(minDist - d[i])
		}
	}
	c, damping := curve{1, 1}, 1e-3
	left := c.residual(d[:], want[:], nil)
	for range 200 {
		var s slopes
		c.residual(d[:], want[:], &s)
		next, ok := c.step(s, damping)
		if !ok {
			damping *= 4
			continue
		}
		r := next.residual(d[:], want[:], nil)
		if !(r <= left) {
			damping *= 4
			continue
		}
		done := math.Abs(next.a-c.a) <= 1e-12*c.a && math.Abs(next.b-c.b) <= 1e-12*c.b
		c, left, damping = next, r, damping/4
		if done {
			break
		}
	}
	return c
}

// slopes are the sums of least squares: JᵀJ, and Jᵀ times the residuals.
type slopes struct{ aa, ab, bb, a, b float64 }

// residual is the sum of the squares of what a curve leaves, and adds up the slopes of it, if they
// are wanted.
func (c curve) residual(d, want []float64, s *slopes) float64 {
	sum := 0.0
	for i, x := range d {
		if x == 0 {
			continue // where every curve is 1
		}
		power := elementary.Pow(x, 2*c.b)
		f := 1 / (1 + float64(c.a*power))
		r := f - want[i]
		sum += float64(r * r)
		if s != nil {
			ja := -power * f * f
			jb := ja * elementary.Log(x) * (c.a + c.a)
			s.aa += float64(ja * ja)
			s.ab += float64(ja * jb)
			s.bb += float64(jb * jb)
			s.a += float64(ja * r)
			s.b += float64(jb * r)
		}
	}
	return sum
}

// step solves the damped normal equations. It is not ok if the curve would fall no more.
func (c curve) step(s slopes, damping float64) (curve, bool) {
	aa, bb := s.aa*(1+damping), s.bb*(1+damping)
	det := float64(aa*bb) - float64(s.ab*s.ab)
	next := curve{
		c.a - (float64(bb*s.a)-float64(s.ab*s.b))/det,
		c.b - (float64(aa*s.b)-float64(s.ab*s.a))/det,
	}
	return next, next.a > 0 && next.b > 0
}
