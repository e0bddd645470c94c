package kernel

import (
	"math"
	"slices"
	"testing"
)

// The quantile undoes the distribution function Φ(x) = erfc(−x/√2)/2.
func TestQuantile(t *testing.T) {
	worst := 0.0
	for i := range uint64(100_000) {
		z := mix(i)
		if i%2 == 0 {
			z = ^uint64(0) >> (12 + i%40) << 12 // towards the ends
		}
		u := (float64(z>>12) + 0.5) * 0x1p-52
		x := quantile(z)
		// One step of Newton's from x gives the distance, from the nearer end.
		density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		distance := (math.Erfc(-x/math.Sqrt2)/2 - u) / density
		if x > 0 {
			distance = (math.Erfc(x/math.Sqrt2)/2 - (1 - u)) / density
		}
		worst = max(worst, math.Abs(distance/x))
	}
	if worst > 1e-7 {
		t.Errorf("got a relative error of %.2g, want at most 1e-7", worst)
	}
	if got := quantile(^uint64(0)); !(got > 8.2 && got < 8.22) {
		t.Errorf("largest: got %v, want 8.21", got)
	}
	if got, want := quantile(0), -quantile(^uint64(0)); got != want {
		t.Errorf("smallest: got %v, want %v", got, want)
	}
}

// The bounds are five standard errors of each moment of a million values.
func TestNormalMoments(t *testing.T) {
	const n = 1 << 20
	x := make([]float32, n)
	Normal(x, Seed(1, "moments"))
	var m [5]float64
	lag := 0.0
	for i, v := range x {
		for p := 1; p <= 4; p++ {
			m[p] += math.Pow(float64(v), float64(p)) / n
		}
		lag += float64(v) * float64(x[(i+1)%n]) / n
	}
	for _, c := range []struct {
		name            string
		got, want, sdev float64
	}{
		{"mean", m[1], 0, 1},
		{"second moment", m[2], 1, math.Sqrt(2)},
		{"third moment", m[3], 0, math.Sqrt(15)},
		{"fourth moment", m[4], 3, math.Sqrt(96)},
		{"product of neighbours", lag, 0, 1},
	} {
		if bound := 5 * c.sdev / math.Sqrt(n); math.Abs(c.got-c.want) > bound {
			t.Errorf("%s: got %v, want %v ± %v", c.name, c.got, c.want, bound)
		}
	}
}

// These values hold on every architecture and in every version: noise is a part of
// results.
func TestNormalIsFixed(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		got := make([]float32, 3)
		Normal(got, Seed(1, "noise"))
		if want := []float32{0.47296134, -1.6626574, -0.48045486}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// A value depends on the key and its index, not on how many are drawn.
func TestRandomIsAFunctionOfTheIndex(t *testing.T) {
	for _, c := range []struct {
		name string
		fill func([]float32, Key)
	}{
		{"normal", Normal},
		{"uniform", Uniform},
		{"bernoulli", func(x []float32, k Key) { Bernoulli(x, k, 0.3) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			long, short := make([]float32, 10_000), make([]float32, 4_321)
			c.fill(long, Seed(7))
			c.fill(short, Seed(7))
			if !slices.Equal(short, long[:len(short)]) {
				t.Error("a shorter array has other values")
			}
			c.fill(short, Seed(8))
			if slices.Equal(short, long[:len(short)]) {
				t.Error("another seed has the same values")
			}
		})
	}
}

func BenchmarkNormal(b *testing.B) {
	x := make([]float32, 2560)
	for b.Loop() {
		Normal(x, Key{1, 2})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2560, "ns/element")
}
