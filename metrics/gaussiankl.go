package metrics

import "latentspace/nn/elementary"

// GaussianKL is the divergence of a diagonal Gaussian from the standard normal one, in
// nats:
//
//	KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ μ² + σ² − ln σ² − 1
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, appendix B.
func GaussianKL(mu, logvar []float32) float64 {
	kl := 0.0
	for j, u := range mu {
		kl += gaussianKL(float64(u), float64(logvar[j]))
	}
	return kl
}

// gaussianKL is that of one dimension.
func gaussianKL(u, lv float64) float64 {
	return float64((float64(u*u) + elementary.Exp(lv) - lv - 1) / 2)
}
