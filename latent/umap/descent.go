package umap

import (
	"context"
	"fmt"
	"slices"

	"latentspace/kernel"
)

// The schedule.
const (
	momentum    = 0.9
	firstRate   = 0.25
	earlyShare  = 4 // of the epochs that are early, in which points repel each other less
	earlyPush   = 4 // by this factor
	reportEvery = 10
)

// descent is points on their way.
type descent struct {
	ctx               context.Context
	m                 *Map
	y, u, force, push []float32 // (n, dims): points, their velocity, and what moves them

	attract func(force, y []float32)
}

func newDescent(ctx context.Context, g *graph, m *Map) *descent {
	y, n := m.y, len(m.y)/m.o.Dims
	d := &descent{
		ctx: ctx, m: m, y: y,
		u: make([]float32, len(y)), force: make([]float32, len(y)), push: make([]float32, len(y)),
	}
	g.prune(m.o.Epochs)
	g.balance(m.stiffness())
	d.attract = g.attraction(m.o.Dims, m.curve)
	m.repel = m.newRepulsion(n)
	return d
}

// repulsion is what all points of a map do to each, over a factor:
//
//	factor · push[i] = r/n Σⱼ R(|y[i] − y[j]|²) (y[i] − y[j])
type repulsion interface {
	// forces writes the push on the points themselves.
	forces(epoch int, y, push []float32)
	// at writes the push of points y, those of the last call of forces, on others x.
	at(epoch int, x, y, push []float32)
	factor() float32
	// reach is how far apart points may lie at most, after a call of forces that gave NaN.
	reach() float64
}

func (m *Map) newRepulsion(n int) repulsion {
	if m.o.Dims == 2 {
		return newField(n, m.curve, *m.o.Negative)
	}
	return newDraws(n, m.curve, *m.o.Negative, m.o.Seed)
}

// run makes all steps, or those until the context ends.
func (d *descent) run() error {
	for e := range d.m.o.Epochs {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		rate := float32(firstRate * (1 - float64(e)/float64(d.m.o.Epochs)))
		push := d.m.repel.factor()
		if e < d.m.o.Epochs/earlyShare {
			rate, push = firstRate, push/earlyPush
		}
		d.attract(d.force, d.y)
		d.m.repel.forces(e, d.y, d.push)
		kernel.AddScaled(d.force, d.force, d.push, -push)
		kernel.Momentum(d.y, d.force, d.u, rate, momentum, 0)
		if done := e + 1; d.m.o.Progress != nil && (done == d.m.o.Epochs || done%reportEvery == 0) {
			d.m.o.Progress(done)
		}
	}
	if i := kernel.FirstNonFinite(d.y); i >= 0 {
		return fmt.Errorf("umap: descent: a point went to %v, want a smaller negative rate than %v", d.y[i], *d.m.o.Negative)
	}
	return nil
}

// stiffness is what the springs of a point add up to.
func (m *Map) stiffness() float64 { return 4 * m.curve.a * m.curve.b }

func (c curve) kernel() kernel.Curve { return kernel.Curve{A: float32(c.a), B: float32(c.b)} }

// prune drops pairs with less than the largest weight over the number of epochs, in which umap-learn
// would not draw them.
func (g *graph) prune(epochs int) {
	least := slices.Max(g.values) / float32(epochs)
	to, from := 0, 0
	for i := range len(g.starts) - 1 {
		for ; from < g.starts[i+1]; from++ {
			if g.values[from] >= least {
				g.columns[to], g.values[to] = g.columns[from], g.values[from]
				to++
			}
		}
		g.starts[i+1] = to
	}
	g.columns, g.values = g.columns[:to], g.values[:to]
}

// balance divides every row by its sum and multiplies it by a factor.
func (g *graph) balance(by float64) {
	kernel.For(len(g.starts)-1, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := g.values[g.starts[i]:g.starts[i+1]]
			if s := sum(row); s > 0 {
				kernel.Scale(row, row, float32(by/s))
			}
		}
	})
}

// attraction is the pull of the springs of a graph.
func (g *graph) attraction(dims int, c curve) func(force, y []float32) {
	if dims == 3 {
		t, p := newStrengths(c), kernel.Springs{Starts: g.starts, Columns: g.columns, Values: g.values}
		return func(force, y []float32) { t.attract(force, y, y, p) }
	}
	p, shape := kernel.PackSprings(g.starts, g.columns, g.values, nil), c.kernel()
	return func(force, y []float32) { kernel.AttractCurvePacked(force, y, y, p, shape) }
}
