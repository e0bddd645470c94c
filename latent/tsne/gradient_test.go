package tsne

import (
	"context"
	"fmt"
	"math"
	"testing"

	"latentspace/kernel"
)

// gradient is what a descent steps along, without exaggeration.
func gradient(d *descent) []float64 {
	z := d.repel(d.y).forces(d.y, d.push)
	d.attract(d.pull, d.y)
	g := make([]float64, len(d.y))
	for i := range g {
		g[i] = 4 * (float64(d.pull[i]) - float64(d.push[i])/z)
	}
	return g
}

// formula is the gradient, all in float64.
func formula(p *affinities, y []float32, dims int) []float64 {
	n := len(p.starts) - 1
	w := func(i, j int) (w float64, d [3]float64) {
		square := 0.0
		for k := range dims {
			d[k] = float64(y[i*dims+k]) - float64(y[j*dims+k])
			square += d[k] * d[k]
		}
		return 1 / (1 + square), d
	}
	z := 0.0
	for i := range n {
		for j := range n {
			if i != j {
				v, _ := w(i, j)
				z += v
			}
		}
	}
	g := make([]float64, n*dims)
	for i := range n {
		dense := make([]float64, n)
		for e := p.starts[i]; e < p.starts[i+1]; e++ {
			dense[p.columns[e]] = float64(p.values[e])
		}
		for j := range n {
			if i == j {
				continue
			}
			v, d := w(i, j)
			for k := range dims {
				g[i*dims+k] += 4 * (dense[j] - v/z) * v * d[k]
			}
		}
	}
	return g
}

// scattered is a descent of n points with the given deviation.
func scattered(t *testing.T, n int, deviation float32, o Options) *descent {
	t.Helper()
	o.fill(n)
	p, err := exactAffinities(context.Background(), clusters(n, 6, 3), 10)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float32, n*o.Dims)
	kernel.Normal(y, kernel.Seed(9, "y"))
	kernel.Scale(y, y, deviation)
	return newDescent(context.Background(), p, y, o)
}

func norm(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s)
}

// off is |a − b|/|b|.
func off(a, b []float64) float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return norm(d) / norm(b)
}

func TestExactGradientIsThatOfTheFormula(t *testing.T) {
	for _, dims := range []int{2, 3} {
		for _, deviation := range []float32{1e-4, 1, 30} {
			d := scattered(t, 300, deviation, Options{Dims: dims, Exact: true})
			if got := off(gradient(d), formula(d.p, d.y, dims)); !(got <= 1e-6) {
				t.Errorf("%d dimensions, deviation %v: off by %v, want at most 1e-6", dims, deviation, got)
			}
		}
	}
}

func TestExactGradientIsThatOfTheDivergence(t *testing.T) {
	for _, dims := range []int{2, 3} {
		d := scattered(t, 60, 2, Options{Dims: dims, Exact: true})
		got, want := gradient(d), make([]float64, len(d.y))
		cost := func() float64 { return d.p.cost(d.y, dims, nil, kernelSum(d.ctx, split(d.y, dims))) }
		for i, v := range d.y {
			up, down := v+1e-2, v-1e-2
			d.y[i] = up
			high := cost()
			d.y[i] = down
			want[i] = (high - cost()) / (float64(up) - float64(down))
			d.y[i] = v
		}
		if got := off(got, want); !(got < 1e-4) { // the differences' error, of order h²
			t.Errorf("%d dimensions: off the central differences by %v, want 1e-4", dims, got)
		}
	}
}

func TestTreeIsNearTheExactSum(t *testing.T) {
	for _, dims := range []int{2, 3} {
		for _, c := range []struct {
			deviation float32
			theta     float64
			most      float64
		}{
			{1e-4, 0.5, 0.01},
			{10, 0.5, 0.015},
			{10, 0.2, 0.0015},
			{200, 0.5, 0.01},
		} {
			const n = 3000
			y := make([]float32, n*dims)
			kernel.Normal(y, kernel.Seed(9, "y"))
			kernel.Scale(y, y, c.deviation)
			copy(y[dims:], y[:dims]) // two points on one spot
			exact, tree := make([]float32, len(y)), make([]float32, len(y))
			z := (&pairs{ctx: context.Background(), dims: dims}).forces(y, exact)
			approximate := newTree(context.Background(), n, dims, c.theta).forces(y, tree)
			got := off(wide(tree), wide(exact))
			if !(got <= c.most) || math.Abs(approximate/z-1) > c.most {
				t.Errorf("%d dimensions, deviation %v, theta %v: forces off by %v, sum by %v, want at most %v",
					dims, c.deviation, c.theta, got, approximate/z-1, c.most)
			}
		}
	}
}

func TestRepulsionIsWhatFits(t *testing.T) {
	for _, c := range []struct {
		name      string
		n         int
		deviation float32
		o         Options
		want      string
	}{
		{"few points are summed up", fewPoints - 1, 1, Options{}, "*tsne.pairs"},
		{"many points have a mesh", fewPoints, 1, Options{}, "tsne.field"},
		{"some points are summed up where the mesh is too large for them", fewPoints, 40, Options{}, "*tsne.pairs"},
		{"many points far apart have a tree", manyPoints, 1e4, Options{}, "*tsne.tree"},
		{"many points in space have a tree", manyPoints, 1, Options{Dims: 3}, "*tsne.tree"},
		{"all points are summed up on request", manyPoints, 1, Options{Exact: true}, "*tsne.pairs"},
	} {
		c.o.fill(c.n)
		y := make([]float32, c.n*c.o.Dims)
		kernel.Normal(y, kernel.Seed(9, "y"))
		kernel.Scale(y, y, c.deviation)
		repel := chooser(context.Background(), c.n, c.o.Exact || c.n < fewPoints, c.o)
		if got := fmt.Sprintf("%T", repel(y)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// Sorted points have the forces and the cost that they had.
func TestSortingPointsChangesOnlyTheirOrder(t *testing.T) {
	d := scattered(t, 500, 5, Options{Exact: true})
	g := gradient(d)
	cost := d.p.cost(d.y, 2, d.order, 1)
	before := append([]float32(nil), d.y...)
	for range 2 {
		d.sort()
		sorted, back := gradient(d), make([]float64, len(g))
		for i, row := range d.order {
			copy(back[2*row:2*row+2], sorted[2*i:])
		}
		if got := off(back, g); !(got < 1e-6) {
			t.Errorf("gradient off by %v", got)
		}
		if got := d.p.cost(d.y, 2, d.order, 1); got != cost {
			t.Errorf("cost %v, want %v", got, cost)
		}
		for i, v := range d.points() {
			if v != before[i] {
				t.Fatalf("point %d moved", i/2)
			}
		}
		d.y[0] += 3 // so that the next order is another
		before = append([]float32(nil), d.points()...)
		g = make([]float64, len(g))
		for i, row := range d.order {
			copy(g[2*row:2*row+2], gradient(d)[2*i:])
		}
		cost = d.p.cost(d.y, 2, d.order, 1)
	}
}
