package kernel

import (
	"math"
	"testing"
)

func TestTokensAgreeWithTheDefinition(t *testing.T) {
	const rows, words = 7, 13
	logits, index := make([]float32, rows*words), []float32{0, 12, -1, 5, 3, -1, 7}
	Normal(logits, Seed(1, "tokens"))
	for k := range words { // far apart
		logits[4*words+k] *= 100
	}
	nll, grad, g := make([]float32, rows), make([]float32, rows*words), []float32{1, -2, 3, 0.5, 1, 1, 0}
	TokenNLL(nll, logits, index)
	TokenNLLGrad(grad, logits, index, nll, g)
	for r := range rows {
		row, sum := logits[r*words:(r+1)*words], 0.0
		top := math.Inf(-1)
		for _, v := range row {
			top = max(top, float64(v))
		}
		for _, v := range row {
			sum += math.Exp(float64(v) - top)
		}
		k, want := int(index[r]), 0.0
		if k >= 0 {
			want = top + math.Log(sum) - float64(row[k])
		}
		if got := float64(nll[r]); math.Abs(got-want) > 1e-6*(1+want) {
			t.Errorf("row %d: got %v nats, want %v", r, got, want)
		}
		for i, v := range row {
			want := 0.0
			if k >= 0 {
				want = math.Exp(float64(v)-top) / sum
			}
			if i == k {
				want--
			}
			want *= float64(g[r])
			if got := float64(grad[r*words+i]); math.Abs(got-want) > 2e-6*(1+math.Abs(want)) {
				t.Errorf("row %d: gradient of logit %d: got %v, want %v", r, i, got, want)
			}
		}
	}
}
