package mesh

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"latentspace/kernel"
)

// gaussian is n points of that deviation.
func gaussian(n int, deviation float64) []float32 {
	random := rand.New(rand.NewPCG(uint64(n), math.Float64bits(deviation)))
	y := make([]float32, 2*n)
	for i := range y {
		y[i] = float32(deviation * random.NormFloat64())
	}
	return y
}

// The potential of t-SNE, and the spacing that it uses.
const spacing = 0.375

func student(square float64) float64 { return 1 / (1 + square) }

func newMesh(n int) *Mesh { return New(n, student, spacing) }

// exactField is the sum over all pairs.
func exactField(y []float32) (force []float64, z float64) {
	force = make([]float64, len(y))
	for i := 0; i < len(y); i += 2 {
		for j := 0; j < len(y); j += 2 {
			dx, dy := float64(y[i])-float64(y[j]), float64(y[i+1])-float64(y[j+1])
			w := 1 / (1 + dx*dx + dy*dy)
			z += w
			force[i] += w * w * dx
			force[i+1] += w * w * dy
		}
	}
	return force, z
}

// relativeError is |got − want|/|want|.
func relativeError(got []float32, want []float64) float64 {
	e, s := 0.0, 0.0
	for i, w := range want {
		d := float64(got[i]) - w
		e += d * d
		s += w * w
	}
	return math.Sqrt(e / s)
}

func TestMeshIsTheSum(t *testing.T) {
	for _, c := range []struct {
		n            int
		deviation    float64
		tolerance    float64 // of the forces
		ofNormaliser float64
	}{
		{5000, 20, 0.0035, 1e-4},
		// In one cell, the slopes of neighbours, which nearly cancel, are good to a tenth.
		{3000, 1e-4, 0.12, 1e-4},
		{3000, 1e-2, 0.12, 2e-4},
		{3000, 0.1, 0.005, 1e-4},
		{3000, 1, 0.0003, 1e-4},
		{3000, 5, 0.001, 1e-4},
		{3000, 40, 0.007, 2.5e-4},
		{4200, 90, 0.012, 5e-4}, // the largest period
		{150, 3, 0.003, 1e-4},
		{2, 1, 0.05, 1e-3},
	} {
		t.Run(fmt.Sprintf("%d points, deviation %v", c.n, c.deviation), func(t *testing.T) {
			y := gaussian(c.n, c.deviation)
			want, wantZ := exactField(y)
			got := make([]float32, len(y))
			m := newMesh(c.n)
			z := m.Forces(y, got)
			if e := relativeError(got, want); !(e < c.tolerance) {
				t.Errorf("period %d: relative error of the forces %.3g, want at most %v", m.field.Period, e, c.tolerance)
			}
			if !(math.Abs(z-wantZ) <= c.ofNormaliser*wantZ) {
				t.Errorf("Z: got %v, want %v, relative error at most %v", z, wantZ, c.ofNormaliser)
			}
		})
	}
}

// Others feel what a point on their spot would feel, but for its own field. Each has its force
// whatever is asked for with it, and those beyond the grid have that of its edge.
func TestOthersFeelTheSameField(t *testing.T) {
	y := gaussian(3000, 5)
	m := newMesh(3000)
	want, got := make([]float32, len(y)), make([]float32, len(y))
	m.Forces(y, want)
	m.At(y, got)
	if !slices.Equal(got, want) {
		t.Errorf("the points themselves: off by %v", relativeError(got, wide(want)))
	}
	one := make([]float32, 2)
	for i := 0; i < len(y); i += 500 {
		if m.At(y[i:i+2], one); !slices.Equal(one, want[i:i+2]) {
			t.Errorf("point %d by itself: got %v, want %v", i/2, one, want[i:i+2])
		}
	}
	nan := float32(math.NaN())
	far := []float32{1e30, 0, 0, -1e30, nan, nan, float32(math.Inf(1)), float32(math.Inf(-1))}
	force := make([]float32, len(far))
	m.At(far, force)
	if i := kernel.FirstNonFinite(force); i >= 0 {
		t.Errorf("far away: force %v", force)
	}
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func TestMeshHasTheSameBits(t *testing.T) {
	var want []float32
	var wantZ float64
	y := gaussian(3000, 12)
	for _, workers := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(workers)
		got := make([]float32, len(y))
		z := newMesh(len(y)/2).Forces(y, got)
		runtime.GOMAXPROCS(before)
		if want == nil {
			want, wantZ = got, z
		}
		if !slices.Equal(got, want) || z != wantZ {
			t.Errorf("%d workers: other bits", workers)
		}
	}
}

func TestMeshGrowsAndShrinks(t *testing.T) {
	const n = 2000
	m := newMesh(n)
	force := make([]float32, 2*n)
	for _, c := range []struct {
		deviation float64
		period    int
	}{
		{1e-4, 128}, {5, 256}, {4, 256}, {20, 768}, {15, 768}, {1, 128},
	} {
		y := gaussian(n, c.deviation)
		m.Forces(y, force)
		if m.field.Period != c.period {
			t.Errorf("deviation %v: period %d, want %d", c.deviation, m.field.Period, c.period)
		}
	}
}

func TestMeshFits(t *testing.T) {
	far := gaussian(3000, 1)
	far[77] = 1000
	nan, inf := gaussian(3000, 1), gaussian(3000, 1)
	nan[5], inf[5] = float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		name string
		y    []float32
		want bool
	}{
		{"many points", gaussian(3000, 1), true},
		{"points spread as a map is", gaussian(3000, 40), true},
		{"all points the same", make([]float32, 6000), true},
		{"few points", gaussian(100, 1), false},
		{"few points far apart", gaussian(500, 40), false},
		{"one is far", far, false},
		{"one is NaN", nan, false},
		{"one is infinite", inf, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMesh(len(c.y) / 2)
			if got := m.Fits(c.y); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			force := make([]float32, len(c.y))
			z := m.Forces(c.y, force) // must return
			if (c.name[:6] == "one is") != (z != z && force[0] != force[0]) {
				t.Errorf("Z %v, force %v", z, force[0])
			}
		})
	}
}

func TestMeshAllocatesNothing(t *testing.T) {
	y := gaussian(3000, 3)
	m := newMesh(3000)
	force := make([]float32, len(y))
	m.Forces(y, force)
	if n := testing.AllocsPerRun(10, func() { m.Fits(y); m.Forces(y, force) }); n > 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestMeshWritesTheForcesOnly(t *testing.T) {
	y := gaussian(1500, 3)
	guarded := make([]float32, len(y)+20)
	for i := range guarded {
		guarded[i] = 7
	}
	newMesh(1500).Forces(y, guarded[10:10+len(y)])
	for i := range 10 {
		if guarded[i] != 7 || guarded[len(guarded)-1-i] != 7 {
			t.Fatal("written outside")
		}
	}
}

func BenchmarkMesh(b *testing.B) {
	for _, c := range []struct {
		n         int
		deviation float64
	}{{5000, 10}, {5000, 33}, {10000, 1e-4}, {10000, 8}, {10000, 20}, {10000, 28}, {70000, 40}} {
		y := gaussian(c.n, c.deviation)
		m := newMesh(c.n)
		force := make([]float32, len(y))
		m.Forces(y, force)
		b.Run(fmt.Sprintf("n=%d,period=%d", c.n, m.field.Period), func(b *testing.B) {
			for b.Loop() {
				m.Fits(y)
				m.Forces(y, force)
			}
		})
	}
}
