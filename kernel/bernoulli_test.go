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
				if !equal(alone, loss) {
					t.Errorf("with the gradient: got %v, want %v", loss, alone)
				}
				for r := range rows {
					want := 0.0
					for j := r * n; j < (r+1)*n; j++ {
						x, y := float64(l[j]), float64(targets[j])
						want += math.Max(x, 0) - x*y + math.Log1p(math.Exp(-math.Abs(x)))
						near(t, "gradient", float64(grad[j]), float64(g[r])*(1/(1+math.Exp(-x))-y), 0x1p-23)
					}
					near(t, "loss", float64(loss[r]), want, 1e-7)
				}
				without := make([]float32, rows*n)
				BernoulliNLLGrad(nil, without, l, targets, g)
				if !equal(without, grad) {
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

// A logit of either sign, with a target of 0, 1 or between: relative errors of the loss, and
// of the gradient where nothing cancels.
func TestBernoulliNLLIsAccurate(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, target := range []float32{0, 1, 0.25, 0.9} {
			const n = 4000
			l, targets, grad, loss := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			ones := make([]float32, n)
			Fill(ones, 1)
			Fill(targets, target)
			for i := range l {
				l[i] = (float32(i) - n/2) * (certain / (n / 2.0))
			}
			BernoulliNLLGrad(loss, grad, l, targets, ones)
			for i := range l {
				x, y := float64(l[i]), float64(target)
				e := math.Exp(-math.Abs(x))
				want, slope := math.Log1p(e)-x*y, e/(1+e)-y
				if x > 0 {
					want, slope = math.Log1p(e)+x*(1-y), 1-y-e/(1+e)
				}
				if off := math.Abs(float64(loss[i])/want - 1); !(off < 2e-7) {
					t.Errorf("loss of target %v at %v: got %v, want %v", target, x, loss[i], want)
				}
				if off := math.Abs(float64(grad[i]) - slope); !(off < 2e-7*math.Abs(slope) || y != math.Round(y) && off < 0x1p-24) {
					t.Errorf("gradient of target %v at %v: got %v, want %v", target, x, grad[i], slope)
				}
			}
		}
	})
}

// What is certain has no loss and no gradient, and what is wrong all of both. In between the least
// gradient is far above what is subnormal, and so is its square, of a mean over a batch of 128 too.
func TestBernoulliNLLOfCertaintyIsNotSubnormal(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		const n = 20_000
		l, targets, grad, loss, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		Fill(g, 1.0/128)
		for i := range l {
			l[i] = (float32(i) - n/2) * (100.0 / (n / 2))
			targets[i] = float32(i % 2)
		}
		BernoulliNLLGrad(loss, grad, l, targets, g)
		for i, x := range l {
			right := (x > 0) == (targets[i] == 1)
			if x < 0 {
				x = -x
			}
			switch {
			case x <= certain && right && !(grad[i]*grad[i] > 1e5*smallestNormal):
				t.Errorf("logit %v, target %v: gradient %v, whose square is small", l[i], targets[i], grad[i])
			case x > certain && right && (loss[i] != 0 || grad[i] != 0):
				t.Errorf("logit %v, target %v: loss %v and gradient %v, want 0", l[i], targets[i], loss[i], grad[i])
			case x > certain && !right && (loss[i] != x || grad[i]*grad[i] != 1.0/128/128):
				t.Errorf("logit %v, target %v: loss %v and gradient %v, want %v and 1/128", l[i], targets[i], loss[i], grad[i], x)
			}
		}
	})
}

// The rounding of each loss does not add up: neither where all are alike nor where none is.
func TestBernoulliNLLOfManyIsAccurate(t *testing.T) {
	const n = 784
	for _, scale := range []float32{0, 0.01, 1, 10} {
		l, targets, loss := noise(n, "logits"), make([]float32, n), make([]float32, 1)
		Scale(l, l, scale)
		Uniform(targets, Seed(0, "targets"))
		BernoulliNLL(loss, l, targets)
		want := 0.0
		for i, v := range l {
			x, y := float64(v), float64(targets[i])
			want += math.Max(x, 0) - x*y + math.Log1p(math.Exp(-math.Abs(x)))
		}
		if off := math.Abs(float64(loss[0])/want - 1); !(off < 1e-7) {
			t.Errorf("logits of scale %v: got %v, want %v", scale, loss[0], want)
		}
	}
}

func TestBernoulliNLLOfNoNumber(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	everyPath(t, func(t *testing.T) {
		for _, c := range []struct {
			name       string
			l, t       float32
			loss, grad float32
		}{
			{"a logit that is no number", nan, 1, nan, nan},
			{"a negative one", -nan, 0, nan, nan},
			{"a target that is no number", 1, nan, nan, nan},
			{"sure without bound and wrong", inf, 0, inf, 1},
			{"sure of zero without bound and wrong", -inf, 1, inf, -1},
			{"infinity times nothing", inf, 1, nan, 0},
			{"the largest logit", math.MaxFloat32, 0.5, math.MaxFloat32 / 2, 0.5},
		} {
			loss, grad := make([]float32, 1), make([]float32, 1)
			BernoulliNLLGrad(loss, grad, []float32{c.l}, []float32{c.t}, []float32{1})
			if !same(loss[0], c.loss) || !same(grad[0]+0, c.grad) {
				t.Errorf("%s: got loss %v and gradient %v, want %v and %v", c.name, loss[0], grad[0], c.loss, c.grad)
			}
		}
	})
}
