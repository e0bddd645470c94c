package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// rowsOf is the shapes that likelihoods are tested with.
var rowsOf = [][2]int{{1, 1}, {3, 7}, {2, 8}, {5, 20}, {4, 67}, {1200, 9}}

func TestBernoulliNLL(t *testing.T) {
	for _, shape := range rowsOf {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				rows, n := shape[0], shape[1]
				l, targets, g := noise(rows*n, "logits"), make([]float32, rows*n), noise(rows, "g")
				Scale(l, l, 8)
				Uniform(targets, Seed(0, "targets"))
				alone, loss, grad := make([]float32, rows), make([]float32, rows), make([]float32, rows*n)
				BernoulliNLL(alone, l, targets)
				BernoulliNLLGrad(loss, grad, l, targets, g)
				if !slices.Equal(alone, loss) {
					t.Errorf("with the gradient: got %v, want %v", loss, alone)
				}
				for r := range rows {
					want := 0.0
					for j := r * n; j < (r+1)*n; j++ {
						x, y := float64(l[j]), float64(targets[j])
						want += math.Max(x, 0) - x*y + math.Log1p(math.Exp(-math.Abs(x)))
						near(t, "gradient", float64(grad[j]), float64(g[r])*(1/(1+math.Exp(-x))-y), 1e-7)
					}
					near(t, "loss", float64(loss[r]), want, 1e-7)
				}
				without := make([]float32, rows*n)
				BernoulliNLLGrad(nil, without, l, targets, g)
				if !slices.Equal(without, grad) {
					t.Errorf("without the loss: got %v, want %v", without, grad)
				}
			})
		})
	}
}

func TestBernoulliNLLOfCertainty(t *testing.T) {
	loss, grad := make([]float32, 4), make([]float32, 4)
	BernoulliNLLGrad(loss, grad, []float32{200, -200, 200, -200}, []float32{1, 0, 0, 1}, []float32{1, 1, 1, 1})
	if want := []float32{0, 0, 200, 200}; !slices.Equal(loss, want) {
		t.Errorf("got losses %v, want %v", loss, want)
	}
	for i, want := range []float64{0, 0, 1, -1} {
		near(t, "gradient", float64(grad[i]), want, 1e-30)
	}
}
