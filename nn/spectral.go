package nn

import "latentspace/tensor"

// Spectral divides weights by their largest singular value σ, so that the layer stretches no
// vector. σ is estimated by one step of the power iteration at each use in training, from where
// the last one ended:
//
//	v = W·u/|W·u|,   u ← Wᵀ·v/|Wᵀ·v|,   σ = vᵀ·W·u
//
//	w (…, out), as a matrix W (n, out)   u "singular" (out), state   v (n)
//
// No gradient flows through u and v, which are constants of the step. In evaluation and in a
// frozen scope u stays.
//
// Miyato, Kataoka, Koyama and Yoshida, Spectral Normalization for Generative Adversarial
// Networks, ICLR 2018, algorithm 1.
func Spectral(g *Graph, w Node) Node {
	shape := w.Shape()
	if len(shape) < 2 {
		return g.Failf("spectral norm: weights of shape %v, want (…, out)", shape)
	}
	out := shape[len(shape)-1]
	m := w.Reshape(tensor.Size(shape)/out, out)
	fixed := m.Stop()
	u := g.State("singular", Normal(1), out).Reshape(out, 1)
	v := unit(fixed.MatMul(u))
	if g.Training && !g.frozen(g.scope) {
		u = unit(fixed.TMatMul(v))
		g.SetState("singular", u.Reshape(out))
	}
	sigma := v.TMatMul(m.MatMul(u))
	return w.Mul(sigma.AddScalar(tiny).Reciprocal().Reshape().Broadcast(shape...))
}

// tiny keeps weights that are all zero from a division by it.
const tiny = 1e-12

// unit is a vector (n, 1) of length 1.
func unit(x Node) Node {
	length := x.Square().Sum().AddScalar(tiny * tiny).Sqrt()
	return x.Mul(length.Reciprocal().Broadcast(x.Shape()...))
}
