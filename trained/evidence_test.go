package trained

import (
	"testing"

	"latentspace/metrics"
	"latentspace/tensor"
)

// For N(0, I) every bit of a weight is what it was when there was no other prior.
func TestTheStandardNormalKeepsItsBits(t *testing.T) {
	mu, logvar := tensor.New(2, 3), tensor.New(2, 3)
	for i := range mu.Data {
		mu.Data[i], logvar.Data[i] = float32(i)/3, -float32(i)/5
	}
	w := weights{mu: mu, logvar: logvar, draws: 3}
	w.prepare()
	z, nll := make([]float32, 6), []float32{1.25, 2.5}
	var want [2]metrics.LogMean
	for w.next(z) {
		w.add(nll)
		for i, v := range nll {
			a := w.base[i] - float64(v)
			for j := range 3 {
				e, c := float64(w.eps[3*i+j]), float64(z[3*i+j])
				a += float64((float64(e*e) - float64(c*c)) / 2)
			}
			want[i].Add(a)
		}
	}
	for i := range want {
		if w.log[i].Value() != want[i].Value() {
			t.Errorf("example %d: got %v, want %v", i, w.log[i].Value(), want[i].Value())
		}
	}
}
