package latent

import "slices"

// IsStandard reports whether a distribution is N(0, I).
func IsStandard(p Prior) bool {
	g, ok := p.(Gaussian)
	return ok && g.Chol == nil && !slices.ContainsFunc(g.Mean, func(v float32) bool { return v != 0 })
}

// Independent returns the mean and the deviation of each value of a code, if these are
// independent of one another and normal: of a Gaussian without covariances, and of a mixture of
// one such. Of other distributions, and where a deviation is 0, ok is false.
func Independent(p Prior) (mean, deviation []float32, ok bool) {
	if m, mixed := p.(*Mixture); mixed && len(m.Components) == 1 {
		p = m.Components[0]
	}
	g, normal := p.(Gaussian)
	if !normal || g.check() != nil {
		return nil, nil, false
	}
	deviation = make([]float32, len(g.Mean))
	for i := range deviation {
		if deviation[i] = 1; g.Chol == nil {
			continue
		}
		factor := g.factor(i)
		if deviation[i] = factor[i]; !(factor[i] > 0) || slices.ContainsFunc(factor[:i], func(v float32) bool { return v != 0 }) {
			return nil, nil, false
		}
	}
	return g.Mean, deviation, true
}
