package latent

import (
	"math"

	"latentspace/nn/elementary"
)

// Density is a [Prior] with a density.
type Density interface {
	Prior
	// LogDensity is ln p(z), in nats.
	LogDensity(z []float32) float64
}

// LogDensity is the logarithm of the normal density,
//
//	ln p(z) = −½ |L⁻¹(z − Mean)|² − Σ ln Lᵢᵢ − d/2 ln 2π
//
// It is NaN for a singular covariance, which has no density.
func (g Gaussian) LogDensity(z []float32) float64 {
	diff := make([]float64, len(g.Mean))
	for i, m := range g.Mean {
		diff[i] = float64(z[i]) - float64(m)
	}
	return logNormal(diff, g.Chol)
}

// logNormal is the log-density of N(0, L·Lᵀ), or N(0, I) for a nil L, at x, which it
// overwrites.
func logNormal(x []float64, chol []float32) float64 {
	d := len(x)
	sum := float64(float64(d) / 2 * elementary.LogTwoPi)
	for i := range x {
		v, pivot := x[i], 1.0
		if chol != nil {
			row := chol[i*d : i*d+i+1]
			for j, l := range row[:i] {
				v -= float64(float64(l) * x[j])
			}
			if pivot = float64(row[i]); pivot <= 0 {
				return math.NaN()
			}
			v /= pivot
			x[i] = v
		}
		sum += float64(v*v/2) + elementary.Log(pivot)
	}
	return -sum
}

// logSumExp is ln Σ exp x, −∞ for none.
func logSumExp(x []float64) float64 {
	most := math.Inf(-1)
	for _, v := range x {
		most = max(most, v)
	}
	if math.IsInf(most, 0) {
		return most
	}
	sum := 0.0
	for _, v := range x {
		sum += elementary.Exp(v - most)
	}
	return most + elementary.Log(sum)
}
