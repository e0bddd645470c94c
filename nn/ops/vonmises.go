package ops

import (
	"slices"

	"latentspace/kernel"
)

// VonMises draws from the von Mises–Fisher distribution on the unit sphere in dim dimensions, as a
// function of its concentration and of a share u that is uniform in (0, 1): the cosine and the sine of
// the angle θ between the draw and the mean direction, for which
//
//	P(angle ≤ θ) = u
//
//	kappa (n)   u (n)   y (n, 2)
//
// The derivative by κ is that of the quantile. It has no second one, and none by u. See
// [kernel.VonMises].
//
// Figurnov, Mohamed and Mnih, Implicit Reparameterization Gradients, NeurIPS 2018, equation 5.
func VonMises(kappa, u Node, dim int) Node {
	if bad, ok := firstErr(kappa, u); ok {
		return bad
	}
	s := kappa.Shape()
	if len(s) != 1 || !slices.Equal(s, u.Shape()) || dim < 2 {
		return Errorf("von mises: concentrations %v and shares %v in %d dimensions, want (n) and (n) in at least 2", s, u.Shape(), dim)
	}
	return apply(vonMises{dim}, []int{s[0], 2}, kappa, u)
}

// VonMisesCumulant is a cumulant of the cosine of that angle, from order 0 to 3:
//
//	0  ln E[e^(κ·cos θ)] over the uniform distribution   1  its derivative, the mean   2  the variance   3  the third central moment
//
//	kappa (n)   y (n)
//
// The derivative of each is the next. See [kernel.VonMisesCumulant].
func VonMisesCumulant(kappa Node, dim, order int) Node {
	if bad, ok := firstErr(kappa); ok {
		return bad
	}
	if len(kappa.Shape()) != 1 || dim < 2 || order < 0 || order > 3 {
		return Errorf("von mises: cumulant of order %d for concentrations %v in %d dimensions, want from 0 to 3 for (n) in at least 2", order, kappa.Shape(), dim)
	}
	return apply(vonMisesCumulant{dim, order}, kappa.Shape(), kappa)
}

type vonMises struct{ dim int }

func (vonMises) Name() string          { return "von mises" }
func (d vonMises) Attrs() []Attr       { return []Attr{{"dim", d.dim}} }
func (vonMises) constantIn(i int) bool { return i == 1 }
func (d vonMises) Run(out []float32, in [][]float32, _ []float32) {
	kernel.VonMises(out, in[0], in[1], d.dim)
}
func (d vonMises) Diff(in []Node, out, g Node) []Node {
	slope := apply(vonMisesSlope(d), out.Shape(), in...)
	return []Node{SumCols(Mul(g, slope)), {}}
}

type vonMisesSlope struct{ dim int }

func (vonMisesSlope) Name() string    { return "von mises slope" }
func (d vonMisesSlope) Attrs() []Attr { return []Attr{{"dim", d.dim}} }
func (d vonMisesSlope) Run(out []float32, in [][]float32, _ []float32) {
	kernel.VonMisesSlope(out, in[0], in[1], d.dim)
}

// Diff is an error: nobody needs the second derivative yet.
func (d vonMisesSlope) Diff(in []Node, _, _ Node) []Node {
	return failing(len(in), "von mises has no second derivative")
}

type vonMisesCumulant struct{ dim, order int }

func (vonMisesCumulant) Name() string    { return "von mises cumulant" }
func (d vonMisesCumulant) Attrs() []Attr { return []Attr{{"dim", d.dim}, {"order", d.order}} }
func (d vonMisesCumulant) Run(out []float32, in [][]float32, _ []float32) {
	kernel.VonMisesCumulant(out, in[0], d.dim, d.order)
}
func (d vonMisesCumulant) Diff(in []Node, _, g Node) []Node {
	return []Node{Mul(g, VonMisesCumulant(in[0], d.dim, d.order+1))}
}
