package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"latentspace/tensor"
)

// What testdata/samples.py prints.
const (
	scipyFrechet = 0.24278150344736144
	numpyMMD     = 0.19506730809422557
	numpySSIM    = 0.932245909208448
)

// wave is features that testdata/samples.py makes by the same formula.
func wave(n, d int, shift float64) *tensor.Tensor {
	x := tensor.New(n, d)
	for i := range n {
		for k := range d {
			x.Data[i*d+k] = float32(math.Sin(float64(7*i+3*k)+shift) + math.Cos(float64(i*(k+1)))/2)
		}
	}
	return x
}

// Of normal distributions whose covariances commute the distance is Σ (√a − √b)² over
// their variances, and the distance of the means.
func TestFrechetOfGaussians(t *testing.T) {
	diagonal := func(a, b float64) []float64 { return []float64{a, 0, 0, b} }
	// A rotation by 30 degrees of diag(4, 1) against the identity.
	c, s := math.Cos(math.Pi/6), math.Sin(math.Pi/6)
	rotated := []float64{4*c*c + s*s, 3 * c * s, 3 * c * s, 4*s*s + c*c}
	for name, k := range map[string]struct {
		mx, my []float64
		sx, sy []float64
		want   float64
	}{
		"the same":                     {[]float64{1, 2}, []float64{1, 2}, rotated, rotated, 0},
		"means apart":                  {[]float64{0, 0}, []float64{3, 4}, diagonal(1, 2), diagonal(1, 2), 25},
		"deviations 1, 2 and 3, 5":     {[]float64{0, 0}, []float64{0, 0}, diagonal(1, 4), diagonal(9, 25), 4 + 9},
		"rotated against the identity": {[]float64{0, 0}, []float64{1, 0}, rotated, diagonal(1, 1), 1 + 1},
		"singular against regular":     {[]float64{0, 0}, []float64{0, 0}, diagonal(4, 0), diagonal(1, 9), 1 + 9},
		"both singular, and apart":     {[]float64{0, 0}, []float64{0, 0}, diagonal(4, 0), diagonal(0, 9), 4 + 9},
	} {
		got, err := FrechetOf(k.mx, k.sx, k.my, k.sy)
		if err != nil || math.Abs(got-k.want) > 1e-14*max(1, k.want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, k.want)
		}
	}
}

// Covariances of few examples, or of features of which few vary, have no inverse, and their
// product none of the properties that a decomposition could rest on. Of rank 1 they are u·uᵀ
// and v·vᵀ, the root of whose product has the trace |uᵀv|.
func TestFrechetOfSingularCovariances(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		d := 1 + r.IntN(24)
		mean, u, v := make([]float64, d), make([]float64, d), make([]float64, d)
		su, sv := make([]float64, d*d), make([]float64, d*d)
		used := 1 + r.IntN(d)
		want, product := 0.0, 0.0
		for k := range d {
			if r.IntN(d) < used {
				u[k] = r.NormFloat64()
			}
			if r.IntN(d) < used {
				v[k] = r.NormFloat64()
			}
			want += u[k]*u[k] + v[k]*v[k]
			product += u[k] * v[k]
		}
		for i := range su {
			su[i], sv[i] = u[i/d]*u[i%d], v[i/d]*v[i%d]
		}
		tolerance := float64(d) * 0x1p-48 * want
		want -= 2 * math.Abs(product)
		if got, err := FrechetOf(mean, su, mean, sv); err != nil || math.Abs(got-want) > tolerance {
			t.Errorf("%d features, %d of them used: got %v, %v, want %v", d, used, got, err, want)
		}
		if got, err := FrechetOf(mean, su, mean, su); err != nil || got > tolerance {
			t.Errorf("%d features, %d of them used, of one with itself: got %v, %v, want 0", d, used, got, err)
		}
	}
}

// The numbers are of testdata/samples.py: scipy's square root of the product of the
// covariances, and numpy's sums of the kernel.
func TestDistancesAreThoseOfSciPy(t *testing.T) {
	x, y := wave(200, 6, 0), wave(200, 6, 0.7)
	for i := range y.Data {
		y.Data[i] *= 1.25
	}
	got, err := frechet(x, y)
	if err != nil || math.Abs(got-scipyFrechet) > 1e-5*scipyFrechet {
		t.Errorf("Fréchet distance: got %v, %v, want %v", got, err, scipyFrechet)
	}
	if got := squaredMMD(x, y); math.Abs(got-numpyMMD) > 1e-4*numpyMMD {
		t.Errorf("kernel distance: got %v, want %v", got, numpyMMD)
	}
}

