package umap

import (
	"math"

	"latentspace/kernel"
)

// draws is the repulsion in space, by some points that stand for all: in each epoch one of every
// stratum of the rows, which lie near each other. Momentum takes the mean over epochs.
type draws struct {
	n, count int
	negative float64
	curve    curve
	key      kernel.Key
	axes     [3][]float32
}

const (
	drawn = 256  // how many points stand for all
	far   = 1e18 // so far away a point feels nothing
)

func newDraws(n int, c curve, negative float64, seed uint64) *draws {
	d := &draws{n: n, count: min(n, drawn), negative: negative, curve: c, key: kernel.Seed(seed, "umap.draws")}
	for k := range d.axes {
		d.axes[k] = make([]float32, (d.count+15)/16*16)
		kernel.Fill(d.axes[k][d.count:], far)
	}
	return d
}

// draw draws the points of an epoch.
func (d *draws) draw(epoch int, y []float32) {
	key := d.key.Mix(uint64(epoch))
	for i := range d.count {
		low, high := i*d.n/d.count, (i+1)*d.n/d.count
		row := min(low+int(float64(key.Uniform(i))*float64(high-low)), high-1)
		for k := range d.axes {
			d.axes[k][i] = y[3*row+k]
		}
	}
}

// forces implements [repulsion].
func (d *draws) forces(epoch int, y, push []float32) { d.at(epoch, y, y, push) }

func (d *draws) at(epoch int, x, y, push []float32) {
	d.draw(epoch, y)
	kernel.RepelCurve3(push, x, d.axes[0], d.axes[1], d.axes[2], d.curve.kernel(), softening)
}

func (d *draws) reach() float64 { return far }

func (d *draws) factor() float32 { return float32(2 * d.curve.b * d.negative / float64(d.count)) }

// strengths is a table of the strength of springs over the squared distance, sᵇ⁻¹/(1 + a sᵇ), linear
// between places that are a 32nd of a power of two apart.
type strengths [(highestPower - lowestPower) * steps]struct{ value, slope float32 }

// A table goes from 2⁻³⁰ to 2²⁰ and is constant beyond.
const (
	lowestPower, highestPower = -30, 20
	steps                     = 32
	stepBits                  = 23 - 5 // of a float32, in a step
)

func newStrengths(c curve) *strengths {
	t := &strengths{}
	at := func(i int) float64 {
		s := math.Ldexp(float64(steps+i%steps), lowestPower+i/steps-5)
		return c.strength(s)
	}
	for i := range t {
		v := at(i)
		t[i].value, t[i].slope = float32(v), float32((at(i+1)-v)/(1<<stepBits))
	}
	return t
}

func (t *strengths) at(s float32) float32 {
	const low, high = 0x1p-30, 0x1.fffffep19
	b := math.Float32bits(max(low, min(s, high))) - (127+lowestPower)<<23
	e := &t[min(b>>stepBits, uint32(len(t)-1))] // also of NaN
	return e.value + float32(e.slope*float32(b&(1<<stepBits-1)))
}

// attract writes the pull of springs on points x (n, 3) towards points y.
func (t *strengths) attract(force, x, y []float32, p kernel.Springs) {
	kernel.For(len(x)/3, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x0, x1, x2 := x[3*i], x[3*i+1], x[3*i+2]
			var f0, f1, f2 float32
			columns, values := p.Columns[p.Starts[i]:p.Starts[i+1]], p.Values[p.Starts[i]:p.Starts[i+1]]
			for e, j := range columns {
				other := y[3*j : 3*j+3]
				d0, d1, d2 := x0-other[0], x1-other[1], x2-other[2]
				w := values[e] * t.at(float32(d0*d0)+float32(d1*d1)+float32(d2*d2))
				f0 += float32(w * d0)
				f1 += float32(w * d1)
				f2 += float32(w * d2)
			}
			force[3*i], force[3*i+1], force[3*i+2] = f0, f1, f2
		}
	})
}
