package latent

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/random"
	"latentspace/tensor"
)

// normals returns standard normal codes (n, d) that depend on a purpose.
func normals(purpose string, n, d int) *tensor.Tensor {
	z := tensor.New(n, d)
	for i := range n {
		src := random.NewCodes(purpose, 1).At(i)
		for j := range d {
			z.Data[i*d+j] = float32(src.NormFloat64())
		}
	}
	return z
}

func matrix(t *testing.T, rows ...[]float32) *tensor.Tensor {
	t.Helper()
	z, err := tensor.From(slices.Concat(rows...), len(rows), len(rows[0]))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestMeansInClosedForm(t *testing.T) {
	// The means of the classes are (1, 1) and (4, −1).
	z := matrix(t, []float32{0, 1}, []float32{2, 1}, []float32{4, 0}, []float32{4, -2})
	cases := []struct {
		name   string
		y      []float64
		others [][]float64
		want   []float32
	}{
		{"classes go from mean to mean", []float64{0, 0, 1, 1}, nil, []float32{3, -2}},
		// About the means, Σzzᵀ = [11 −6; −6 6] and Σzy = (8, −6), so Σ(y−2)z / Σ(y−2)² is (1, −0.75)
		// and least squares are (0.4, −0.6): they rise by 0.85 there. y's deviation is √2.
		{"a number goes a deviation far", []float64{0, 2, 2, 4}, nil, []float32{float32(math.Sqrt2 / 0.85), float32(-0.75 * math.Sqrt2 / 0.85)}},
		// The other attribute is (−1, 1, −1, 1), of no correlation with y.
		{"an unrelated attribute takes nothing away", []float64{0, 0, 1, 1}, [][]float64{{-1, 1, -1, 1}}, []float32{3, -2}},
		// o = (0, 0, 0, 1) has y's regression ŷ = 1/3 + 2/3·o, so r = (−1, −1, 2, 0)/3: the
		// difference of (4, 0) from the mean (1, 1) of the first two.
		{"what another attribute explains is gone", []float64{0, 0, 1, 1}, [][]float64{{0, 0, 0, 1}}, []float32{3, -1}},
	}
	for _, c := range cases {
		v, err := Means(context.Background(), z, c.y, c.others)
		if err != nil || !near(v.Step, c.want, 1e-5) {
			t.Errorf("%s: got %v, %v, want %v", c.name, v.Step, err, c.want)
		}
	}
}

// Codes with independent dimensions and y = 2·z₀ + o, o = z₁: the direction is along
// axis 0 and, with o left in, axis 1.
func TestEveryMethodRemovesOtherAttributes(t *testing.T) {
	const n, d = 4000, 4
	z := normals("directions", n, d)
	y, class, o := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		o[i] = float64(z.Data[i*d+1])
		y[i] = 2*float64(z.Data[i*d]) + o[i]
		if y[i] > 0 {
			class[i] = 1
		}
	}
	for name, fit := range Directions {
		values := y
		if name == "logistic" {
			values = class
		}
		v, err := fit(context.Background(), z, values, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r := v.Step[1] / v.Step[0]; math.Abs(float64(r)-0.5) > 0.05 {
			t.Errorf("%s: step %v, want the second half the first", name, v.Step)
		}
		v, err = fit(context.Background(), z, values, [][]float64{o})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		// Five standard errors of a correlation over 4000 codes are 0.08.
		if r := math.Abs(float64(v.Step[1] / v.Step[0])); r > 0.08 {
			t.Errorf("%s without o: step %v, want nothing of the second", name, v.Step)
		}
	}
}

// An attribute in other units is the same attribute, and a constant one is none.
func TestOtherAttributesAreRemovedWhateverTheirUnits(t *testing.T) {
	const n, d = 500, 3
	z := normals("units", n, d)
	y, class, o := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		o[i] = float64(z.Data[i*d+1])
		if y[i] = 2*float64(z.Data[i*d]) + o[i]; y[i] > 0 {
			class[i] = 1
		}
	}
	cases := []struct {
		name          string
		scale, offset float64
		removed       bool
	}{
		{"a mean far from 0", 1, 1e9, true},
		{"seconds since 1970", 100, 1.7e9, true},
		{"more than float32 holds", 1e39, 0, true},
		{"less than float32 holds", 1e-60, 0, true},
		{"squares that overflow", 1e200, 0, true},
		{"squares that are below any number", 1e-200, 0, true},
		{"a constant", 0, 0.1, false},
	}
	for name, fit := range Directions {
		values := y
		if name == "logistic" {
			values = class
		}
		step := func(others ...[]float64) []float32 {
			t.Helper()
			v, err := fit(context.Background(), z, values, others)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return v.Step
		}
		with, without := step(), step(o)
		for _, c := range cases {
			other := make([]float64, n)
			for i, v := range o {
				other[i] = c.offset + float64(c.scale*v)
			}
			want := with
			if c.removed {
				want = without
			}
			if got := step(other); !near(got, want, 1e-5) {
				t.Errorf("%s: %s: got %v, want %v", name, c.name, got, want)
			}
		}
	}
}

