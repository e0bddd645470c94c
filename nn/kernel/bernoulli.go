package kernel

import "math"

// BernoulliNLL is, for each row of logits l and targets t (len(dst), cols),
//
//	Σ max(l, 0) − l·t + ln(1 + e^−|l|)
//
// in nats, added up in float64.
func BernoulliNLL(dst, logits, targets []float32) {
	n := len(logits) / len(dst)
	For(len(dst), max(1, functionGrain/max(1, n)), func(lo, hi int) {
		for r := lo; r < hi; r++ {
			row, t := logits[r*n:(r+1)*n], targets[r*n:(r+1)*n]
			s := 0.0
			for j, v := range row {
				l := float64(v)
				s += max(l, 0) - float64(l*float64(t[j])) + log1p(exp(-math.Abs(l)))
			}
			dst[r] = float32(s)
		}
	})
}
