package linalg

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// random returns a matrix of normal entries, and scatter aᵀa of a random a with so many
// rows, whose rank they are.
func random(r *rand.Rand, m, n int) []float64 {
	a := make([]float64, m*n)
	for i := range a {
		a[i] = r.NormFloat64()
	}
	return a
}

func scatter(r *rand.Rand, rows, n int) []float64 {
	a := random(r, rows, n)
	return Product(Transposed(a, rows, n), a, n, rows, n)
}

// farthest is the largest difference of two arrays.
func farthest(a, b []float64) float64 {
	d := 0.0
	for i, v := range a {
		d = max(d, math.Abs(v-b[i]))
	}
	return d
}

func identity(n int) []float64 {
	a := make([]float64, n*n)
	for i := range n {
		a[i*n+i] = 1
	}
	return a
}

// The matrix of second differences has the eigenvalues 2 − 2 cos(kπ/(n+1)).
func secondDifferences(n int) []float64 {
	a := make([]float64, n*n)
	for i := range n {
		a[i*n+i] = 2
		if i > 0 {
			a[i*n+i-1], a[(i-1)*n+i] = -1, -1
		}
	}
	return a
}

func TestEigenvaluesInClosedForm(t *testing.T) {
	const n = 50
	values, err := Eigenvalues(secondDifferences(n), n)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range values {
		if want := 2 - 2*math.Cos(float64(n-k)*math.Pi/(n+1)); math.Abs(v-want) > 1e-14 {
			t.Errorf("value %d of second differences: got %v, want %v", k, v, want)
		}
	}
	for _, c := range []struct {
		name    string
		a, want []float64
	}{
		{"of nothing", nil, nil},
		{"of one number", []float64{-3}, []float64{-3}},
		{"of a reflection", []float64{0, 1, 1, 0}, []float64{1, -1}},
		{"of zeros", make([]float64, 9), make([]float64, 3)},
		{"of the identity", identity(4), []float64{1, 1, 1, 1}},
		{"of ones, which has rank 1", []float64{1, 1, 1, 1, 1, 1, 1, 1, 1}, []float64{3, 0, 0}},
		{"of a matrix whose squares overflow", []float64{0, 1e300, 1e300, 0}, []float64{1e300, -1e300}},
		{"of a matrix whose squares are nothing", []float64{0, 1e-300, 1e-300, 0}, []float64{1e-300, -1e-300}},
		{"of a diagonal of many sizes", []float64{1e-9, 0, 0, 0, 1e9, 0, 0, 0, 1}, []float64{1e9, 1, 1e-9}},
	} {
		n := len(c.want)
		got, err := Eigenvalues(c.a, n)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, v := range got {
			if math.Abs(v-c.want[i]) > 1e-15*max(math.Abs(c.want[i]), math.Abs(c.want[0])) {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// Matrices of every rank, as covariances of few examples are.
func TestEigenDecomposes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 1 + r.IntN(40)
		rank := r.IntN(n + 3)
		a := scatter(r, rank, n)
		values, vectors, err := Eigen(a, n)
		if err != nil {
			t.Fatalf("n %d, rank %d: %v", n, rank, err)
		}
		alone, err := Eigenvalues(a, n)
		if err != nil || !slices.Equal(alone, values) {
			t.Fatalf("n %d, rank %d: values alone %v (%v), with vectors %v", n, rank, alone, err, values)
		}
		tolerance := 4e-16 * float64(n) * max(1, values[0])
		scaled := slices.Clone(vectors)
		for i := range scaled {
			scaled[i] *= values[i/n]
		}
		if off := farthest(Product(Transposed(vectors, n, n), scaled, n, n, n), a); off > 4*tolerance {
			t.Errorf("n %d, rank %d: vectorsᵀ·values·vectors is off by %g", n, rank, off)
		}
		if off := farthest(Product(vectors, Transposed(vectors, n, n), n, n, n), identity(n)); off > 1e-14 {
			t.Errorf("n %d, rank %d: the vectors' products are off by %g", n, rank, off)
		}
		var theirs mat.EigenSym
		theirs.Factorize(mat.NewSymDense(n, a), true)
		want := theirs.Values(nil)
		slices.Reverse(want)
		if off := farthest(values, want); off > tolerance {
			t.Errorf("n %d, rank %d: values are off from gonum's by %g", n, rank, off)
		}
	}
}

func TestEigenRefusesWhatIsNoNumber(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, _, err := Eigen([]float64{1, 0, bad, 1}, 2)
		if err == nil || !strings.Contains(err.Error(), "entry (1, 0)") {
			t.Errorf("%v: got error %v, want one that names the entry", bad, err)
		}
	}
}

func TestCholesky(t *testing.T) {
	l, ok := Cholesky([]float64{4, 0, 0, 12, 37, 0, -16, -43, 98}, 3)
	if want := []float64{2, 0, 0, 6, 1, 0, -8, 5, 3}; !ok || !slices.Equal(l, want) {
		t.Errorf("got %v, %v, want %v", l, ok, want)
	}
	if x := SolveCholesky(l, []float64{4, 12, -16}); !slices.Equal(x, []float64{1, 0, 0}) {
		t.Errorf("solution: got %v, want [1 0 0]", x)
	}
	for _, a := range [][]float64{{1, 2, 2, 1}, {0, 0, 0, 0}, {1, 0, 0, math.NaN()}, {math.Inf(1), 0, 0, 1}} {
		if l, ok := Cholesky(a, 2); ok {
			t.Errorf("of %v: got %v, want none", a, l)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	const n = 90
	a, b := scatter(r, 2*n, n), random(r, 1, n)
	l, ok = Cholesky(a, n)
	if !ok {
		t.Fatal("a random scatter is not positive definite")
	}
	if off := farthest(Product(l, Transposed(l, n, n), n, n, n), a); off > 1e-12 {
		t.Errorf("L·Lᵀ is off by %g", off)
	}
	if off := farthest(Product(a, SolveCholesky(l, b), n, n, 1), b); off > 1e-11 {
		t.Errorf("the solution is off by %g", off)
	}
}

func TestOrthonormal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ k, n, rank int }{{1, 1, 1}, {1, 1, 0}, {3, 3, 3}, {5, 30, 5}, {5, 30, 2}, {4, 4, 1}, {3, 10, 0}} {
		a := Product(random(r, c.k, c.rank), random(r, c.rank, c.n), c.k, c.rank, c.n)
		q := slices.Clone(a)
		Orthonormal(q, c.k, c.n)
		if off := farthest(Product(q, Transposed(q, c.k, c.n), c.k, c.n, c.k), identity(c.k)); off > 1e-14 {
			t.Errorf("%v: products of rows are off by %g", c, off)
		}
		// The rows of a are sums of the rows of Q, up to their own place.
		inQ := Product(a, Transposed(q, c.k, c.n), c.k, c.n, c.k)
		if off := farthest(Product(inQ, q, c.k, c.k, c.n), a); off > 1e-13 {
			t.Errorf("%v: what is left of the rows is %g", c, off)
		}
		for i := range c.k {
			for j := i + 1; j < c.k; j++ {
				if math.Abs(inQ[i*c.k+j]) > 1e-13 {
					t.Errorf("%v: row %d has %g of row %d", c, i, inQ[i*c.k+j], j)
				}
			}
		}
	}
}

func BenchmarkEigen(b *testing.B) {
	const n = 784
	a := scatter(rand.New(rand.NewPCG(1, 2)), n, n)
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := Eigen(a, n); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("gonum", func(b *testing.B) {
		for b.Loop() {
			var e mat.EigenSym
			e.Factorize(mat.NewSymDense(n, a), true)
		}
	})
}
