package tsne

import (
	"context"
	"fmt"

	"latentspace/kernel"
)

// The schedule is that of scikit-learn 1.2.
const (
	exploration   = 250 // iterations that exaggerate
	earlyMomentum = 0.5
	lateMomentum  = 0.8
	smallestRate  = 50
	reportEvery   = 50
)

// descent is points on their way.
type descent struct {
	ctx  context.Context
	p    *affinities
	o    Options
	n    int
	rate float32

	y, u, gain []float32 // (n, dims): points, their velocity, the gain of its steps
	pull, push []float32 // (n, dims)
	order      []uint32  // of point i, its row in p; nil for its own

	exact   bool
	attract func(force, y []float32)
	repel   func(y []float32) repulsion
}

func newDescent(ctx context.Context, p *affinities, y []float32, o Options) *descent {
	n := len(y) / o.Dims
	d := &descent{
		ctx: ctx, p: p, o: o, n: n, y: y,
		rate: float32(max(float64(n)/o.Exaggeration/4, smallestRate)),
		u:    make([]float32, len(y)), gain: make([]float32, len(y)),
		pull: make([]float32, len(y)), push: make([]float32, len(y)),
	}
	d.exact = o.Exact || n < fewPoints
	d.attract = p.attraction(o.Dims, d.exact, nil)
	d.repel = chooser(ctx, n, d.exact, o)
	return d
}

// run makes all steps, or those until the context ends.
func (d *descent) run() error {
	for it := range d.o.Iterations {
		if it == 0 || it == exploration {
			clear(d.u)
			kernel.Fill(d.gain, 1)
		}
		if d.sorts(it) {
			d.sort()
		}
		z := d.repel(d.y).forces(d.y, d.push)
		if err := d.ctx.Err(); err != nil {
			return err
		}
		d.attract(d.pull, d.y)
		if last := it == d.o.Iterations-1; d.o.Progress != nil && (last || it%reportEvery == reportEvery-1) {
			d.o.Progress(it+1, d.p.cost(d.y, d.o.Dims, d.order, z))
		}
		d.step(it, z)
	}
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if i := kernel.FirstNonFinite(d.y); i >= 0 {
		return fmt.Errorf("tsne: descent: a point went to %v, want a smaller exaggeration than %v", d.y[i], d.o.Exaggeration)
	}
	return nil
}

// step moves the points.
func (d *descent) step(it int, z float64) {
	s := kernel.GainStep{Pull: 4, Push: float32(4 / z), Rate: d.rate, Momentum: lateMomentum}
	if it < exploration {
		s.Pull, s.Momentum = float32(4*d.o.Exaggeration), earlyMomentum
	}
	kernel.DeltaBarDelta(d.y, d.pull, d.push, d.u, d.gain, s)
}

// points returns the points in the order of x.
func (d *descent) points() []float32 { return inOrder(d.y, d.order, d.o.Dims) }
