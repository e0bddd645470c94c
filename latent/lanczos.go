package latent

import (
	"context"
	"errors"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/nn/linalg"
)

// leading returns the k largest eigenvalues of a symmetric matrix a (d, d), falling,
// and their eigenvectors (k, d): by [lanczos], or from the whole decomposition if that
// is cheaper or if equal eigenvalues rule out Lanczos's method.
func leading(ctx context.Context, a []float64, d, k int) (values, vectors []float64, err error) {
	if 2*firstCheck(k) <= d {
		values, vectors, err = lanczos(ctx, a, d, k)
		if err == nil || ctx.Err() != nil {
			return values, vectors, err
		}
	}
	if values, vectors, err = linalg.Eigen(a, d); err != nil {
		return nil, nil, err
	}
	return values[:k], vectors[:k*d], nil
}

// firstCheck returns the number of steps after which Lanczos's method may have found k
// eigenvalues.
func firstCheck(k int) int { return 2*k + 20 }

// errLanczos means that Lanczos's method does not suit a matrix.
var errLanczos = errors.New("equal eigenvalues or no convergence")

// lanczos finds the k largest eigenvalues of a (d, d) in the space of v, a·v, a²·v, …
// for a random v. Every vector is made orthogonal to all before it, twice. It ends
// when the residual |a·x − λ·x| of each is at most 10⁻¹⁰ of the largest eigenvalue.
//
// The space contains only one vector for equal eigenvalues: [complete] looks for those
// that were missed.
//
// Lanczos, An Iteration Method for the Solution of the Eigenvalue Problem of Linear
// Differential and Integral Operators, 1950; Parlett, The Symmetric Eigenvalue
// Problem, 1980, chapter 13.
func lanczos(ctx context.Context, a []float64, d, k int) (values, vectors []float64, err error) {
	const residual = 1e-10
	space := newKrylov(a, d, nil)
	for steps := firstCheck(k); ; steps += steps / 4 {
		if steps > d/2 {
			return nil, nil, errLanczos
		}
		if err := space.extend(ctx, steps); err != nil {
			return nil, nil, err
		}
		theta, s, err := space.ritz()
		if err != nil {
			return nil, nil, err
		}
		worst := 0.0
		for i := range k {
			worst = max(worst, math.Abs(float64(space.beta[steps-1]*s[i*steps+steps-1])))
		}
		if worst <= residual*theta[0] {
			values, vectors = theta[:k], linalg.Product(s[:k*steps], space.basis, k, steps, d)
			break
		}
	}
	if err := complete(ctx, a, d, values, vectors, residual*values[0]); err != nil {
		return nil, nil, err
	}
	return values, vectors, nil
}

// complete returns errLanczos if a, positive semidefinite but for rounding, has another
// eigenvalue above the last of these by more than a tolerance. It looks into a space
// that begins with a random vector orthogonal to the eigenvectors found, until the largest
// Ritz value θ there has a residual within the tolerance, or θ is so low that an
// eigenvalue λ no smaller than the last would have shown: after m steps the chance is
//
//	P(θ ≤ (1−ε)·λ) ≤ 1.648·√d · exp(−√ε·(2m−1))
//
// and one of 10⁻⁹ is taken for none.
//
// Kuczyński and Woźniakowski, Estimating the Largest Eigenvalue by the Power and
// Lanczos Algorithms with a Random Start, SIAM Journal on Matrix Analysis and
// Applications 1992, theorem 4.1.
func complete(ctx context.Context, a []float64, d int, values, vectors []float64, tolerance float64) error {
	const chance = 1e-9
	least, rest := values[len(values)-1], newKrylov(a, d, vectors)
	for steps := 16; steps <= d/2; steps += steps / 4 {
		// A space that a maps to itself has the eigenvalues of a in it.
		if err := rest.extend(ctx, steps); err != nil && !errors.Is(err, errLanczos) {
			return err
		}
		theta, s, err := rest.ritz()
		if err != nil {
			return err
		}
		if theta[0] > least+tolerance {
			return errLanczos
		}
		m := len(rest.alpha)
		if math.Abs(float64(rest.beta[m-1]*s[m-1])) <= tolerance {
			return nil
		}
		epsilon := max(0, 1-theta[0]/least)
		if 1.648*math.Sqrt(float64(d))*elementary.Exp(-math.Sqrt(epsilon)*float64(2*m-1)) <= chance {
			return nil
		}
	}
	return errLanczos
}

// krylov is an orthonormal basis in which a symmetric matrix is tridiagonal.
type krylov struct {
	a           []float64 // (d, d)
	d           int
	locked      int       // vectors that the basis must be orthogonal to
	basis       []float64 // (locked + steps + 1, d)
	alpha, beta []float64 // the diagonal, and the diagonals next to it
}

// newKrylov begins a basis with a random vector, orthogonal to the locked ones (n, d).
func newKrylov(a []float64, d int, locked []float64) *krylov {
	k := &krylov{a: a, d: d, locked: len(locked) / d, basis: append([]float64(nil), locked...)}
	start := make([]float32, d)
	kernel.Normal(start, kernel.Seed(uint64(k.locked), "latent.lanczos"))
	w := make([]float64, d)
	for i, v := range start {
		w[i] = float64(v)
	}
	k.grow(w)
	return k
}

// grow makes w orthogonal to the basis and of length 1, appends it, and returns the
// length that was left.
func (k *krylov) grow(w []float64) float64 {
	rows := len(k.basis) / k.d
	h := make([]float64, rows)
	for range 2 {
		product(h, k.basis, w)
		for j, c := range h {
			h[j] = -c
		}
		addProduct(w, h, k.basis)
	}
	length := norm(w)
	for i := range w {
		w[i] /= length
	}
	k.basis = append(k.basis, w...)
	return length
}

// extend makes steps until there are as many as asked for. A matrix that maps the
// basis to itself is an error, as is the end of ctx.
func (k *krylov) extend(ctx context.Context, steps int) error {
	for len(k.alpha) < steps {
		if ctx.Err() != nil {
			return fmt.Errorf("eigenvalues: %w", context.Cause(ctx))
		}
		v := k.basis[len(k.basis)-k.d:]
		w := make([]float64, k.d)
		product(w, k.a, v)
		k.alpha = append(k.alpha, linalg.Dot(v, w))
		beta, before := k.grow(w), math.Abs(k.alpha[0])
		k.beta = append(k.beta, beta)
		if !(beta > 1e-12*before) {
			return errLanczos
		}
	}
	return nil
}

// ritz has the eigenvalues of the tridiagonal matrix, falling, and its eigenvectors, as rows.
func (k *krylov) ritz() (values, vectors []float64, err error) {
	n := len(k.alpha)
	t := make([]float64, n*n)
	for i, v := range k.alpha {
		t[i*n+i] = v
		if i > 0 {
			t[i*n+i-1] = k.beta[i-1]
		}
	}
	return linalg.Eigen(t, n)
}

// product is y = a·x for a (len(y), len(x)), and addProduct y += x·a for
// a (len(x), len(y)). They are shared by all processors.
func product(y, a, x []float64) {
	n := len(x)
	kernel.For(len(y), 64, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y[i] = linalg.Dot(a[i*n:(i+1)*n], x)
		}
	})
}

func addProduct(y, x, a []float64) {
	n := len(y)
	kernel.For(n, 256, func(lo, hi int) {
		for j, v := range x {
			linalg.AddScaled(y[lo:hi], v, a[j*n+lo:j*n+hi])
		}
	})
}
