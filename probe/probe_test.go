package probe

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/tensor"
)

// bars are pictures 8×8 with a bright row, and which it is, as a number of mean about 0 and
// deviation about 1.
func bars(n int, seed uint64) (x *tensor.Tensor, y []float64) {
	x, y = tensor.New(n, 8, 8, 1), make([]float64, n)
	kernel.Uniform(x.Data, kernel.Seed(seed))
	for i := range n {
		at := i % 8
		for j := range x.Data[i*64 : (i+1)*64] {
			x.Data[i*64+j] *= 0.2
			if j/8 == at {
				x.Data[i*64+j] += 0.8
			}
		}
		y[i] = (float64(at) - 3.5) / 2.3
	}
	return x, y
}

// spots are pictures of 10×12 with a bright pixel, and at which of the 120 places it is.
func spots(n int, seed uint64) (x *tensor.Tensor, y []float64) {
	x, y = tensor.New(n, 10, 12, 1), make([]float64, n)
	kernel.Uniform(x.Data, kernel.Seed(seed))
	for i := range n {
		at := i * 7 % 120
		for j := range x.Data[i*120 : (i+1)*120] {
			x.Data[i*120+j] *= 0.2
		}
		x.Data[i*120+at] += 0.8
		y[i] = float64(at)
	}
	return x, y
}

// fitted is a network trained on examples.
func fitted(t *testing.T, heads []Head, x *tensor.Tensor, values ...[]float64) *Network {
	t.Helper()
	p := New(example.FromShape(x.Shape[1:]), heads, 1)
	if err := p.Fit(context.Background(), x, values); err != nil {
		t.Fatal(err)
	}
	return p
}

