package latent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"latentspace/kernel"
	"latentspace/tensor"
)

// table is rows in memory.
type table struct {
	d int
	x []float32
}

func (t table) Len() int { return len(t.x) / t.d }

func (t table) Read(i int, dst []float32) error {
	copy(dst, t.x[i*t.d:(i+1)*t.d])
	return nil
}

// noise is n rows of d correlated values around a mean: column j is the sum of normal
// values, each for two columns, with a deviation that falls like 1/(1 + j/4).
func noise(n, d int, mean float32) table {
	x, e := make([]float32, n*d), make([]float32, n*(d+1))
	kernel.Normal(e, kernel.Seed(3, "latent.noise"))
	for i := range n {
		for j := range d {
			x[i*d+j] = mean + (e[i*(d+1)+j]+e[i*(d+1)+j+1])/(1+float32(j)/4)
		}
	}
	return table{d, x}
}

func fit(t *testing.T, rows table, k int) *PCA {
	t.Helper()
	p, err := FitPCA(context.Background(), rows, rows.d, k)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPCAInClosedForm(t *testing.T) {
	r := float32(math.Sqrt(0.5))
	cases := []struct {
		name             string
		rows             table
		k                int
		mean, components []float32
		variance         []float32
		total            float32
	}{
		// Two points at ±(3, 4)/2 about (2.5, 4): a variance of 2·2.5²/(2−1).
		{"two points lie on a line", table{2, []float32{1, 2, 4, 6}}, 1,
			[]float32{2.5, 4}, []float32{0.6, 0.8}, []float32{12.5}, 12.5},
		// The differences are along −(1, −1), whose first of equal loadings is made positive.
		{"of equal loadings the first is positive", table{2, []float32{0, 5, 1, 4, 2, 3}}, 2,
			[]float32{1, 4}, []float32{r, -r, r, r}, []float32{2, 0}, 2},
		{"the largest loading is positive", table{2, []float32{0, 0, 3, -4, 6, -8}}, 1,
			[]float32{3, -4}, []float32{-0.6, 0.8}, []float32{25}, 25},
		// Axes of half lengths 3, 2 and 1: variances 2·9/5, 2·4/5 and 2/5 over n−1 = 5.
		{"axes are found in order of length", table{3, []float32{0, 3, 0, 0, -3, 0, 0, 0, 2, 0, 0, -2, 1, 0, 0, -1, 0, 0}}, 3,
			[]float32{0, 0, 0}, []float32{0, 1, 0, 0, 0, 1, 1, 0, 0}, []float32{3.6, 1.6, 0.4}, 5.6},
		{"one column", table{1, []float32{1, 2, 3, 6}}, 1, []float32{3}, []float32{1}, []float32{14.0 / 3}, 14.0 / 3},
		{"equal rows have no variance", table{1, []float32{0.1, 0.1, 0.1}}, 1, []float32{0.1}, []float32{1}, []float32{0}, 0},
	}
	for _, c := range cases {
		p := fit(t, c.rows, c.k)
		if !near(p.Mean, c.mean, 1e-6) || !near(p.Variance, c.variance, 2e-6) || math.Abs(float64(p.Total-c.total)) > 2e-6 {
			t.Errorf("%s: mean %v, variance %v of %v, want %v, %v of %v", c.name, p.Mean, p.Variance, p.Total, c.mean, c.variance, c.total)
		}
		if !near(p.Components, c.components, 1e-6) {
			t.Errorf("%s: components %v, want %v", c.name, p.Components, c.components)
		}
	}
}

// exact is the eigenvalues of the covariance of rows in float64, falling.
func exact(rows table) []float64 {
	n, d := rows.Len(), rows.d
	mean, c := make([]float64, d), mat.NewSymDense(d, nil)
	for i, v := range rows.x {
		mean[i%d] += float64(v) / float64(n)
	}
	for r := range n {
		for i := range d {
			for j := i; j < d; j++ {
				c.SetSym(i, j, c.At(i, j)+(float64(rows.x[r*d+i])-mean[i])*(float64(rows.x[r*d+j])-mean[j])/float64(n-1))
			}
		}
	}
	var e mat.EigenSym
	if !e.Factorize(c, true) {
		panic("no decomposition")
	}
	values := e.Values(nil)
	slices.Reverse(values)
	return values
}

// Lanczos's method takes the 130 columns, the whole decomposition the 17; 5,000 rows
// are two blocks. A mean of 1000 is 500 deviations and more, of which float32 keeps
// the deviations to some 10⁻⁴.
func TestPCAAgreesWithADecompositionInFloat64(t *testing.T) {
	cases := []struct {
		name   string
		rows   table
		k      int
		within float64 // of the largest variance
		many   bool
	}{
		{"by Lanczos", noise(5000, 130, 0), 12, 1e-6, false},
		{"by the whole decomposition", noise(5000, 17, 0), 17, 1e-6, false},
		{"far from zero", noise(1000, 130, 1000), 12, 1e-4, false},
		{"randomised", noise(5000, 130, 0), 12, 1e-5, true},
		{"randomised, far from zero", noise(1000, 130, 1000), 12, 1e-4, true},
		{"fewer rows than columns", noise(20, 130, 0), 19, 1e-6, false},
		{"fewer rows than columns, randomised", noise(20, 130, 0), 19, 1e-6, true},
	}
	for _, c := range cases {
		p, err := fitPCA(context.Background(), c.rows, c.rows.d, c.k, c.many)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want, total := exact(c.rows), 0.0
		for _, v := range want {
			total += v
		}
		for i, v := range p.Variance {
			if math.Abs(float64(v)-want[i]) > c.within*want[0] {
				t.Errorf("%s: variance %d is %v, want %v", c.name, i, v, want[i])
			}
		}
		if math.Abs(float64(p.Total)-total) > c.within*total {
			t.Errorf("%s: total variance %v, want %v", c.name, p.Total, total)
		}
		checkOrthonormal(t, c.name, p)
	}
}

// Rows 0, u, 2u … 9u with |u|² = 5 have the variance 5·Σ(i − 4.5)²/9 along u.
func TestMoreColumnsThanACovarianceHas(t *testing.T) {
	const d = mostColumns + 100
	rows := table{d, make([]float32, 10*d)}
	for i := range 10 {
		rows.x[i*d+7], rows.x[i*d+d-1] = float32(i), -2*float32(i)
	}
	p := fit(t, rows, 2)
	if want := []float32{5 * 82.5 / 9, 0}; !near(p.Variance, want, 1e-4) || math.Abs(float64(p.Total-want[0])) > 1e-4 {
		t.Errorf("variance %v of %v, want %v of %v", p.Variance, p.Total, want, want[0])
	}
	if got, want := []float32{p.Components[7], p.Components[d-1]}, []float32{-1 / float32(math.Sqrt(5)), 2 / float32(math.Sqrt(5))}; !near(got, want, 1e-6) {
		t.Errorf("loadings %v, want %v", got, want)
	}
}

func checkOrthonormal(t *testing.T, name string, p *PCA) {
	t.Helper()
	d, k := len(p.Mean), len(p.Variance)
	gram := make([]float32, k*k)
	kernel.MatMul(gram, p.Components, p.Components, k, k, d, false, true, false)
	for i, v := range gram {
		want := 0.0
		if i/k == i%k {
			want = 1
		}
		if math.Abs(float64(v)-want) > 1e-5 {
			t.Errorf("%s: components %d and %d have the product %v, want %v", name, i/k, i%k, v, want)
		}
	}
}

// Of equal eigenvalues the powers of a matrix on one vector show one. The matrices are
// diagonal.
func TestEqualEigenvaluesAreAllFound(t *testing.T) {
	// 1, 1, 1, ¼, ⅕ …
	thrice := make([]float64, 300)
	for i := range thrice {
		thrice[i] = 1 / float64(1+i)
	}
	thrice[1], thrice[2] = 1, 1
	// Falling by 1/785, but for the 28th, which repeats the 27th: what is missed lies
	// above the 30th by less than ⅓ %.
	crowded := make([]float64, 784)
	for i := range crowded {
		crowded[i] = 1 - float64(1+i)/785
	}
	crowded[27] = crowded[26]
	// 200 are 0: a space of some hundred vectors is all that the powers reach.
	few := make([]float64, 300)
	for i := range 100 {
		few[i] = 1 / float64(1+i)
	}
	few[11] = few[10]
	cases := []struct {
		name     string
		diagonal []float64
		k        int
	}{
		{"three largest", thrice, 5},
		{"a copy near the last", crowded, 30},
		{"a copy in a matrix of low rank", few, 12},
		{"the last and the next", few, 11},
	}
	for _, c := range cases {
		d := len(c.diagonal)
		a := make([]float64, d*d)
		for i, v := range c.diagonal {
			a[i*d+i] = v
		}
		values, vectors, err := leading(context.Background(), a, d, c.k)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := c.diagonal[:c.k]
		for i, v := range values {
			if math.Abs(v-want[i]) > 1e-9 {
				t.Errorf("%s: eigenvalue %d is %v, want %v", c.name, i, v, want[i])
			}
			if length := norm(vectors[i*d : (i+1)*d]); math.Abs(length-1) > 1e-9 {
				t.Errorf("%s: eigenvector %d has length %v", c.name, i, length)
			}
		}
	}
}

func TestPCAHasTheSameBitsForAnyNumberOfProcessors(t *testing.T) {
	rows := noise(4200, 130, 1)
	for _, many := range []bool{false, true} {
		var want *PCA
		for _, procs := range []int{1, 2, 7} {
			old := runtime.GOMAXPROCS(procs)
			got, err := fitPCA(context.Background(), rows, rows.d, 8, many)
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			} else if !sameTensors(got.Tensors(), want.Tensors()) {
				t.Errorf("randomised %v: GOMAXPROCS %d gives other bits than 1", many, procs)
			}
		}
	}
}

