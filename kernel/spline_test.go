package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// septic is the B-spline of degree 7 on the knots −4, −3 … 4, by truncated powers.
func septic(x float64) (s float64) {
	sign, binomial := 1.0, []float64{1, 8, 28, 56, 70, 56, 28, 8, 1}
	for k, b := range binomial {
		s += sign * b * math.Pow(max(0, x+4-float64(k)), 7)
		sign = -sign
	}
	return s / 5040
}

// points are n random points in the cells of a grid.
func points(n, side int) (at []int32, frac []float32) {
	random := rand.New(rand.NewPCG(uint64(n), uint64(side)))
	for range n {
		at = append(at, int32(random.IntN(side-7)*side+random.IntN(side-7)))
		frac = append(frac, random.Float32(), random.Float32())
	}
	return at, frac
}

func TestSpreadIsTheSpline(t *testing.T) {
	const side = 20
	at, frac := points(30, side)
	got, want := make([]float32, side*side), make([]float64, side*side)
	Spread(got, side, at, frac)
	for i, cell := range at {
		for r := range 8 {
			for c := range 8 {
				want[int(cell)+r*side+c] += septic(float64(frac[2*i])+3-float64(c)) * septic(float64(frac[2*i+1])+3-float64(r))
			}
		}
	}
	for i, w := range want {
		if math.Abs(float64(got[i])-w) > 1e-6 {
			t.Errorf("at %d: got %v, want %v", i, got[i], w)
		}
	}
}

func TestSlopesAreDerivatives(t *testing.T) {
	const side = 20
	at, frac := points(30, side)
	grid := make([]float32, side*side)
	Uniform(grid, Key{3})
	got := make([]float32, len(frac))
	Slopes(got, grid, side, at, frac)
	value := func(cell int32, t, u float64) (s float64) {
		for r := range 8 {
			for c := range 8 {
				s += float64(grid[int(cell)+r*side+c]) * septic(t+3-float64(c)) * septic(u+3-float64(r))
			}
		}
		return s
	}
	const h = 1e-5
	for i, cell := range at {
		x, y := float64(frac[2*i]), float64(frac[2*i+1])
		along := (value(cell, x+h, y) - value(cell, x-h, y)) / (2 * h)
		across := (value(cell, x, y+h) - value(cell, x, y-h)) / (2 * h)
		if math.Abs(along-float64(got[2*i])) > 2e-6 || math.Abs(across-float64(got[2*i+1])) > 2e-6 {
			t.Errorf("point %d: got %v, want %v, %v", i, got[2*i:2*i+2], along, across)
		}
	}
}

// Nothing is written but the eight elements of eight rows, and the slopes.
func TestSplinesHaveTheSameBits(t *testing.T) {
	const side = 32
	at, frac := points(100, side)
	var wantGrid, wantSlope []float32
	everyPath(t, func(t *testing.T) {
		const guard = 5
		grid, slope := make([]float32, side*side+2*guard), make([]float32, len(frac)+2*guard)
		for _, x := range [][]float32{grid, slope} {
			for i := range guard {
				x[i], x[len(x)-1-i] = 7, 7
			}
		}
		inner := grid[guard : guard+side*side]
		Spread(inner, side, at, frac)
		Slopes(slope[guard:guard+len(frac)], inner, side, at, frac)
		Spread(inner, side, nil, nil)
		Slopes(nil, inner, side, nil, nil)
		if wantGrid == nil {
			wantGrid, wantSlope = grid, slope
		}
		if !equal(grid, wantGrid) {
			t.Error("Spread: other bits")
		}
		if !equal(slope, wantSlope) {
			t.Error("Slopes: other bits")
		}
		for _, x := range [][]float32{grid, slope} {
			for i := range guard {
				if x[i] != 7 || x[len(x)-1-i] != 7 {
					t.Error("written outside")
				}
			}
		}
	})
}

func TestSplineTransformIsTheSum(t *testing.T) {
	for _, x := range []float64{0, 0.3, 1, 2, math.Pi} {
		want := 0.0
		for j := -3; j <= 3; j++ {
			want += septic(float64(j)) * math.Cos(float64(j)*x)
		}
		if got := SplineTransform(x); math.Abs(got-want) > 1e-12 {
			t.Errorf("at %v: got %v, want %v", x, got, want)
		}
	}
}
