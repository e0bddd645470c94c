package umap

import (
	"math"
	"testing"

	"latentspace/kernel"
)

// inSpace is n normal points.
func inSpace(n int) []float32 {
	y := make([]float32, 3*n)
	kernel.Normal(y, kernel.Seed(4, "y"))
	kernel.Scale(y, y, 2)
	return y
}

// pushesInSpace is the sum over all pairs, by the number of points.
func pushesInSpace(c curve, y []float32) []float64 {
	f := make([]float64, len(y))
	for i := 0; i < len(y); i += 3 {
		for j := 0; j < len(y); j += 3 {
			s, d := 0.0, [3]float64{}
			for k := range d {
				d[k] = float64(y[i+k]) - float64(y[j+k])
				s += d[k] * d[k]
			}
			for k := range d {
				f[i+k] += 3 / float64(len(y)) * c.push(s) * d[k]
			}
		}
	}
	return f
}

// Few points all push in every epoch, and of many those that are drawn push like all, in the mean.
func TestDrawnPointsStandForAll(t *testing.T) {
	for _, c := range []struct {
		n, epochs int
		most      float64
	}{{drawn, 1, 1e-5}, {77, 1, 1e-5}, {4 * drawn, 1000, 0.02}} {
		curve, y := fitCurve(0.1), inSpace(c.n)
		d := newDraws(c.n, curve, 1, 9)
		mean, push := make([]float64, len(y)), make([]float32, len(y))
		for e := range c.epochs {
			d.forces(e, y, push)
			for i, v := range push {
				mean[i] += float64(d.factor()) * float64(v) / float64(c.epochs)
			}
		}
		off, size := 0.0, 0.0
		for i, want := range pushesInSpace(curve, y) {
			off += (mean[i] - want) * (mean[i] - want)
			size += want * want
		}
		if got := math.Sqrt(off / size); !(got < c.most) {
			t.Errorf("%d points: off by %v, want at most %v", c.n, got, c.most)
		}
	}
}

func TestStrengthsAreThoseOfTheCurve(t *testing.T) {
	for _, minDist := range []float64{0, 0.1, 0.9} {
		c := fitCurve(minDist)
		table := newStrengths(c)
		for _, s := range []float32{0x1p-30, 1e-6, 0.01, 0.3, 1, 1.999, 40, 9e5} {
			if got, want := float64(table.at(s)), c.strength(float64(s)); math.Abs(got-want) > 1e-3*want {
				t.Errorf("least distance %v, s %v: got %v, want %v", minDist, s, got, want)
			}
		}
		if table.at(0) != table.at(1e-20) || table.at(1e30) != table.at(float32(math.Inf(1))) {
			t.Errorf("least distance %v: the table does not end in constants", minDist)
		}
		table.at(float32(math.NaN())) // must not panic
	}
}

// The pull in space is that in the plane, where all points are in one.
func TestThePullInSpaceIsThatInThePlane(t *testing.T) {
	const n = 50
	c, y := fitCurve(0.1), inSpace(n)
	plane := make([]float32, 2*n)
	springs := newSprings(n, 16)
	for i := range n {
		y[3*i+2] = 0
		copy(plane[2*i:2*i+2], y[3*i:])
		for e := range 16 {
			springs.Columns[16*i+e], springs.Values[16*i+e] = uint32((i+e*e)%n), float32(e)/16
		}
	}
	want, got := make([]float32, 2*n), make([]float32, 3*n)
	kernel.AttractCurve(want, plane, plane, springs, c.kernel())
	newStrengths(c).attract(got, y, y, springs)
	for i := range n {
		for k, v := range []float32{want[2*i], want[2*i+1], 0} {
			if math.Abs(float64(got[3*i+k]-v)) > 2e-3 {
				t.Errorf("force on point %d along %d: got %v, want %v", i, k, got[3*i+k], v)
			}
		}
	}
}
