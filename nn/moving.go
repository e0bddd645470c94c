package nn

import (
	"math"

	"latentspace/tensor"
)

// Moving is a moving average that a layer keeps as state. Each training step moves it a part
// of the way to a value v of the batch:
//
//	r ← (1 − Rate)·r + Rate·v,   r₀ = Start
//
// After t steps Start still counts (1 − Rate)ᵗ in it, which is nearly all after few. The
// state is kept as it is; where it is read, [Params.Corrected] takes the start out, so that
// the values alone count, the newer the more:
//
//	r̂ = (r − (1 − Rate)ᵗ·Start)/(1 − (1 − Rate)ᵗ)
//
// Kingma and Ba, Adam, ICLR 2015, section 3.
type Moving struct {
	Rate     float64
	Start    float64 // 0 or 1
	Positive bool    // no value of the average is below zero, but by rounding
}

// Moving returns the state of a name that is a moving average, as [Graph.State] does. The
// caller moves it, once for each call, by [Graph.SetState].
func (g *Graph) Moving(name string, m Moving, shape ...int) Node {
	init := Zeros
	if m.Start == 1 {
		init = Ones
	}
	n := g.State(name, init, shape...)
	if e, ok := g.params.entries[g.name(name)]; ok {
		e.moving = &m
		g.params.entries[g.name(name)] = e
		g.moved[g.name(name)]++
	}
	return n
}

// Moved returns how often a training step of this graph moves each of its moving averages.
func (g *Graph) Moved() map[string]int { return g.moved }

// Corrected returns every tensor by name, as [Params.All] does, the moving averages corrected
// for their start: as new tensors where that changes them. moves is how often each was moved.
// One that never was is as it started.
func (p *Params) Corrected(moves func(name string) int) map[string]*tensor.Tensor {
	all := p.All()
	for name, e := range p.entries {
		if e.moving == nil {
			continue
		}
		if t := moves(name); t > 0 {
			all[name] = e.moving.corrected(e.value, t)
		}
	}
	return all
}

// CorrectedOf returns a tensor as [Params.Corrected] does, after some moves. Where they change it,
// the result is into, a tensor of its shape. It allocates nothing.
func (p *Params) CorrectedOf(name string, moves int, into *tensor.Tensor) *tensor.Tensor {
	e := p.entries[name]
	if e.moving == nil || moves < 1 || !e.moving.correct(into.Data, e.value.Data, moves) {
		return e.value
	}
	return into
}

// corrected is an average after t moves without its start.
func (m Moving) corrected(r *tensor.Tensor, t int) *tensor.Tensor {
	if c := tensor.New(r.Shape...); m.correct(c.Data, r.Data, t) {
		return c
	}
	return r
}

// correct sets c to an average r after t moves without its start. It reports whether it did: after
// many moves r is right as it is.
func (m Moving) correct(c, r []float32, t int) bool {
	const none = 1.0 / (1 << 26) // of a start that no value in single precision is changed by
	left := 1.0
	for range t {
		if left *= 1 - m.Rate; left < none {
			return false
		}
	}
	for i, v := range r {
		x := (float64(v) - float64(left*m.Start)) / (1 - left)
		if m.Positive {
			x = math.Max(0, x) // NaN stays NaN
		}
		c[i] = float32(x)
	}
	return true
}
