package latent

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"latentspace/nn/elementary"
	"latentspace/nn/kernel"
)

// leading returns the k largest eigenvalues of a symmetric matrix a (d, d), falling,
// and their eigenvectors (k, d): by [lanczos], or from the whole decomposition where
// that is cheaper or Lanczos's way is barred by equal eigenvalues.
func leading(ctx context.Context, a []float64, d, k int) (values, vectors []float64, err error) {
	if 2*firstCheck(k) <= d {
		values, vectors, err = lanczos(ctx, a, d, k)
		if err == nil || ctx.Err() != nil {
			return values, vectors, err
		}
	}
	values, columns, err := eigen(mat.NewSymDense(d, a))
	if err != nil {
		return nil, nil, err
	}
	vectors = make([]float64, k*d)
	for i := range k {
		for j := range d {
			vectors[i*d+j] = columns.At(j, i)
		}
	}
	return values[:k], vectors, nil
}

// eigen is the decomposition of a symmetric matrix, the eigenvalues falling and the
// eigenvectors as columns.
func eigen(a *mat.SymDense) ([]float64, *mat.Dense, error) {
	var e mat.EigenSym
	if !e.Factorize(a, true) {
		return nil, nil, fmt.Errorf("the eigenvalues of a symmetric matrix (%d, %d) do not converge", a.SymmetricDim(), a.SymmetricDim())
	}
	n := a.SymmetricDim()
	rising, columns := e.Values(nil), mat.NewDense(n, n, nil)
	e.VectorsTo(columns)
	values, falling := make([]float64, n), mat.NewDense(n, n, nil)
	for j := range n {
		values[j] = rising[n-1-j]
		for i := range n {
			falling.Set(i, j, columns.At(i, n-1-j))
		}
	}
	return values, falling, nil
}

// firstCheck is after how many steps Lanczos's method may have k eigenvalues.
func firstCheck(k int) int { return 2*k + 20 }

// errLanczos is a matrix that is not for Lanczos's method.
var errLanczos = errors.New("equal eigenvalues or no convergence")

// lanczos finds the k largest eigenvalues of a (d, d) in the space of v, a·v, a²·v, …
// for a random v. Every vector is made orthogonal to all before it, twice. It ends
// when the residual |a·x − λ·x| of each is at most 10⁻¹⁰ of the largest eigenvalue.
//
// Of equal eigenvalues the space has one vector alone: [complete] looks for those that
// were missed.
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
			worst = max(worst, math.Abs(float64(space.beta[steps-1]*s.At(steps-1, i))))
		}
		if worst <= residual*theta[0] {
			values, vectors = theta[:k], make([]float64, k*d)
			blas64.Gemm(blas.Trans, blas.NoTrans, 1, s.Slice(0, steps, 0, k).(*mat.Dense).RawMatrix(),
				blas64.General{Rows: steps, Cols: d, Stride: d, Data: space.basis}, 0,
				blas64.General{Rows: k, Cols: d, Stride: d, Data: vectors})
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
		if math.Abs(float64(rest.beta[m-1]*s.At(m-1, 0))) <= tolerance {
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
	locked      int       // vectors that the basis only has to be orthogonal to
	basis       []float64 // (locked + steps + 1, d)
	alpha, beta []float64 // the diagonal, and what is beside it and below
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
		k.alpha = append(k.alpha, blas64.Dot(blas64.Vector{N: k.d, Inc: 1, Data: v}, blas64.Vector{N: k.d, Inc: 1, Data: w}))
		beta, before := k.grow(w), math.Abs(k.alpha[0])
		k.beta = append(k.beta, beta)
		if !(beta > 1e-12*before) {
			return errLanczos
		}
	}
	return nil
}

// ritz is the decomposition of the tridiagonal matrix.
func (k *krylov) ritz() ([]float64, *mat.Dense, error) {
	n := len(k.alpha)
	t := mat.NewSymDense(n, nil)
	for i, v := range k.alpha {
		t.SetSym(i, i, v)
		if i+1 < n {
			t.SetSym(i, i+1, k.beta[i])
		}
	}
	return eigen(t)
}

// product is y = a·x for a (len(y), len(x)), and addProduct y += x·a for
// a (len(x), len(y)). They are shared by all processors.
func product(y, a, x []float64) {
	n := len(x)
	kernel.For(len(y), 64, func(lo, hi int) {
		blas64.Gemv(blas.NoTrans, 1, blas64.General{Rows: hi - lo, Cols: n, Stride: n, Data: a[lo*n : hi*n]},
			blas64.Vector{N: n, Inc: 1, Data: x}, 0, blas64.Vector{N: hi - lo, Inc: 1, Data: y[lo:hi]})
	})
}

func addProduct(y, x, a []float64) {
	n := len(y)
	kernel.For(n, 256, func(lo, hi int) {
		if len(x) == 0 {
			return
		}
		blas64.Gemv(blas.Trans, 1, blas64.General{Rows: len(x), Cols: hi - lo, Stride: n, Data: a[lo : (len(x)-1)*n+hi]},
			blas64.Vector{N: len(x), Inc: 1, Data: x}, 1, blas64.Vector{N: hi - lo, Inc: 1, Data: y[lo:hi]})
	})
}
