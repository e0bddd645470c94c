package kernel

import (
	"math"
	"testing"

	"latentspace/nn/elementary"
)

// functions are the elementary functions, with what package math says. An error is
// in units in the last place of the float32 result.
var functions = []struct {
	name   string
	run    func(dst, x []float32)
	want   func(x float64) float64
	lo, hi float64 // where the sweep is dense
	ulp    float64
}{
	{"exp", Exp, math.Exp, -104, 89, 0.51},
	{"log", Log, math.Log, 0, 4, 0.51},
	{"tanh", Tanh, math.Tanh, -10, 10, 0.51},
	{"sigmoid", Sigmoid, func(x float64) float64 {
		if x < 0 {
			return math.Exp(x) / (1 + math.Exp(x))
		}
		return 1 / (1 + math.Exp(-x))
	}, -104, 20, 0.51},
	{"softplus", Softplus, func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, -104, 20, 0.51},
	{"erf", Erf, math.Erf, -4.5, 4.5, 0.51},
	{"sin", Sin, within100(math.Sin, elementary.Sin), -100, 100, 0.51},
	{"cos", Cos, within100(math.Cos, elementary.Cos), -100, 100, 0.51},
	{"elu", func(dst, x []float32) { ELU(dst, x, 0.75) }, func(x float64) float64 {
		if x > 0 {
			return x
		}
		return 0.75 * math.Expm1(x)
	}, -20, 1, 0.51},
	{"bounded exp", func(dst, x []float32) { ExpBounded(dst, x, 3) }, func(x float64) float64 {
		if x > 3 {
			return math.Exp(3) * (1 + x - 3)
		}
		return math.Exp(x)
	}, -104, 20, 0.51},
	{"sqrt", Sqrt, math.Sqrt, 0, 10, 0.5},
	{"reciprocal", Reciprocal, func(x float64) float64 { return 1 / x }, -10, 10, 0.5},
	{"square", Square, func(x float64) float64 { return x * x }, -10, 10, 0.5},
	{"relu", ReLU, func(x float64) float64 { return max(x, 0) }, -10, 10, 0},
	{"leaky relu", func(dst, x []float32) { LeakyReLU(dst, x, 0.25) }, func(x float64) float64 { return max(x, 0.25*x) }, -10, 10, 0.5},
	{"scale", func(dst, x []float32) { Scale(dst, x, -3) }, func(x float64) float64 { return -3 * x }, -10, 10, 0.5},
	{"add scalar", func(dst, x []float32) { AddScalar(dst, x, -3) }, func(x float64) float64 { return x - 3 }, -10, 10, 0.5},
}

// within100 is want for angles up to 100, for which it is accurate, and beyond what the kernel rounds.
func within100(want, beyond func(float64) float64) func(float64) float64 {
	return func(x float64) float64 {
		if math.Abs(x) <= 100 {
			return want(x)
		}
		return beyond(x)
	}
}

// ulps is the distance of a float32 from a float64 in units of the last place.
func ulps(got float32, want float64) float64 {
	w := float32(want)
	if same(got, w) || w == 0 && got == 0 {
		if math.IsInf(float64(w), 0) || w != w {
			return 0
		}
		return math.Abs(float64(got)-want) / unit(w)
	}
	return math.Abs(float64(got)-want) / unit(w)
}

// unit is the distance of float32s around w.
func unit(w float32) float64 {
	_, e := math.Frexp(float64(w))
	return math.Ldexp(1, max(e-24, -149))
}

func TestElementaryFunctions(t *testing.T) {
	const dense = 80_000
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				n := dense
				if Path() == "portable" {
					n /= 10
				}
				x := make([]float32, 0, 2*n+len(specials))
				x = append(x, specials...)
				for i := range n {
					x = append(x, float32(f.lo+(f.hi-f.lo)*float64(i)/float64(n)))
					x = append(x, math.Float32frombits(uint32(mix(uint64(i)))))
				}
				y := make([]float32, len(x))
				f.run(y, x)
				worst, at := 0.0, 0
				for i, v := range x {
					if e := ulps(y[i], f.want(float64(v))); !(e <= worst) {
						worst, at = e, i
					}
				}
				if !(worst <= f.ulp) {
					t.Errorf("at %v: got %v, want %v: %.4f ulp, want at most %v", x[at], y[at], f.want(float64(x[at])), worst, f.ulp)
				}
				t.Logf("%.4f ulp at %v", worst, x[at])
			})
		})
	}
}

// Signs of zero and ends of the range are those of package math.
func TestElementarySpecials(t *testing.T) {
	negative := math.Copysign(0, -1)
	for _, c := range []struct {
		name string
		run  func(dst, x []float32)
		x    float64
		want float64
	}{
		{"exp of zero is one", Exp, 0, 1},
		{"exp overflows to infinity", Exp, 89, math.Inf(1)},
		{"exp ends at zero", Exp, -104, 0},
		{"exp of minus infinity is zero", Exp, math.Inf(-1), 0},
		{"log of zero", Log, 0, math.Inf(-1)},
		{"log of negative zero", Log, negative, math.Inf(-1)},
		{"log of a negative number", Log, -1e-45, math.NaN()},
		{"log of one is zero", Log, 1, 0},
		{"log of infinity", Log, math.Inf(1), math.Inf(1)},
		{"tanh of negative zero", Tanh, negative, negative},
		{"tanh of a small number is it", Tanh, 1e-40, float64(float32(1e-40))},
		{"tanh of minus infinity", Tanh, math.Inf(-1), -1},
		{"erf of negative zero", Erf, negative, negative},
		{"erf of infinity", Erf, math.Inf(1), 1},
		{"sigmoid of minus infinity", Sigmoid, math.Inf(-1), 0},
		{"sigmoid of infinity", Sigmoid, math.Inf(1), 1},
		{"sigmoid of zero", Sigmoid, 0, 0.5},
		{"softplus of infinity", Softplus, math.Inf(1), math.Inf(1)},
		{"softplus of minus infinity", Softplus, math.Inf(-1), 0},
		{"sqrt of negative zero", Sqrt, negative, negative},
		{"relu of negative zero", ReLU, negative, 0},
		{"reciprocal of negative zero", Reciprocal, negative, math.Inf(-1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				got := []float32{float32(c.x)}
				c.run(got, got)
				if !same(got[0], float32(c.want)) {
					t.Errorf("got %v, want %v", got[0], c.want)
				}
			})
		})
	}
	for _, f := range functions {
		got := []float32{float32(math.NaN())}
		if f.run(got, got); got[0] == got[0] {
			t.Errorf("%s of NaN: got %v, want NaN", f.name, got[0])
		}
	}
}

func FuzzElementaryFunctions(f *testing.F) {
	for _, v := range specials {
		f.Add(math.Float32bits(v))
	}
	f.Fuzz(func(t *testing.T, bits uint32) {
		x := []float32{math.Float32frombits(bits)}
		for _, f := range functions {
			want := make([]float32, 1)
			onPath(portable, func() { f.run(want, x) })
			if e := ulps(want[0], f.want(float64(x[0]))); !(e <= f.ulp) {
				t.Errorf("%s of %v: got %v, want %v", f.name, x[0], want[0], f.want(float64(x[0])))
			}
			for p := portable + 1; p <= bestPath(); p++ {
				got := make([]float32, 1)
				onPath(p, func() { f.run(got, x) })
				if !same(got[0], want[0]) {
					t.Errorf("%s of %v on %s: got %v, want %v", f.name, x[0], p, got[0], want[0])
				}
			}
		}
	})
}
