package nn

// Dropout zeroes each value with probability Rate in training and scales the
// others, so that the mean stays; in evaluation it does nothing:
//
//	y = x·m/(1 − Rate)    m ~ Bernoulli(1 − Rate)
//
// The mask is noise of the graph, named "dropout", so that a step can be
// repeated. A Rate outside [0, 1) is an error.
//
// Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from
// Overfitting, JMLR 2014.
type Dropout struct{ Rate float64 }

// Forward implements [Layer].
func (l Dropout) Forward(g *Graph, x Node) Node {
	if !(l.Rate >= 0 && l.Rate < 1) {
		return g.Failf("dropout: rate %v, want it in [0, 1)", l.Rate)
	}
	if !g.Training || l.Rate == 0 {
		return x
	}
	keep := 1 - l.Rate
	return x.Mul(g.Bernoulli("dropout", float32(keep), x.Shape()...)).Scale(1 / keep)
}
