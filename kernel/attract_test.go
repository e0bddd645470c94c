package kernel

import (
	"math"
	"testing"
)

// springs is a matrix with rows of different lengths, one of them empty.
func springs(n int) Springs {
	p := Springs{Starts: make([]int, n+1)}
	for i := range n {
		length := i % 5 * 7
		for e := range (length + SpringWidth - 1) / SpringWidth * SpringWidth {
			column, value := uint32(i), float32(0)
			if e < length {
				column, value = uint32(mix(uint64(i*100+e))%uint64(n)), float32(e+1)/float32(length)
			}
			p.Columns, p.Values = append(p.Columns, column), append(p.Values, value)
		}
		p.Starts[i+1] = len(p.Columns)
	}
	return p
}

func TestAttractIsTheSumOfItsFormula(t *testing.T) {
	const n = 3*attractGrain + 17
	y, p := noise(2*n, "points"), springs(n)
	want := make([]float32, 2*n)
	onPath(portable, func() { Attract(want, y, p) })
	for i := range n {
		var fx, fy float64
		for e := p.Starts[i]; e < p.Starts[i+1]; e++ {
			j := p.Columns[e]
			dx, dy := float64(y[2*i])-float64(y[2*j]), float64(y[2*i+1])-float64(y[2*j+1])
			w := float64(p.Values[e]) / (1 + dx*dx + dy*dy)
			fx, fy = fx+w*dx, fy+w*dy
		}
		near(t, "force along x", float64(want[2*i]), fx, 1e-5)
		near(t, "force along y", float64(want[2*i+1]), fy, 1e-5)
	}
	for _, procs := range []int{1, 2, 7} {
		everyPath(t, func(t *testing.T) {
			got := make([]float32, 2*n)
			withProcessors(procs, func() { Attract(got, y, p) })
			if !equal(got, want) {
				t.Errorf("%d processors: other bits than the portable path", procs)
			}
		})
	}
}

// Values keep eight bits, an error of at most 2⁻⁸ of each.
func TestAttractPackedIsNearAttract(t *testing.T) {
	const n = 3*attractGrain + 17
	y, p := noise(2*n, "points"), springs(n)
	p.Values[5] = 0
	p.Values[6] = 1e-20 // is taken for 2⁻³²
	packed := PackSprings(p.Starts, p.Columns, p.Values, nil)
	exact, want := make([]float32, 2*n), make([]float32, 2*n)
	Attract(exact, y, p)
	onPath(portable, func() { AttractPacked(want, y, packed) })
	for i, v := range want {
		sum := 0.0
		for e := p.Starts[i/2]; e < p.Starts[i/2+1]; e++ {
			sum += float64(p.Values[e])
		}
		if math.Abs(float64(v)-float64(exact[i])) > 0x1p-8*sum {
			t.Fatalf("force %d: got %v, want about %v", i, v, exact[i])
		}
	}
	for _, procs := range []int{1, 2, 7} {
		everyPath(t, func(t *testing.T) {
			got := make([]float32, 2*n)
			withProcessors(procs, func() { AttractPacked(got, y, packed) })
			if !equal(got, want) {
				t.Errorf("%d processors: other bits than the portable path", procs)
			}
		})
	}
}

// UMAP's curve for a least distance of 0.1.
var umap = Curve{A: 1.577, B: 0.895}

func TestAttractCurveIsTheSumOfItsFormula(t *testing.T) {
	const n = 3*attractGrain + 17
	for _, c := range []Curve{umap, {0.1, 2}, {30, 0.4}} {
		y, p := noise(2*n, "points"), springs(n)
		Scale(y[:n], y[:n], 1e-3)
		Scale(y[n:n+100], y[n:n+100], 1e3)
		want, packed := make([]float32, 2*n), PackSprings(p.Starts, p.Columns, p.Values, nil)
		for e, entry := range packed.parts[0].entries {
			p.Values[e] = unpacked(entry, packed.base<<16)
		}
		onPath(portable, func() { AttractCurve(want, y, y, p, c) })
		for i := range n {
			var fx, fy, size float64
			for e := p.Starts[i]; e < p.Starts[i+1]; e++ {
				j := p.Columns[e]
				dx, dy := float64(y[2*i])-float64(y[2*j]), float64(y[2*i+1])-float64(y[2*j+1])
				s := max(dx*dx+dy*dy, 0x1p-60)
				w := float64(p.Values[e]) * math.Pow(s, float64(c.B)-1) / (1 + float64(c.A)*math.Pow(s, float64(c.B)))
				fx, fy, size = fx+w*dx, fy+w*dy, size+w*math.Sqrt(s)
			}
			if e := math.Hypot(float64(want[2*i])-fx, float64(want[2*i+1])-fy); e > 2e-5*size {
				t.Errorf("%v: force on point %d off by %v of %v", c, i, e, size)
			}
		}
		for _, procs := range []int{1, 2, 7} {
			everyPath(t, func(t *testing.T) {
				got, gotPacked := make([]float32, 2*n), make([]float32, 2*n)
				withProcessors(procs, func() { AttractCurve(got, y, y, p, c); AttractCurvePacked(gotPacked, y, y, packed, c) })
				if !equal(got, want) || !equal(gotPacked, want) {
					t.Errorf("%v, %d processors: other bits than the portable path", c, procs)
				}
			})
		}
	}
}