// A strength of 1 is a deviation, whatever its unit.
func TestAStepDoesNotDependOnTheUnitOfANumber(t *testing.T) {
	const n = 40
	z := normals("unit", n, 2)
	for name, fit := range map[string]FitDirection{"means": Means, "regression": Regression} {
		var want []float32
		for _, unit := range []float64{1, 1e160, 1e-200, math.MaxFloat64 / n} {
			y := make([]float64, n)
			for i := range y {
				y[i] = float64(2*i-n) * unit / 2
				z.Data[2*i] = float32(i % 20)
			}
			v, err := fit(context.Background(), z, y, nil)
			if err != nil {
				t.Errorf("%s: in units of %g: %v", name, unit, err)
			} else if want == nil {
				want = v.Step
			} else if !near(v.Step, want, 1e-5) {
				t.Errorf("%s: in units of %g: got %v, want %v", name, unit, v.Step, want)
			}
		}
	}
}

// y = 3·z₀ + z₁ + noise-free: the predicted y must rise by its deviation, √10.
func TestAStrengthOfOneIsADeviation(t *testing.T) {
	const n = 3000
	z := normals("strength", n, 2)
	for i := range n {
		z.Data[2*i] *= 10 // dimensions of unlike size
	}
	y := make([]float64, n)
	for i := range y {
		y[i] = float64(3*z.Data[2*i]) + float64(z.Data[2*i+1])
	}
	_, deviation := standardiseColumn(y)
	v, err := Regression(context.Background(), z, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	moved := make([]float32, 2)
	v.Move([]float32{0, 0}, 2, moved)
	if got := 3*float64(moved[0]) + float64(moved[1]); math.Abs(got/(2*deviation)-1) > 1e-4 {
		t.Errorf("a strength of 2 moves y by %v, want two deviations, %v", got, 2*deviation)
	}
}

// The optimum has no derivative beyond the tolerance, and is scikit-learn's:
//
//	LogisticRegression(C=1/(1e-3*n), tol=1e-10).fit(StandardScaler().fit_transform(x), y)
//
// of x = [[0,0],[1,0],[0,2],[3,1],[2,3],[4,4]], y = [0,0,1,0,1,1].
func TestLogisticRegressionConverges(t *testing.T) {
	z := matrix(t, []float32{0, 0}, []float32{1, 0}, []float32{0, 2}, []float32{3, 1}, []float32{2, 3}, []float32{4, 4})
	y := []float64{0, 0, 1, 0, 1, 1}
	w, err := logistic(context.Background(), standardise(z.Data, 2), y)
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{-2.10855, 6.08132}
	if math.Abs(w[0]-want[0]) > 1e-4 || math.Abs(w[1]-want[1]) > 1e-4 {
		t.Errorf("got %v, want %v", w, want)
	}
}

func TestLogisticGoesFromMeanToMean(t *testing.T) {
	const n, d = 1000, 3
	z := normals("logistic", n, d)
	y := make([]float64, n)
	for i := range n {
		if y[i] = float64(i % 2); y[i] == 1 {
			z.Data[i*d] += 4
		}
	}
	v, err := Logistic(context.Background(), z, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(v.Step[0])-4) > 0.3 || math.Abs(float64(v.Step[1])) > 0.5 || math.Abs(float64(v.Step[2])) > 0.5 {
		t.Errorf("got %v, want about (4, 0, 0)", v.Step)
	}
}

func TestDirectionsHaveTheSameBitsForAnyGOMAXPROCS(t *testing.T) {
	const n, d = 1500, 24
	z := normals("procs", n, d)
	y, o := make([]float64, n), make([]float64, n)
	for i := range n {
		y[i], o[i] = float64(i*7%3%2), float64(z.Data[i*d])
		z.Data[i*d+5] += float32(y[i])
	}
	for name, fit := range Directions {
		var want Direction
		for _, procs := range []int{1, 2, 5} {
			old := runtime.GOMAXPROCS(procs)
			got, err := fit(context.Background(), z, y, [][]float64{o})
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if want.Step == nil {
				want = got
			} else if !slices.Equal(got.Step, want.Step) {
				t.Errorf("%s: GOMAXPROCS %d gives other bits than 1", name, procs)
			}
		}
	}
}

func TestDirectionErrors(t *testing.T) {
	z := normals("errors", 6, 2)
	bad := z.Clone()
	bad.Data[5] = float32(math.Inf(1))
	// The means of classes, or the deviation of a number with a correlation of −0.3, are
	// further apart than float32 reaches.
	wide := matrix(t, []float32{3e38}, []float32{-3e38}, []float32{3e38}, []float32{-3e38}, []float32{3e38}, []float32{-3e38})
	alternate := []float64{1, 0, 1, 0, 1, 0}
	y := []float64{0, 0, 1, 0, 1, 1}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	cases := []struct {
		name   string
		ctx    context.Context
		fit    string
		z      *tensor.Tensor
		y      []float64
		others [][]float64
		want   string
	}{
		{"one class", nil, "means", z, make([]float64, 6), nil, "latent: means: the attribute is 0 for every example, want two classes or values that differ"},
		{"a value that is no number", nil, "regression", z, []float64{0, math.NaN(), 1, 1, 1, 1}, nil, "latent: regression: the attribute is NaN for example 1"},
		{"another that is no number", nil, "means", z, y, [][]float64{y, {0, 0, 0, 0, 0, math.Inf(1)}}, "other attribute 1 is +Inf for example 5"},
		{"too few values", nil, "means", z, y[:4], nil, "the attribute has 4 values, want one for each of 6 codes"},
		{"a code that is infinite", nil, "means", bad, y, nil, "code 2: value 1 is +Inf"},
		{"codes of another rank", nil, "means", tensor.New(6), y, nil, "codes of shape [6], want (n, dim)"},
		{"a single code", nil, "means", tensor.New(1, 2), y[:1], nil, "1 codes, want at least 2"},
		{"numbers for classes", nil, "logistic", z, []float64{0, 1, 2, 3, 4, 5}, nil, "latent: logistic: the attribute is 2 for example 2, want two classes"},
		{"an attribute that another repeats", nil, "means", z, y, [][]float64{{1, 1, 0, 1, 0, 0}}, "the other attributes explain all but"},
		{"others that span the space", nil, "regression", z, y, [][]float64{{1, 2, 3, 4, 5, 6}, {1, 0, 0, 0, 0, 1}}, "2 other attributes span the direction in a space of 2 dimensions"},
		{"codes that say nothing of a number", nil, "means", tensor.New(6, 2), []float64{0, 1, 2, 3, 4, 5}, nil, "the codes explain 0 of the attribute, want at least 0.0001"},
		{"codes that are all the same", nil, "regression", tensor.New(6, 2), y, nil, "the codes say nothing of the attribute"},
		{"means too far apart", nil, "means", wide, alternate, nil, "latent: means: the step is +Inf in dimension 0, where codes have the deviation 3e+38, want a step that float32 holds"},
		{"means too far apart for a regression", nil, "regression", wide, alternate, nil, "latent: regression: the step is +Inf in dimension 0"},
		{"means too far apart for a logistic one", nil, "logistic", wide, alternate, nil, "latent: logistic: the step is +Inf in dimension 0"},
		{"a deviation too far", nil, "means", wide, []float64{0, 1, 2, 3, 4, 5}, nil, "latent: means: the step is -Inf in dimension 0"},
		{"a context that has ended", cancelled, "logistic", z, y, nil, "context canceled"},
	}
	for _, c := range cases {
		ctx := c.ctx
		if ctx == nil {
			ctx = context.Background()
		}
		if _, err := Directions[c.fit](ctx, c.z, c.y, c.others); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
