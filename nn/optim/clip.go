package optim

import (
	"math"

	"latentspace/kernel"
)

// GlobalNorm returns the Euclidean norm of all gradients as one vector:
//
//	norm = √Σ g²
//
// The sum is in float64 and in the order given.
func GlobalNorm(grads [][]float32) float64 {
	sum := 0.0
	for _, g := range grads {
		sum += kernel.SumSquares(g)
	}
	return math.Sqrt(sum)
}

// ClipGlobalNorm shortens gradients whose [GlobalNorm] is above a limit, all by one
// factor, so that their direction stays:
//
//	g ← g·limit/norm   if norm > limit
//
// It returns the norm before clipping. A norm that is not finite is returned and
// leaves the gradients alone. A limit of zero or below is none.
//
// Pascanu, Mikolov and Bengio, On the Difficulty of Training Recurrent Neural
// Networks, ICML 2013, algorithm 1.
func ClipGlobalNorm(grads [][]float32, limit float64) (norm float64) {
	norm = GlobalNorm(grads)
	if limit <= 0 || !(norm > limit) || math.IsInf(norm, 1) {
		return norm
	}
	factor := float32(limit / norm)
	for _, g := range grads {
		kernel.Scale(g, g, factor)
	}
	return norm
}
