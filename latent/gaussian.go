package latent

import (
	"fmt"
	"math/rand/v2"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Gaussian is a normal distribution of codes, from which a decoder makes samples:
//
//	z = Mean + L·ε,   ε ~ N(0, I)
//
//	Mean (d)   L "Chol" (d, d) lower triangular, row-major   z (d)
//
// A nil Chol stands for the identity. The covariance is L·Lᵀ.
type Gaussian struct {
	Mean []float32
	Chol []float32
}

// Standard returns N(0, I) over codes of d values, the prior of a variational
// autoencoder.
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, section 3.
func Standard(d int) Gaussian { return Gaussian{Mean: make([]float32, d)} }

// Dim implements [Prior].
func (g Gaussian) Dim() int { return len(g.Mean) }

// check reports a factor that does not fit the mean.
func (g Gaussian) check() error {
	if d := len(g.Mean); d == 0 || g.Chol != nil && len(g.Chol) != d*d {
		return fmt.Errorf("a mean of %d values with a factor of %d, want at least 1 value and its square", d, len(g.Chol))
	}
	return nil
}

// Draw implements [Prior].
func (g Gaussian) Draw(seed uint64, first int, z *tensor.Tensor) error {
	err := g.check()
	if err == nil {
		err = checkRows(z, g.Dim())
	}
	if err != nil {
		return fmt.Errorf("latent: gaussian: draw: %w", err)
	}
	drawRows("latent.Gaussian.Draw", seed, first, z, g.draw)
	return nil
}

// draw writes a draw to dst, with scratch of as many values.
func (g Gaussian) draw(src *rand.Rand, scratch []float64, dst []float32) {
	if g.Chol == nil {
		for i, m := range g.Mean {
			dst[i] = float32(float64(m) + normal(src))
		}
		return
	}
	for i := range scratch {
		scratch[i] = normal(src)
	}
	for i, m := range g.Mean {
		z := float64(m)
		for j, l := range g.factor(i) {
			z += float64(float64(l) * scratch[j])
		}
		dst[i] = float32(z)
	}
}

// factor is row i of Chol up to its diagonal.
func (g Gaussian) factor(i int) []float32 {
	at := i * len(g.Mean)
	return g.Chol[at : at+i+1]
}

// LogDensity implements [Density]:
//
//	ln p(z) = −½ |L⁻¹(z − Mean)|² − Σ ln Lᵢᵢ − d/2 ln 2π
//
// A singular covariance is an error: it has no density over the whole space that could be
// compared with another's. [Fit] adds to a singular covariance what makes it regular, so the
// density of a fit with unused directions depends on what was added there.
func (g Gaussian) LogDensity(z *tensor.Tensor, dst []float64) error {
	err := checkDensity(z, g.Dim(), dst)
	most := 0.0
	if err == nil {
		most, err = g.logPeak()
	}
	if err != nil {
		return fmt.Errorf("latent: gaussian: log-density: %w", err)
	}
	logDensities(z, dst, g.Dim(), func(z []float32, scratch []float64) float64 {
		return most - float64(g.whiten(z, scratch)/2)
	})
	return nil
}

// logPeak is the log-density at the mean.
func (g Gaussian) logPeak() (float64, error) {
	if err := g.check(); err != nil {
		return 0, err
	}
	most := -float64(float64(len(g.Mean)) / 2 * elementary.LogTwoPi)
	if g.Chol == nil {
		return most, nil
	}
	for i := range g.Mean {
		pivot := g.factor(i)[i]
		if !(pivot > 0) || !finite(pivot) {
			return 0, fmt.Errorf("the covariance is singular, with no density: element [%d][%d] of its factor is %v, want it above 0", i, i, pivot)
		}
		most -= elementary.Log(float64(pivot))
	}
	return most, nil
}

// whiten writes L⁻¹(z − Mean) to white and returns its square.
func (g Gaussian) whiten(z []float32, white []float64) float64 {
	square := 0.0
	for i, m := range g.Mean {
		v := float64(z[i]) - float64(m)
		if g.Chol != nil {
			l := g.factor(i)
			for j, u := range white[:i] {
				v -= float64(float64(l[j]) * u)
			}
			v /= float64(l[i])
		}
		white[i] = v
		square += float64(v * v)
	}
	return square
}

// diagonal reports whether Chol is a diagonal matrix.
func (g Gaussian) diagonal() bool {
	if g.Chol == nil {
		return false
	}
	for i := range g.Mean {
		for _, l := range g.factor(i)[:i] {
			if l != 0 {
				return false
			}
		}
	}
	return true
}

// scaledSquare is the square of L⁻¹(z − Mean) for a diagonal L, with the same bits as that of whiten.
func (g Gaussian) scaledSquare(z []float32) float64 {
	square, d := 0.0, len(g.Mean)
	for i, m := range g.Mean {
		v := (float64(z[i]) - float64(m)) / float64(g.Chol[i*d+i])
		square += float64(v * v)
	}
	return square
}

// Sphere is the uniform distribution on the unit sphere in so many dimensions. On the space around it
// it has no density.
type Sphere int

// Dim implements [Prior].
func (s Sphere) Dim() int { return int(s) }

// Draw implements [Prior]: the direction of a draw from N(0, I).
func (s Sphere) Draw(seed uint64, first int, z *tensor.Tensor) error {
	if err := checkRows(z, int(s)); err != nil {
		return fmt.Errorf("latent: sphere: %w", err)
	}
	drawRows("latent.Sphere.Draw", seed, first, z, func(src *rand.Rand, scratch []float64, dst []float32) {
		length := 0.0
		for length == 0 {
			for i := range scratch {
				scratch[i] = normal(src)
				length = elementary.Hypot(length, scratch[i])
			}
		}
		for i, v := range scratch {
			dst[i] = float32(v / length)
		}
	})
	return nil
}
