package kernel

import "testing"

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

// BenchmarkAttract is on rows of 144 entries that fit a second cache.
func BenchmarkAttract(b *testing.B) {
	const n, length = 4096, 144
	y, force := noise(2*n, "points"), make([]float32, 2*n)
	p := Springs{Starts: make([]int, n+1), Columns: make([]uint32, n*length), Values: noise(n*length, "values")}
	for i := range n {
		p.Starts[i+1] = (i + 1) * length
		for e := range length {
			p.Columns[i*length+e] = uint32(mix(uint64(i*length+e)) % n)
		}
	}
	for b.Loop() {
		Attract(force, y, p)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n*length), "ns/entry")
}
