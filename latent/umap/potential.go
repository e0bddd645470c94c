package umap

import (
	"latentspace/nn/elementary"
)

// softening is added to squared distances where points repel each other. With it the push is at most
// B/√softening, about 4, the bound to which umap-learn cuts each step, which adds 0.001.
const softening = 0.05

// push is the strength of the repulsion at a squared distance s, the force by the distance:
//
//	2b/((softening + s)·(1 + a·sᵇ))
func (c curve) push(s float64) float64 {
	return 2 * c.b / ((softening + s) * (1 + float64(c.a*elementary.Pow(s, c.b))))
}

// strength is that of the attraction, over 2ab: sᵇ⁻¹/(1 + a·sᵇ).
func (c curve) strength(s float64) float64 {
	power := elementary.Pow(s, c.b)
	return power / (s * (1 + float64(c.a*power)))
}

// potential is what the repulsion is the slope of, by the squared distance s:
//
//	φ(s) = ½ ∫ push(t) dt   from s to infinity
//
// as a table over ln s. Between its places it is a cubic with the slopes of φ.
type potential struct {
	values, slopes []float64 // by ln s
	low            float64   // the first place
	step           float64
	flat           float64 // below all places
}

// A table goes from e⁻²⁴ to e²⁴: below, φ is constant to 10⁻⁹, and above, nothing that matters is left.
const (
	lowest = -24
	places = 48*64 + 1
)

func newPotential(c curve) *potential {
	p := &potential{values: make([]float64, places), slopes: make([]float64, places), low: lowest, step: 1. / 64}
	// φ'(ln s) = −½·s·push(s), by Simpson's rule downwards, from a tail of the power −b.
	density := func(u float64) float64 {
		s := elementary.Exp(u)
		return float64(0.5 * s * c.push(s))
	}
	at := func(i int) float64 { return p.low + float64(float64(i)*p.step) }
	last := places - 1
	p.slopes[last] = -density(at(last))
	p.values[last] = -p.slopes[last] / c.b
	for i := last - 1; i >= 0; i-- {
		here := density(at(i))
		middle := density(at(i) + float64(p.step/2))
		p.slopes[i] = -here
		p.values[i] = p.values[i+1] + float64(p.step/6*(here+float64(4*middle)-p.slopes[i+1]))
	}
	p.flat = p.values[0]
	return p
}

func (p *potential) at(s float64) float64 {
	if s <= 0 {
		return p.flat
	}
	v := (elementary.Log(s) - p.low) / p.step
	if v <= 0 {
		return p.flat
	}
	i := int(min(v, places-2))
	t := min(v-float64(i), 1)
	a, b := p.values[i], p.values[i+1]
	da, db := p.slopes[i]*p.step, p.slopes[i+1]*p.step
	// Hermite's cubic.
	rest := 1 - t
	return float64(rest*rest*(float64((1+t+t)*a)+float64(t*da))) + float64(t*t*(float64((3-t-t)*b)-float64(rest*db)))
}