// What is not finite, and points on one spot, give the same bits everywhere too.
func TestAttractCurveAtTheEnds(t *testing.T) {
	y := []float32{0, 0, 0, 0, 1e-30, 0, 3e38, 0, 1e19, 1, float32(math.NaN()), 2, float32(math.Inf(1)), 0}
	p := Springs{Starts: make([]int, len(y)/2+1)}
	for i := range len(y) / 2 {
		for e := range SpringWidth {
			p.Columns, p.Values = append(p.Columns, uint32(e%(len(y)/2))), append(p.Values, 1)
		}
		p.Starts[i+1] = len(p.Columns)
	}
	want := make([]float32, len(y))
	onPath(portable, func() { AttractCurve(want, y, y, p, umap) })
	everyPath(t, func(t *testing.T) {
		got := make([]float32, len(y))
		AttractCurve(got, y, y, p, umap)
		for i, v := range got {
			if v != want[i] && !(v != v && want[i] != want[i]) {
				t.Errorf("force %d: got %v, want %v", i, v, want[i])
			}
		}
	})
}

func TestRepelCurve3IsTheSumOfItsFormula(t *testing.T) {
	const n, m, softening = 2*repelGrain + 5, 48, 0.05
	own := noise(3*n, "own")
	axes := [3][]float32{noise(m, "x"), noise(m, "y"), noise(m, "z")}
	for k := range axes {
		axes[k][3], axes[k][m-1] = own[k], 1e18 // one on the spot of the first, one far away
	}
	want := make([]float32, 3*n)
	onPath(portable, func() { RepelCurve3(want, own, axes[0], axes[1], axes[2], umap, softening) })
	for i := range n {
		var f [3]float64
		size := 0.0
		for j := range m - 1 {
			s, d := 0.0, [3]float64{}
			for k := range d {
				d[k] = float64(own[3*i+k]) - float64(axes[k][j])
				s += d[k] * d[k]
			}
			w := 1 / ((softening + s) * (1 + float64(umap.A)*math.Pow(s, float64(umap.B))))
			for k := range d {
				f[k] += w * d[k]
			}
			size += w * math.Sqrt(s)
		}
		for k := range f {
			if e := math.Abs(float64(want[3*i+k]) - f[k]); !(e < 2e-5*size) {
				t.Errorf("force on point %d along %d: off by %v of %v", i, k, e, size)
			}
		}
	}
	for _, procs := range []int{1, 2, 7} {
		everyPath(t, func(t *testing.T) {
			got := make([]float32, 3*n)
			withProcessors(procs, func() { RepelCurve3(got, own, axes[0], axes[1], axes[2], umap, softening) })
			if !equal(got, want) {
				t.Errorf("%d processors: other bits than the portable path", procs)
			}
		})
	}
}

func BenchmarkRepelCurve3(b *testing.B) {
	const n, m = 4096, 1024
	own, x, force := noise(3*n, "own"), noise(m, "x"), make([]float32, 3*n)
	for b.Loop() {
		RepelCurve3(force, own, x, x, x, umap, 0.05)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/m, "ns/pair")
}

// BenchmarkAttract is on rows of 144 entries that fit a second cache.
func BenchmarkAttract(b *testing.B) {
	const n, length = 4096, 144
	y, force := noise(2*n, "points"), make([]float32, 2*n)
	p := Springs{Starts: make([]int, n+1), Columns: make([]uint32, n*length), Values: make([]float32, n*length)}
	for i := range n {
		p.Starts[i+1] = (i + 1) * length
	}
	Uniform(p.Values, Key{1, 2})
	for e := range p.Columns {
		p.Columns[e] = uint32(mix(uint64(e)) % n)
	}
	packed := PackSprings(p.Starts, p.Columns, p.Values, nil)
	for name, f := range map[string]func(){
		"plain":  func() { Attract(force, y, p) },
		"packed": func() { AttractPacked(force, y, packed) },
		"curve":  func() { AttractCurvePacked(force, y, y, packed, umap) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n*length), "ns/entry")
		})
	}
}
