package latent

import (
	"context"
	"fmt"
	"math"

	"latentspace/internal/random"
	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/nn/linalg"
	"latentspace/tensor"
)

const (
	emIterations = 100
	emTolerance  = 1e-3 // nats
	emFloor      = 1e-5 // of the mean variance, on the diagonals
	emNone       = 1e-6 // a responsibility below it counts as none
)

// em is a run of expectation and maximisation: see [FitMixture]. The codes are centred
// on their mean, so that single precision is enough for products.
type em struct {
	x        []float32 // (n, d) the codes less their mean
	mean     []float64
	n, d     int
	diagonal bool
	floor    float64

	weights []float64   // (k)
	means   [][]float64 // (k, d) of x
	chol    [][]float64 // (k, d·d) lower triangular
	r       []float32   // (n, k) responsibilities
}

func newEM(z *tensor.Tensor, diagonal bool) *em {
	n, d := z.Shape[0], z.Shape[1]
	e := &em{x: make([]float32, n*d), mean: columnMeans(z.Data, d), n: n, d: d, diagonal: diagonal}
	variance := 0.0
	for i, v := range z.Data {
		c := float64(v) - e.mean[i%d]
		e.x[i] = float32(c)
		variance += float64(c * c)
	}
	e.floor = emFloor * variance / float64(n*d)
	return e
}

func (e *em) fit(ctx context.Context, components int, seed uint64) (*Mixture, MixtureFit, error) {
	fit := MixtureFit{LogLikelihood: math.Inf(-1)}
	if e.floor == 0 {
		return nil, fit, fmt.Errorf("%d codes that are all the same, want codes that differ", e.n)
	}
	if err := e.begin(components, seed); err != nil {
		return nil, fit, err
	}
	for fit.Iterations < emIterations {
		if err := ctx.Err(); err != nil {
			return nil, fit, err
		}
		if err := e.maximise(); err != nil {
			return nil, fit, err
		}
		fit.Iterations++
		old := fit.LogLikelihood
		if fit.LogLikelihood = e.expect(); fit.LogLikelihood-old < emTolerance {
			break
		}
	}
	free := components - 1 + components*e.d
	if e.diagonal {
		free += components * e.d
	} else {
		free += components * e.d * (e.d + 1) / 2
	}
	fit.BIC = float64(-2*float64(e.n)*fit.LogLikelihood) + float64(float64(free)*elementary.Log(float64(e.n)))
	return e.mixture(), fit, nil
}

// mixture returns the mixture with the present parameters.
func (e *em) mixture() *Mixture {
	m := &Mixture{Weights: make([]float32, len(e.weights))}
	for k, mean := range e.means {
		m.Weights[k] = float32(e.weights[k])
		g := Gaussian{Mean: make([]float32, e.d), Chol: make([]float32, e.d*e.d)}
		for j := range mean {
			g.Mean[j] = float32(mean[j] + e.mean[j])
		}
		for j, l := range e.chol[k] {
			g.Chol[j] = float32(l)
		}
		m.Components = append(m.Components, g)
	}
	return m
}

// begin draws centres, each code with a chance in proportion to its squared distance
// to the nearest so far, and gives each code to its nearest.
func (e *em) begin(components int, seed uint64) error {
	src := random.NewCodes("latent.FitMixture", seed).At(components)
	nearest, distance := make([]int, e.n), make([]float64, e.n)
	for i := range distance {
		distance[i] = math.Inf(1)
	}
	pick := src.IntN(e.n)
	for k := range components {
		if k > 0 {
			total := 0.0
			for _, v := range distance {
				total += v
			}
			if total == 0 {
				return fewDistinctError{components, k}
			}
			u := src.Float64() * total
			for pick = 0; pick < e.n-1 && (u >= distance[pick] || distance[pick] == 0); pick++ {
				u -= distance[pick]
			}
		}
		centre := e.x[pick*e.d : (pick+1)*e.d]
		kernel.For(e.n, block, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				sum := 0.0
				for j, v := range e.x[i*e.d : (i+1)*e.d] {
					c := float64(v - centre[j])
					sum += float64(c * c)
				}
				if sum < distance[i] {
					distance[i], nearest[i] = sum, k
				}
			}
		})
	}
	e.weights, e.means, e.chol = make([]float64, components), make([][]float64, components), make([][]float64, components)
	e.r = make([]float32, e.n*components)
	for i, k := range nearest {
		e.r[i*components+k] = 1
	}
	return nil
}

