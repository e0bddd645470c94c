package tsne

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent/nearest"
)

// The schedule is that of scikit-learn 1.2.
const (
	earlyMomentum = 0.5
	smallestRate  = 200 // of Options.Rate
	reportEvery   = 50
	costEvery     = 250 // iterations, of many points
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

	kl      float64 // when last computed
	exact   bool
	attract func(force, y []float32)
	repel   func(y []float32) repulsion
}

func newDescent(ctx context.Context, p *affinities, y []float32, o Options) *descent {
	n := len(y) / o.Dims
	d := &descent{
		ctx: ctx, p: p, o: o, n: n, y: y,
		rate: float32(o.Rate / 4),
		u:    make([]float32, len(y)), gain: make([]float32, len(y)),
		pull: make([]float32, len(y)), push: make([]float32, len(y)),
	}
	d.exact = o.Exact || n < fewPoints
	release(n)
	d.attract = p.attraction(o.Dims, d.exact, nil)
	d.repel = chooser(ctx, n, d.exact, o)
	return d
}

// run makes all steps, or those until the context ends.
func (d *descent) run() error {
	for it := range d.o.Iterations {
		if it == 0 || it == *d.o.Early {
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
		d.report(it, z)
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

// report tells how far the descent is. The divergence of many points takes as long as many iterations.
func (d *descent) report(it int, z float64) {
	last := it == d.o.Iterations-1
	if d.o.Progress == nil || !last && it%reportEvery != reportEvery-1 {
		return
	}
	if last || d.n <= nearest.ExactPoints || it%costEvery == costEvery-1 || d.kl == 0 {
		d.kl = d.p.cost(d.y, d.o.Dims, d.order, z)
	}
	d.o.Progress(it+1, d.kl)
}

// divergence is that of the points, of many with the Z of their repulsion. One that is not finite is an error.
func (d *descent) divergence() (kl float64, mesh bool, err error) {
	mesh = d.n > nearest.ExactPoints
	var z float64
	if mesh {
		z = d.repel(d.y).forces(d.y, d.push)
	} else {
		z = kernelSum(d.ctx, split(d.points(), d.o.Dims))
	}
	if err := d.ctx.Err(); err != nil {
		return 0, mesh, err
	}
	kl = d.p.cost(d.y, d.o.Dims, d.order, z)
	if math.IsNaN(kl) || math.IsInf(kl, 0) {
		return 0, mesh, fmt.Errorf("tsne: the divergence is not finite (%v): points lie too far apart, want a start of smaller values or a smaller rate", kl)
	}
	return kl, mesh, nil
}

// step moves the points.
func (d *descent) step(it int, z float64) {
	s := kernel.GainStep{Pull: float32(4 * d.o.Late), Push: float32(4 / z), Rate: d.rate, Momentum: float32(d.o.Momentum)}
	if it < *d.o.Early {
		s.Pull, s.Momentum = float32(4*d.o.Exaggeration), earlyMomentum
	}
	kernel.DeltaBarDelta(d.y, d.pull, d.push, d.u, d.gain, s)
}

// points returns the points in the order of x.
func (d *descent) points() []float32 { return inOrder(d.y, d.order, d.o.Dims) }
