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

// gaussian is the formula in float64, bounded at b.
func naiveExp(x, b float64) (slope, y float64) {
	if x > b {
		return math.Exp(b), math.Exp(b) * (1 + x - b)
	}
	return math.Exp(x), math.Exp(x)
}

func TestGaussianNLL(t *testing.T) {
	const bound = 2
	for _, shape := range rowsOf {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				rows, n := shape[0], shape[1]
				mu, logvar, x, g := noise(rows*n, "mu"), noise(rows*n, "logvar"), noise(rows*n, "x"), noise(rows, "g")
				Scale(logvar, logvar, 2)
				alone, loss := make([]float32, rows), make([]float32, rows)
				dmu, dlogvar := make([]float32, rows*n), make([]float32, rows*n)
				GaussianNLL(alone, mu, logvar, x, bound)
				GaussianNLLGrad(loss, dmu, dlogvar, mu, logvar, x, g, bound)
				if !slices.Equal(alone, loss) {
					t.Errorf("with the gradient: got %v, want %v", loss, alone)
				}
				for r := range rows {
					want, f := 0.0, float64(g[r])
					for j := r * n; j < (r+1)*n; j++ {
						d, lv := float64(x[j])-float64(mu[j]), float64(logvar[j])
						slope, w := naiveExp(-lv, bound)
						want += 0.5*(d*d*w+lv) + 0.5*math.Log(2*math.Pi)
						near(t, "dmu", float64(dmu[j]), -f*d*w, 1e-7)
						near(t, "dlogvar", float64(dlogvar[j]), 0.5*f*(1-d*d*slope), 1e-7)
					}
					near(t, "loss", float64(loss[r]), want, 1e-6)
				}
			})
		})
	}
}

func TestGaussianLatent(t *testing.T) {
	const bound = 2
	for _, shape := range rowsOf {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				rows, n := shape[0], shape[1]
				mu, logvar, eps, dz, g := noise(rows*n, "mu"), noise(rows*n, "logvar"), noise(rows*n, "eps"), noise(rows*n, "dz"), noise(rows, "g")
				Scale(logvar, logvar, 3)
				z, kl := make([]float32, rows*n), make([]float32, rows)
				dmu, dlogvar := make([]float32, rows*n), make([]float32, rows*n)
				GaussianLatent(z, kl, mu, logvar, eps, bound)
				GaussianLatentGrad(dmu, dlogvar, dz, g, mu, logvar, eps, rows, bound)
				for r := range rows {
					want, f := 0.0, float64(g[r])
					for j := r * n; j < (r+1)*n; j++ {
						m, lv, e, d := float64(mu[j]), float64(logvar[j]), float64(eps[j]), float64(dz[j])
						ds, s := naiveExp(lv/2, bound)
						dv, v := naiveExp(lv, bound)
						want += 0.5 * (m*m + v - lv - 1)
						near(t, "z", float64(z[j]), m+s*e, 1e-7)
						near(t, "dmu", float64(dmu[j]), d+f*m, 1e-7)
						near(t, "dlogvar", float64(dlogvar[j]), 0.5*(d*e*ds+f*(dv-1)), 1e-7)
					}
					near(t, "kl", float64(kl[r]), want, 1e-7)
				}
			})
		})
	}
}

// At μ = 0 and logvar = 0 the posterior is the prior.
func TestGaussianLatentOfThePrior(t *testing.T) {
	z, kl, zero, eps := make([]float32, 9), make([]float32, 1), make([]float32, 9), noise(9, "eps")
	GaussianLatent(z, kl, zero, zero, eps, 40)
	if kl[0] != 0 || !slices.Equal(z, eps) {
		t.Errorf("got z %v and kl %v, want %v and 0", z, kl[0], eps)
	}
}
