package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var periods = []int{64, 128, 192, 256, 320, 384, 512, 640, 768, 960, 1024, 1280, 1536, 2048, 2560, 3072, 3840, 4096}

// decay is a smooth even function of one coordinate, of the period, and its transform.
func decay(period int) (f, transform []float64) {
	f, transform = make([]float64, period), make([]float64, period/2+1)
	for x := range f {
		f[x] = math.Exp(-math.Pow(float64(min(x, period-x))/3, 2))
	}
	for k := range transform {
		for x, v := range f {
			transform[k] += v * math.Cos(2*math.Pi*float64(k*x%period)/float64(period))
		}
	}
	return f, transform
}

// picture is random values in [0, 1) at some places.
func picture(side int) []float32 {
	g := make([]float32, side*side)
	random := rand.New(rand.NewPCG(uint64(side), 1))
	for range 200 {
		g[random.IntN(len(g))] = random.Float32()
	}
	return g
}

func TestFieldIsTheSum(t *testing.T) {
	for _, period := range periods {
		f, transform := decay(period)
		c := NewField(period, func(k, l int) float64 { return transform[k] * transform[l] })
		side := period / 2
		guarded := append(append([]float32{7, 7}, picture(side)...), 7, 7)
		g := guarded[2 : 2+side*side : 2+side*side]
		var charges []int
		for i, v := range g {
			if v != 0 {
				charges = append(charges, i)
			}
		}
		before := slices.Clone(g)
		got := c.Run(g)
		random := rand.New(rand.NewPCG(7, 7))
		total, worst := 0.0, 0.0
		sum := func(i int) (s float64) {
			for _, j := range charges {
				dx, dy := i%side-j%side, i/side-j/side
				s += float64(before[j]) * f[(dx+period)%period] * f[(dy+period)%period]
			}
			return s
		}
		for _, i := range charges {
			s := sum(i)
			total += float64(before[i]) * s
			worst = max(worst, math.Abs(2*float64(g[i])-s))
		}
		for range 300 {
			i := random.IntN(len(g))
			worst = max(worst, math.Abs(2*float64(g[i])-sum(i)))
		}
		if n := len(guarded); guarded[0] != 7 || guarded[1] != 7 || guarded[n-2] != 7 || guarded[n-1] != 7 {
			t.Errorf("period %d: written outside", period)
		}
		if worst > 2e-5 {
			t.Errorf("period %d: error %g, want at most 2e-5", period, worst)
		}
		if math.Abs(got-total) > 1e-6*total {
			t.Errorf("period %d: Σ g·(f∗g): got %v, want %v", period, got, total)
		}
	}
}

func TestFieldHasTheSameBits(t *testing.T) {
	// Of every leaf one, and one that does not stay in the first cache.
	for _, period := range []int{64, 128, 192, 320, 384, 640, 960, 1024} {
		_, transform := decay(period)
		c := NewField(period, func(k, l int) float64 { return transform[k] * transform[l] })
		var want []float32
		var wantTotal float64
		everyPath(t, func(t *testing.T) {
			for _, workers := range []int{1, 2, 4} {
				if period > 640 && workers != 2 {
					continue
				}
				withProcessors(workers, func() {
					g := picture(period / 2)
					total := c.Run(g)
					if want == nil {
						want, wantTotal = g, total
					}
					if !equal(g, want) || total != wantTotal {
						t.Errorf("period %d, %d workers: other bits, total %v and %v", period, workers, total, wantTotal)
					}
				})
			}
		})
	}
}

func TestFieldsHavePeriodsOfTheirTransforms(t *testing.T) {
	for _, period := range []int{-64, 0, 12, 96, 448, 1000, 1152} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("period %d: no panic", period)
				}
			}()
			NewField(period, func(_, _ int) float64 { return 1 })
		}()
	}
}

func TestFieldAllocatesNothing(t *testing.T) {
	c := NewField(128, func(_, _ int) float64 { return 1 })
	g := picture(64)
	c.Run(g)
	if n := testing.AllocsPerRun(10, func() { c.Run(g) }); n > 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func BenchmarkField(b *testing.B) {
	for _, period := range []int{128, 256, 384, 512, 640, 768, 1024, 1536} {
		for p := portable + 1; p <= bestPath(); p++ {
			b.Run(fmt.Sprintf("%d/%s", period, p), func(b *testing.B) {
				onPath(p, func() {
					c := NewField(period, func(_, _ int) float64 { return 2 }) // leaves the picture as it is
					g := picture(period / 2)
					for b.Loop() {
						c.Run(g)
					}
				})
			})
		}
	}
}