// read is what a network reads off examples.
func read(t *testing.T, p *Network, x *tensor.Tensor) [][]float64 {
	t.Helper()
	values, _, err := p.Read(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// r2 is the share of the variance of y that is told.
func r2(y, told []float64) float64 {
	var mean, wrong, all float64
	for _, v := range y {
		mean += v / float64(len(y))
	}
	for i, v := range y {
		wrong += (v - told[i]) * (v - told[i])
		all += (v - mean) * (v - mean)
	}
	return 1 - wrong/all
}

// right is the share that is told.
func right(y, told []float64) float64 {
	n := 0.0
	for i, v := range y {
		if v == told[i] {
			n += 1 / float64(len(y))
		}
	}
	return n
}

// A network learns where the bar is and reads it off pictures that it has not seen; one of
// the same weights reads the same.
func TestANetworkReadsWhatItWasTrainedOn(t *testing.T) {
	x, y := bars(640, 1)
	p := fitted(t, []Head{{}}, x, y)
	held, want := bars(100, 2) // no multiple of a batch
	got, features, err := p.Read(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	if r := r2(want, got[0]); r < 0.98 || !slices.Equal(features.Shape, []int{100, Features}) {
		t.Errorf("R² %v with features %v, want at least 0.98 and (100, %d)", r, features.Shape, Features)
	}
	again := New(example.FromShape([]int{8, 8, 1}), []Head{{}}, 7)
	if err := again.Load(p.Weights()); err != nil {
		t.Fatal(err)
	}
	if other := read(t, again, held); !slices.Equal(other[0], got[0]) {
		t.Error("a network of the same weights reads otherwise")
	}
}

// A class is learned of as many as there are, and of few examples of each: squared errors of
// 120 indicators taught nothing.
func TestManyClassesAreLearned(t *testing.T) {
	x, y := spots(960, 1)
	held, want := spots(240, 2)
	for _, classes := range []int{120, 2000} { // of the latter most have no example
		p := fitted(t, []Head{{Classes: classes}}, x, y)
		if got := right(want, read(t, p, held)[0]); got < 0.9 {
			t.Errorf("%d classes: %.3f are read right, want 0.9", classes, got)
		}
	}
}

// Few examples make as many steps as many do.
func TestFewExamplesAreLearned(t *testing.T) {
	x, y := bars(40, 1)
	held, want := bars(80, 2)
	if r := r2(want, read(t, fitted(t, []Head{{}}, x, y), held)[0]); r < 0.9 {
		t.Errorf("R² %v of 40 examples, want 0.9", r)
	}
	one := tensor.New(1, 8, 8, 1)
	if got := read(t, fitted(t, []Head{{Classes: 3}}, one, []float64{2}), one)[0][0]; got != 2 {
		t.Errorf("of one example class %v is read, want its own, 2", got)
	}
}

// A number is read as well beside other properties as alone: names that each example has for
// itself, classes of chance, and a number of which most is missing.
func TestHeadsDoNotRuinEachOther(t *testing.T) {
	const n = 640
	x, y := bars(n, 1)
	held, want := bars(160, 2)
	names, coins, missing, none := make([]float64, n), make([]float64, n), slices.Clone(y), make([]float64, n)
	u := make([]float32, n)
	kernel.Uniform(u, kernel.Seed(3))
	for i := range n {
		names[i], coins[i], none[i] = float64(i), math.Floor(2*float64(u[i])), math.NaN()
		if i/8%10 > 0 {
			missing[i] = math.NaN()
		}
	}
	alone := r2(want, read(t, fitted(t, []Head{{}}, x, y), held)[0])
	p := fitted(t, []Head{{Classes: n}, {}, {Classes: 2}, {}, {}}, x, names, y, coins, missing, none)
	got := read(t, p, held)
	if beside := r2(want, got[1]); beside < alone-0.02 {
		t.Errorf("R² %.3f beside names, want about the %.3f that it has alone", beside, alone)
	}
	if few := r2(want, got[3]); few < 0.95 {
		t.Errorf("R² %.3f of a number of which a tenth is known, want 0.95", few)
	}
	for i, v := range got[4] {
		if math.IsNaN(v) {
			t.Fatalf("NaN is read off example %d for a number of which nothing is known", i)
		}
	}
}

// Where the values of examples lie, and how far they go, does not matter, nor does one that
// is always the same.
func TestExamplesAreStandardised(t *testing.T) {
	x, y := bars(640, 1)
	held, want := bars(160, 2)
	for _, move := range []struct{ scale, shift float32 }{{255, 0}, {1e-4, 0}, {1, 500}} {
		moved := func(x *tensor.Tensor) *tensor.Tensor {
			z := tensor.New(append(slices.Clone(x.Shape[:3]), 2)...)
			for i, v := range x.Data {
				z.Data[2*i], z.Data[2*i+1] = move.scale*v+move.shift, 7
			}
			return z
		}
		if r := r2(want, read(t, fitted(t, []Head{{}}, moved(x), y), moved(held))[0]); r < 0.95 {
			t.Errorf("values times %v plus %v: R² %v, want 0.95", move.scale, move.shift, r)
		}
	}
}

func TestFittingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, y := bars(64, 1)
	if err := New(example.FromShape([]int{8, 8, 1}), []Head{{}}, 1).Fit(ctx, x, [][]float64{y}); err != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestFittingReportsValuesThatDoNotFit(t *testing.T) {
	x, y := bars(8, 1)
	for want, c := range map[string]struct {
		heads  []Head
		x      *tensor.Tensor
		values [][]float64
	}{
		"0 examples with values of 1 properties, want at least one":                 {[]Head{{}}, &tensor.Tensor{Shape: []int{0, 8, 8, 1}}, [][]float64{nil}},
		"8 examples with values of 0 properties, want at least one with those of 1": {[]Head{{}}, x, nil},
		"1 values of property 0, want one of each of 8 examples":                    {[]Head{{}}, x, [][]float64{{1}}},
		"property 0 of example 2 is 5, want one of 3 classes":                       {[]Head{{3}}, x, [][]float64{{0, 2, 5, 0, 0, 0, 0, 0}}},
		"property 0 of example 1 is 0.5, want one of 3 classes":                     {[]Head{{3}}, x, [][]float64{{0, 0.5, 5, 0, 0, 0, 0, 0}}},
		"property 1 of example 0 is +Inf, want a number":                            {[]Head{{}, {}}, x, [][]float64{y, {math.Inf(1), 0, 0, 0, 0, 0, 0, 0}}},
	} {
		err := New(example.FromShape([]int{8, 8, 1}), c.heads, 1).Fit(context.Background(), c.x, c.values)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
