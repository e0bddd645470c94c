package nn

import (
	"math"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

func TestInitialisersHaveTheirMoments(t *testing.T) {
	tests := map[string]struct {
		init      Init
		shape     []int
		deviation float64
		bound     float64 // of the absolute value, 0 for none
	}{
		"zeros":               {Zeros, []int{100, 100}, 0, 1e-9},
		"glorot of a matrix":  {Glorot, []int{300, 100}, math.Sqrt(2.0 / 400), math.Sqrt(6.0 / 400)},
		"glorot of a kernel":  {Glorot, []int{4, 4, 20, 30}, math.Sqrt(2.0 / (16 * 50)), math.Sqrt(6.0 / (16 * 50))},
		"glorot transposed":   {Transposed(Glorot), []int{4, 4, 20, 30}, math.Sqrt(2.0 / (16 * 50)), math.Sqrt(6.0 / (16 * 50))},
		"he of a matrix":      {He, []int{300, 100}, math.Sqrt(2.0 / 300), 0},
		"he of a kernel":      {He, []int{3, 3, 20, 60}, math.Sqrt(2.0 / 180), 0},
		"he transposed":       {Transposed(He), []int{3, 3, 20, 60}, math.Sqrt(2.0 / 540), 0},
		"normal":              {Normal(0.02), []int{100, 100}, 0.02, 0},
		"uniform":             {Uniform(0.05), []int{100, 100}, 0.05 / math.Sqrt(3), 0.05},
		"orthogonal and wide": {Orthogonal, []int{50, 200}, 1 / math.Sqrt(200), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := tensor.New(test.shape...)
			test.init(w, kernel.Seed(1, name))
			mean, square := 0.0, 0.0
			for _, v := range w.Data {
				mean += float64(v) / float64(w.Len())
				square += float64(v) * float64(v) / float64(w.Len())
				if test.bound > 0 && math.Abs(float64(v)) > test.bound*(1+1e-6) {
					t.Fatalf("value %v, want it in ±%v", v, test.bound)
				}
			}
			// The relative error of a deviation from n samples is about 1/√2n: 0.7 % here.
			if got := math.Sqrt(square); math.Abs(got-test.deviation) > 0.03*test.deviation {
				t.Errorf("deviation %v, want %v", got, test.deviation)
			}
			if math.Abs(mean) > 4*test.deviation/math.Sqrt(float64(w.Len())) {
				t.Errorf("mean %v, want 0", mean)
			}
		})
	}
}

func TestOrthogonalIsOrthogonal(t *testing.T) {
	for _, shape := range [][]int{{5, 5}, {3, 8}, {8, 3}, {2, 2, 3, 4}} {
		w := tensor.New(shape...)
		Orthogonal(w, kernel.Seed(1, "w"))
		cols := shape[len(shape)-1]
		rows := w.Len() / cols
		at := func(v, i int) float64 { return float64(w.Data[v*cols+i]) }
		n, length := rows, cols
		if rows > cols {
			at = func(v, i int) float64 { return float64(w.Data[i*cols+v]) }
			n, length = cols, rows
		}
		for u := range n {
			for v := range n {
				dot, want := 0.0, 0.0
				for i := range length {
					dot += at(u, i) * at(v, i)
				}
				if u == v {
					want = 1
				}
				if math.Abs(dot-want) > 1e-6 {
					t.Errorf("%v: product of vectors %d and %d is %v, want %v", shape, u, v, dot, want)
				}
			}
		}
	}
}

func TestFirstValuesDependOnSeedAndName(t *testing.T) {
	value := func(seed uint64, name string) float32 {
		p := NewParams(seed)
		g := NewGraph(p, Options{})
		g.Param(name, Glorot, 3, 4)
		return p.Get(name).Data[0]
	}
	if value(1, "a") != value(1, "a") {
		t.Error("one seed and name give two values")
	}
	if value(1, "a") == value(2, "a") || value(1, "a") == value(1, "b") {
		t.Error("another seed or name gives the same value")
	}
}
