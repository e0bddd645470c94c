package parts

import (
	"math"

	"latentspace/latent"
	"latentspace/nn"
)

const CodeRate = 0.01 // of the moving averages of the codes' moments

// ObserveCodes moves the moments of the codes, "mean" and "second" in the graph's scope, towards
// those of the batch z (batch, latent).
func ObserveCodes(g *nn.Graph, z nn.Node) {
	shape := z.Shape()
	if len(shape) != 2 {
		return // of an encoder that failed
	}
	d := shape[1]
	mean := g.Moving("mean", nn.Moving{Rate: CodeRate}, d)
	second := g.Moving("second", nn.Moving{Rate: CodeRate}, d, d)
	if !g.Training {
		return
	}
	n := float64(shape[0])
	move := func(old, now nn.Node) nn.Node { return old.Scale(1 - CodeRate).Add(now.Scale(CodeRate / n)) }
	g.SetState("mean", move(mean, z.SumRows()))
	g.SetState("second", move(second, z.TMatMul(z)))
}

// ObservedPrior is the Gaussian with the moments that [ObserveCodes] kept in a scope.
func ObservedPrior(p *nn.Params, scope string) (latent.Prior, error) {
	return fromMoments(p.Get(scope+".mean").Data, p.Get(scope+".second").Data)
}

// fromMoments is the Gaussian of codes with the mean E[z] (d) and the second moments E[z·zᵀ]
// (d, d),
//
//	C = E[z·zᵀ] − E[z]·E[z]ᵀ
//
// Moments in single precision leave of C nothing but rounding where codes vary by less than a
// thousandth of what they are, as those of dead units do: a variance that is negative by
// rounding is zero, and the first of 0, 10⁻⁷, 10⁻⁶ … 10⁻³ of E[zᵢ²] that makes C a covariance
// is added to the variances. It is fitted in units of √E[zᵢ²], so that no dimension is lost
// beside larger ones.
func fromMoments(mean, second []float32) (g latent.Gaussian, err error) {
	d := len(mean)
	unit := make([]float64, d)
	for i := range d {
		if unit[i] = math.Sqrt(math.Abs(float64(second[i*d+i]))); unit[i] == 0 {
			unit[i] = 1
		}
	}
	exact, covariance := make([]float64, d*d), make([]float32, d*d)
	for i := range d {
		for j := range d {
			c := float64(second[i*d+j]) - float64(float64(mean[i])*float64(mean[j]))
			exact[i*d+j] = c / unit[i] / unit[j]
		}
	}
	for _, rounding := range []float64{0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3} {
		for i, v := range exact {
			covariance[i] = float32(v)
		}
		for i := range d {
			if v := exact[i*d+i] + rounding; !(v <= 0) {
				covariance[i*d+i] = float32(v)
				continue
			}
			for j := range d { // a dimension that does not vary does so with no other
				covariance[i*d+j], covariance[j*d+i] = 0, 0
			}
		}
		if g, err = latent.Fit(mean, covariance); err == nil {
			break
		}
	}
	for i := range g.Chol {
		g.Chol[i] = float32(float64(g.Chol[i]) * unit[i/d])
	}
	return g, err
}
