package kernel

// Entropy is that of the distribution over energies x, not negative, at the inverse
// temperature beta, in nats:
//
//	H = −Σ pᵢ ln pᵢ = ln Z + beta·Σ pᵢxᵢ    pᵢ = e^(−beta·xᵢ)/Z    Z = Σ e^(−beta·xᵢ)
//
// The smallest energy ought to be zero, so that Z is at least 1, and beta below 10²⁵⁰.
func Entropy(x []float32, beta float64) float64 {
	z, energy := vec().boltzmann(x, -beta)
	return log(z) + float64(beta*(energy/z))
}

// Partition is Σ e^(−beta·xᵢ), for numbers not negative and beta below 10²⁵⁰.
func Partition(x []float32, beta float64) float64 {
	z, _ := vec().boltzmann(x, -beta)
	return z
}

// boltzmannTwin is Σ e^(slope·xᵢ) and Σ xᵢ e^(slope·xᵢ).
func boltzmannTwin(x []float32, slope float64) (z, energy float64) {
	var sz, se lanes8
	for i, v := range x {
		e := exp(slope * float64(v))
		sz[i%8] += e
		se[i%8] += float64(e * float64(v))
	}
	return sz.total(), se.total()
}
