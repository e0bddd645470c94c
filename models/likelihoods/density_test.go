package likelihoods

import (
	"math"
	"testing"

	"latentspace/example"
	"latentspace/nn"
)

// normal and laplacian are −ln of the densities.
func normal(x, y, sigma float64) float64 {
	d := (x - y) / sigma
	return d*d/2 + math.Log(sigma) + math.Log(2*math.Pi)/2
}

func laplacian(x, y, b float64) float64 { return math.Abs(x-y)/b + math.Log(2*b) }

// scaled are the densities, each with a width for its first and its second channel: of the
// parameters that are given, of the state at first, or a number.
var scaled = map[string]struct {
	l      Likelihood
	of     given
	widths [2]float64
	nll    func(x, y, width float64) float64
}{
	"gaussian, fixed":   {Gaussian{Fixed(0.3)}, nil, [2]float64{0.3, 0.3}, normal},
	"gaussian, learned": {Gaussian{Learned}, given{"logvar": {-1, 0.5}}, [2]float64{math.Exp(-0.5), math.Exp(0.25)}, normal},
	"gaussian, optimal": {Gaussian{Optimal}, given{"variance": {0.49}}, [2]float64{math.Sqrt(0.49 + 1e-6), math.Sqrt(0.49 + 1e-6)}, normal},
	"laplace, fixed":    {Laplace{Fixed(0.3)}, nil, [2]float64{0.3, 0.3}, laplacian},
	"laplace, learned":  {Laplace{Learned}, given{"logwidth": {-1, 0.5}}, [2]float64{math.Exp(-1), math.Exp(0.5)}, laplacian},
	"laplace, optimal":  {Laplace{Optimal}, given{"width": {0.4}}, [2]float64{0.401, 0.401}, laplacian},
}

func TestDensitiesAgreeWithTheirFormulas(t *testing.T) {
	y, x := []float32{0.5, -0.25}, [][]float32{{0.5, -0.25}, {1, 2}, {-3, 0.1}}
	for name, test := range scaled {
		for i, got := range nll(t, test.l, field(example.Real, 0, 2), y, x, false, test.of) {
			want := 0.0
			for k := range y {
				want += test.nll(float64(x[i][k]), float64(y[k]), test.widths[k])
			}
			if !near(got, want, 1e-5*(1+math.Abs(want))) {
				t.Errorf("%s of %v: %v, want %v", name, x[i], got, want)
			}
		}
	}
}

func TestDensitiesIntegrateToOne(t *testing.T) {
	const from, to, n = -12.0, 12.0, 6001
	var x [][]float32
	for i := range n {
		x = append(x, []float32{float32(from + (to-from)*float64(i)/(n-1))})
	}
	for name, test := range scaled {
		of := given{}
		for key, v := range test.of {
			of[key] = v[:1]
		}
		integral := 0.0
		for _, v := range nll(t, test.l, field(example.Real, 0, 1), []float32{0.2}, x, false, of) {
			integral += math.Exp(-v) * (to - from) / (n - 1)
		}
		if !near(integral, 1, 1e-3) {
			t.Errorf("%s: the density's integral is %v, want 1", name, integral)
		}
	}
}

// The width of a batch in training is that under which it is the most probable: what the formula
// gives, and no other width, larger or smaller, gives less.
func TestTheOptimalWidthIsTheMostProbableOfTheBatch(t *testing.T) {
	y := []float32{0.5, -0.25}
	x := [][]float32{{0.9, -0.2}, {1, 0.4}, {-0.3, 0.1}, {0.4, -0.6}}
	squares, away := 0.0, 0.0
	for _, row := range x {
		for k, v := range row {
			d := float64(v - y[k])
			squares, away = squares+d*d/8, away+math.Abs(d)/8
		}
	}
	f := field(example.Real, 0, 2)
	mean := func(l Likelihood) float64 {
		sum := 0.0
		for _, v := range nll(t, l, f, y, x, true, nil) {
			sum += v / float64(len(x))
		}
		return sum
	}
	for name, test := range map[string]struct {
		optimal Likelihood
		fixed   func(width float64) Likelihood
		width   float64
	}{
		"gaussian": {Gaussian{Optimal}, func(w float64) Likelihood { return Gaussian{Fixed(w)} }, math.Sqrt(squares)},
		"laplace":  {Laplace{Optimal}, func(w float64) Likelihood { return Laplace{Fixed(w)} }, away},
	} {
		got, want := mean(test.optimal), mean(test.fixed(test.width))
		if !near(got, want, 1e-4) {
			t.Errorf("%s: %v nats, want %v of the width %v", name, got, want, test.width)
		}
		for _, factor := range []float64{0.5, 0.9, 1.1, 2} {
			if other := mean(test.fixed(factor * test.width)); !(got < other) {
				t.Errorf("%s: %v nats, and %v of %v times the width", name, got, other, factor)
			}
		}
	}
}

// Values that the decoder gives exactly have no density without a least width.
func TestTheOptimalWidthOfWhatIsExactIsNotZero(t *testing.T) {
	for name, l := range map[string]Likelihood{"gaussian": Gaussian{Optimal}, "laplace": Laplace{Optimal}} {
		if v := nll(t, l, field(example.Real, 0, 2), []float32{1, 2}, [][]float32{{1, 2}}, true, nil)[0]; math.IsNaN(v) || math.IsInf(v, 0) || v > 0 {
			t.Errorf("%s: %v nats, want a finite number below 0", name, v)
		}
	}
}

// A step moves the average a hundredth of the way from 1 to the batch's; evaluation uses it.
func TestTheOptimalWidthIsKept(t *testing.T) {
	for name, test := range map[string]struct {
		l    Likelihood
		want float64
	}{
		"variance": {Gaussian{Optimal}, 0.99 + 0.01*0.25}, // 0.5²
		"width":    {Laplace{Optimal}, 0.99 + 0.01*0.5},
	} {
		params := nn.NewParams(1)
		g := nn.NewGraph(params, nn.Options{Training: true})
		y := g.Param("y", nn.Zeros, 1).BroadcastRow(4, 1)
		loss := test.l.NLL(g, y, g.Input("x", 4, 1), field(example.Real, 0, 1)).Mean()
		p, err := nn.CompileStep(g, loss, nil, loss)
		if err != nil {
			t.Fatal(err)
		}
		copy(p.Input("x"), []float32{0.5, -0.5, 0.5, -0.5})
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		p.Commit()
		if got := float64(params.Get(name).Data[0]); !near(got, test.want, 1e-6) {
			t.Errorf("%s is %v after a step, want %v", name, got, test.want)
		}
	}
}