// maximise computes the parameters from the responsibilities, a component at a time.
func (e *em) maximise() error {
	components := len(e.weights)
	errs := make([]error, components)
	kernel.For(components, 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			errs[k] = e.maximiseOne(k)
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *em) maximiseOne(k int) error {
	components := len(e.weights)
	total, mean := 0.0, make([]float64, e.d)
	for i := range e.n {
		r := float64(e.r[i*components+k])
		if r == 0 {
			continue
		}
		total += r
		for j, v := range e.x[i*e.d : (i+1)*e.d] {
			mean[j] += float64(r * float64(v))
		}
	}
	total = max(total, 1e-10)
	for j := range mean {
		mean[j] /= total
	}
	sum, part, rows := make([]float64, e.d*e.d), make([]float32, e.d*e.d), make([]float32, 0, block*e.d)
	add := func() {
		kernel.MatMul(part, rows, rows, e.d, e.d, len(rows)/e.d, true, false, false)
		for i, v := range part {
			sum[i] += float64(v)
		}
		rows = rows[:0]
	}
	for i := range e.n {
		r := math.Sqrt(float64(e.r[i*components+k]))
		if r == 0 {
			continue
		}
		for j, v := range e.x[i*e.d : (i+1)*e.d] {
			rows = append(rows, float32(r*(float64(v)-mean[j])))
		}
		if len(rows) == block*e.d {
			add()
		}
	}
	add()
	chol, err := e.factorise(sum, total)
	if err != nil {
		return fmt.Errorf("component %d of %d: %w", k, components, err)
	}
	e.weights[k], e.means[k], e.chol[k] = total/float64(e.n), mean, chol
	return nil
}

// factorise returns L of the covariance sum/total with the floor on its diagonal.
func (e *em) factorise(sum []float64, total float64) ([]float64, error) {
	if e.diagonal {
		l := make([]float64, e.d*e.d)
		for j := range e.d {
			l[j*e.d+j] = math.Sqrt(sum[j*e.d+j]/total + e.floor)
		}
		return l, nil
	}
	covariance := make([]float64, e.d*e.d)
	for i, v := range sum {
		covariance[i] = v / total
	}
	for j := range e.d {
		covariance[j*e.d+j] += e.floor
	}
	l, ok := linalg.Cholesky(covariance, e.d)
	if !ok {
		return nil, fmt.Errorf("its covariance is indefinite beyond rounding; fewer components have larger ones")
	}
	return l, nil
}

// expect computes the responsibilities from the parameters and returns the mean
// log-likelihood.
func (e *em) expect() float64 {
	components, d := len(e.weights), e.d
	// ln Weights[k] p(x|k) = offset − |L⁻¹x + shift|²/2, shift = −L⁻¹μ
	inverse, shift, offset := make([][]float32, components), make([][]float32, components), make([]float64, components)
	kernel.For(components, 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			inverse[k], shift[k] = whitening(e.chol[k], e.means[k])
			offset[k] = elementary.Log(e.weights[k]) - float64(float64(d)/2*elementary.LogTwoPi)
			for j := range d {
				offset[k] -= elementary.Log(e.chol[k][j*d+j])
			}
		}
	})
	parts := make([]float64, (e.n+block-1)/block)
	kernel.For(e.n, block, func(lo, hi int) {
		white, terms := make([]float32, (hi-lo)*d), make([]float64, (hi-lo)*components)
		for k := range components {
			kernel.MatMulThen(white, e.x[lo*d:hi*d], inverse[k], hi-lo, d, d, false, true, false, kernel.Epilogue{Bias: shift[k]})
			for i := range hi - lo {
				square := 0.0
				for _, v := range white[i*d : (i+1)*d] {
					square += float64(float64(v) * float64(v))
				}
				terms[i*components+k] = offset[k] - float64(square/2)
			}
		}
		for i := range hi - lo {
			row := terms[i*components : (i+1)*components]
			sum := logSumExp(row)
			parts[lo/block] += sum
			for k, v := range row {
				r := float32(elementary.Exp(v - sum))
				if r < emNone {
					r = 0
				}
				e.r[(lo+i)*components+k] = r
			}
		}
	})
	total := 0.0
	for _, v := range parts {
		total += v
	}
	return total / float64(e.n)
}

// whitening returns the inverse of a lower triangular matrix L (d, d), and −L⁻¹μ.
func whitening(l, mean []float64) (inverse, shift []float32) {
	d := len(mean)
	column, sum := make([]float64, d), make([]float64, d)
	inverse, shift = make([]float32, d*d), make([]float32, d)
	for c := range d {
		for i := c; i < d; i++ {
			v := 0.0
			if i == c {
				v = 1
			}
			for j := c; j < i; j++ {
				v -= float64(l[i*d+j] * column[j])
			}
			column[i] = v / l[i*d+i]
			inverse[i*d+c] = float32(column[i])
			sum[i] += float64(column[i] * mean[c])
		}
	}
	for i, v := range sum {
		shift[i] = float32(-v)
	}
	return inverse, shift
}