// The rows are read in pieces, whose size no bit depends on.
func TestPCAHasTheSameBitsForAnyPieces(t *testing.T) {
	rows := noise(4500, 20, 1)
	var want []float64
	for _, piece := range []int{4096, 512, 100, 7} {
		s, err := newStream(context.Background(), rows, rows.d)
		if err != nil {
			t.Fatal(err)
		}
		s.piece = piece
		mean, c, err := covariance(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		z, sum, trace, err := s.timesScatter(context.Background(), c[:rows.d*3], 3)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Concat(mean, c, z, sum, []float64{trace})
		if want == nil {
			want = got
		} else if !slices.Equal(got, want) {
			t.Errorf("pieces of %d rows give other bits than of 4096", piece)
		}
	}
}

func sameTensors(a, b map[string]*tensor.Tensor) bool {
	for name, v := range a {
		if !v.Equal(b[name]) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestInverseOfTransformIsTheIdentityAtFullRank(t *testing.T) {
	rows := noise(1500, 11, 5)
	for _, whiten := range []bool{false, true} {
		p := fit(t, rows, 11)
		p.Whiten = whiten
		z, x := make([]float32, len(rows.x)), make([]float32, len(rows.x))
		p.Transform(z, rows.x)
		p.Inverse(x, z)
		if !near(x, rows.x, 2e-5) {
			t.Errorf("whiten %v: the examples do not come back", whiten)
		}
	}
}

// Codes have mean 0, no correlation, and the variances that the fit names, or 1.
func TestCodesHaveTheirVariances(t *testing.T) {
	rows := noise(3000, 40, 2)
	for _, whiten := range []bool{false, true} {
		p := fit(t, rows, 6)
		p.Whiten = whiten
		z := make([]float32, 3000*6)
		p.Transform(z, rows.x)
		mean, product := make([]float64, 6), make([]float64, 36)
		for i, v := range z {
			mean[i%6] += float64(v) / 3000
			for j := range 6 {
				product[i%6*6+j] += float64(v) * float64(z[i/6*6+j]) / 2999
			}
		}
		for i := range 6 {
			if math.Abs(mean[i]) > 1e-5 {
				t.Errorf("whiten %v: mean of code %d is %v, want 0", whiten, i, mean[i])
			}
			for j := range 6 {
				want := 0.0
				if i == j && whiten {
					want = 1
				} else if i == j {
					want = float64(p.Variance[i])
				}
				if math.Abs(product[i*6+j]-want) > 1e-5 {
					t.Errorf("whiten %v: covariance of codes %d and %d is %v, want %v", whiten, i, j, product[i*6+j], want)
				}
			}
		}
	}
}

func TestAWhitenedCodeWithoutVarianceIsZero(t *testing.T) {
	p := fit(t, table{2, []float32{0, 0, 1, 1, 2, 2, 3, 3}}, 2)
	p.Whiten = true
	z := make([]float32, 2)
	if p.Transform(z, []float32{0, 3}); z[1] != 0 || abs32(z[0]) > 1e-6 {
		t.Errorf("codes %v, want zeros: the mean along the line, nothing across it", z)
	}
	if r := p.Ratio(); math.Abs(r[0]-1) > 1e-6 || r[1] != 0 {
		t.Errorf("ratios %v, want 1 and 0", r)
	}
}

func TestPCAComesBackFromItsTensors(t *testing.T) {
	p := fit(t, noise(50, 7, 1), 3)
	p.Whiten = true
	q, err := PCAOf(p.Tensors())
	if err != nil {
		t.Fatal(err)
	}
	if !sameTensors(p.Tensors(), q.Tensors()) {
		t.Errorf("got %v, want %v", q, p)
	}
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		change func(map[string]*tensor.Tensor)
		want   string
	}{
		"a tensor is missing":             {func(m map[string]*tensor.Tensor) { delete(m, "total") }, "no tensor total"},
		"the mean is a matrix":            {func(m map[string]*tensor.Tensor) { m["mean"] = tensor.New(7, 1) }, "tensor mean of shape [7 1], want a vector"},
		"a component is missing":          {func(m map[string]*tensor.Tensor) { m["components"] = tensor.New(2, 7) }, "tensor components of shape [2 7], want [3 7]"},
		"a shape that has not its values": {func(m map[string]*tensor.Tensor) { m["mean"].Data = nil }, "tensor mean of shape [7], want"},
		"a value that is none":            {func(m map[string]*tensor.Tensor) { m["components"].Data[4] = nan }, "tensor components, element 4: NaN, want a finite value"},
		"a negative variance":             {func(m map[string]*tensor.Tensor) { m["variance"].Data[1] = -1 }, "tensor variance, element 1: -1, want at least 0"},
	} {
		m := fit(t, noise(50, 7, 1), 3).Tensors()
		c.change(m)
		if _, err := PCAOf(m); err == nil || !strings.HasPrefix(err.Error(), "latent: pca: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// broken is rows of which one cannot be read.
type broken struct{ table }

func (b broken) Read(i int, dst []float32) error {
	if i >= 40 {
		return fmt.Errorf("page %d is torn", i)
	}
	return b.table.Read(i, dst)
}

func TestPCAErrors(t *testing.T) {
	nan, far := noise(5000, 3, 0), noise(100, 3, 0)
	nan.x[4321*3+1] = float32(math.NaN())
	far.x[7] = 3e30
	for _, c := range []struct {
		name string
		rows Rows
		d, k int
		want string
	}{
		{"one row", noise(1, 3, 0), 3, 1, "1 rows, want at least 2"},
		{"no columns", noise(5, 3, 0), 0, 1, "rows of 0 values, want at least 1"},
		{"no components", noise(5, 3, 0), 3, 0, "0 components of 5 rows of 3 values, want from 1 to 3"},
		{"more components than columns", noise(5, 3, 0), 3, 4, "4 components of 5 rows of 3 values, want from 1 to 3"},
		{"as many components as rows", noise(3, 9, 0), 9, 3, "3 components of 3 rows of 9 values, want from 1 to 2"},
		{"a value that is not a number", nan, 3, 1, "row 4321, column 1: NaN, want a finite value"},
		{"a row that cannot be read", broken{noise(100, 3, 0)}, 3, 1, "row 40: page 40 is torn"},
		{"a value whose square overflows", far, 3, 1, "overflow float32"},
	} {
		_, err := FitPCA(context.Background(), c.rows, c.d, c.k)
		if err == nil || !strings.HasPrefix(err.Error(), "latent: pca: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := fitPCA(context.Background(), far, 3, 1, true); !errors.Is(err, errOverflow) {
		t.Errorf("randomised: got %v, want %v", err, errOverflow)
	}
}

// ending is rows that end a context when one of them is read.
type ending struct {
	table
	at  int
	end func()
}

func (e ending) Read(i int, dst []float32) error {
	if i == e.at {
		e.end()
	}
	return e.table.Read(i, dst)
}

func TestPCAStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	rows := ending{noise(20_000, 3, 0), 5000, cancel}
	_, err := FitPCA(ctx, rows, 3, 1)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "latent: pca: before row 8192 of 20000") {
		t.Errorf("got %v, want the row before which it stopped", err)
	}
}