// Two samples of one source differ by no more than their errors say, in all measures.
func TestSamplesOfOneSourceAgree(t *testing.T) {
	ctx := context.Background()
	x, y := noise(1, 1000, 4), noise(2, 1000, 4)
	k, err := KernelDistance(x, y)
	if err != nil || math.Abs(k.Value) > 4*k.Error {
		t.Errorf("kernel distance %v, %v, want 0", k, err)
	}
	a, err := CompareManifolds(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	b, err := CompareManifolds(ctx, noise(3, 1000, 4), y)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string][2]Estimate{
		"precision": {a.Precision, b.Precision}, "recall": {a.Recall, b.Recall},
		"density": {a.Density, b.Density}, "coverage": {a.Coverage, b.Coverage},
	} {
		if p[0].Value < 0.7 || math.Abs(p[0].Value-p[1].Value) > 3*math.Hypot(p[0].Error, p[1].Error) {
			t.Errorf("%s: got %v and, for another sample, %v", name, p[0], p[1])
		}
	}
	if math.Abs(a.Density.Value-1) > 0.15 {
		t.Errorf("density %v, want 1, its mean for one source", a.Density)
	}
}

func TestManifoldsOfEqualAndDisjointSets(t *testing.T) {
	ctx := context.Background()
	x := noise(1, 200, 3)
	far := x.Clone()
	for i := range far.Data {
		far.Data[i] += 100
	}
	half := noise(2, 200, 3) // one of two modes only
	both := noise(3, 200, 3)
	for i := range 300 {
		both.Data[i] += 100
	}
	for name, c := range map[string]struct {
		x, y                                 *tensor.Tensor
		precision, recall, density, coverage float64
		within                               float64
	}{
		"equal":            {x, x, 1, 1, 1, 1, 0.25},
		"disjoint":         {far, x, 0, 0, 0, 0, 0},
		"a mode is missed": {half, both, 0.9, 0.45, 1, 0.48, 0.15},
	} {
		m, err := CompareManifolds(ctx, c.x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		for figure, v := range map[string][2]float64{
			"precision": {m.Precision.Value, c.precision}, "recall": {m.Recall.Value, c.recall},
			"density": {m.Density.Value, c.density}, "coverage": {m.Coverage.Value, c.coverage},
		} {
			if math.Abs(v[0]-v[1]) > c.within {
				t.Errorf("%s: %s %v, want %v within %v", name, figure, v[0], v[1], c.within)
			}
		}
	}
	// Of equal sets every sample is a real example.
	if m, _ := CompareManifolds(ctx, x, x); m.Precision.Value != 1 || m.Recall.Value != 1 || m.Coverage.Value != 1 {
		t.Errorf("equal sets: got %+v, want precision, recall and coverage of 1", m)
	}
}

func TestTooFewExamplesToCompare(t *testing.T) {
	few, many := tensor.New(12, 2), tensor.New(100, 2)
	if _, err := CompareManifolds(context.Background(), few, many); err == nil || !strings.Contains(err.Error(), "12 and 100 examples, want at least 20") {
		t.Errorf("manifolds: got %v", err)
	}
	if _, err := Frechet(many, few); err == nil || !strings.Contains(err.Error(), "100 and 12 examples, want at least 20") {
		t.Errorf("Fréchet: got %v", err)
	}
	if _, err := KernelDistance(many, few); err == nil || !strings.Contains(err.Error(), "100 and 12 examples, want at least 20") {
		t.Errorf("kernel distance: got %v", err)
	}
}

// pictures are two that testdata/samples.py makes by the same formula.
func pictures(height, width int) (x, y []float32) {
	for i := range height * width {
		x = append(x, float32(0.5+0.5*math.Sin(float64(i)*0.7)))
		y = append(y, float32(0.5+0.4*math.Sin(float64(i)*0.7+0.3)))
	}
	return x, y
}

// The numbers are of testdata/samples.py.
func TestSSIMIsThatOfNumPy(t *testing.T) {
	x, y := pictures(16, 20)
	if got := SSIM(x, y, 16, 20, 1); math.Abs(got-numpySSIM) > 1e-6 {
		t.Errorf("got %v, want %v", got, numpySSIM)
	}
	if got := SSIM(x, x, 16, 20, 1); math.Abs(got-1) > 1e-12 {
		t.Errorf("of a picture with itself: got %v, want 1", got)
	}
	// A picture smaller than the window, and channels that are each the same.
	small, other := pictures(6, 7)
	twice := func(p []float32) (q []float32) {
		for _, v := range p {
			q = append(q, v, v)
		}
		return q
	}
	if a, b := SSIM(small, other, 6, 7, 1), SSIM(twice(small), twice(other), 6, 7, 2); math.Abs(a-b) > 1e-12 || !(a > 0 && a < 1) {
		t.Errorf("small: got %v, and %v with two channels", a, b)
	}
}

func TestPSNR(t *testing.T) {
	zero := make([]float32, 50)
	tenth := make([]float32, 50)
	for i := range tenth {
		tenth[i] = 0.1
	}
	if got := PSNR(zero, tenth); math.Abs(got-20) > 1e-5 { // MSE 0.01
		t.Errorf("got %v, want 20", got)
	}
	if got := PSNR(zero, zero); got != MostPSNR {
		t.Errorf("of a picture with itself: got %v, want %v", got, MostPSNR)
	}
}
