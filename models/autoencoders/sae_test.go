package autoencoders

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// Examples are sums of two of 12 axes. Two of the axes' own features are all that an example needs:
// the dictionary has a row for each axis, nearer than what lies between two of them, and leaves less
// than a twentieth of the variance, of which any two directions leave at least ten twelfths.
func TestSAEFindsTheDictionary(t *testing.T) {
	const n, d = 256, 12
	for kind, a := range map[string]Activation{
		"topk": TopK{K: 2}, "batch_topk": BatchTopK{K: 2}, "gated": Gated{Penalty: 0.3},
		"jumprelu": JumpReLU{L0: 2, Penalty: 1, Bandwidth: 0.2},
	} {
		t.Run(kind, func(t *testing.T) {
			m := DefaultSAE
			m.Latent, m.Activation, m.Start, m.DeadAfter = 24, a, "zeros", 20*n
			tr := begin(t, m, sums(n, d), n, 0.01)
			tr.steps(t, 800)
			if got := tr.term(t, "explained"); !(got > 0.95) {
				t.Errorf("explains %v of the variance, want above 0.95", got)
			}
			if got := tr.term(t, "l0"); !(got < 3) {
				t.Errorf("%v features an example, want fewer than 3", got)
			}
			for k := range d {
				best := 0.0
				for i, rows := 0, tr.params.Get("decoder.weight").Data; i < m.Latent; i++ {
					square := 0.0
					for _, v := range rows[i*d : (i+1)*d] {
						square += float64(v * v)
					}
					best = max(best, float64(rows[i*d+k])/math.Sqrt(square))
				}
				if best < math.Cos(40*math.Pi/180) {
					t.Errorf("the row nearest to axis %d has the cosine %.3f, want it within 40 degrees", k, best)
				}
			}
		})
	}
}

// Features begin too small to be among the two largest, or below zero for every example, and no
// gradient reaches them but that of the auxiliary loss. Without it most stay dead, with it most come
// back. Six live ones leave more than a fifth of what twelve axes need, and with those that come back
// less than a twentieth.
func TestSAEDeadFeaturesComeBack(t *testing.T) {
	const n, d, m = 256, 12, 24
	for name, c := range map[string]struct {
		live       int
		kill       func(p *nn.Params, i int)
		stay, back float64 // dead features, at least without the loss and at most with it
		least      float64 // what all explain without it, at most
	}{
		"small": {12, func(p *nn.Params, i int) {
			for k := range d {
				p.Get("encoder.weight").Data[i*d+k] *= 0.01
			}
		}, 8, 4, 1},
		"below zero": {6, func(p *nn.Params, i int) {
			p.Get("encoder.bias").Data[i] = -1.2 // examples have a length of 1 on average
		}, 18, 8, 0.8},
	} {
		for _, weight := range []float64{0, 1. / 8} {
			s := DefaultSAE
			s.Latent, s.Activation, s.Start, s.Auxiliary, s.DeadAfter = m, TopK{K: 2}, "zeros", weight, 10*n
			tr := begin(t, s, sums(n, d), n, 0.01)
			for i := c.live; i < m; i++ {
				c.kill(tr.params, i)
			}
			tr.steps(t, 700)
			dead, explained := tr.term(t, "dead")*m, tr.term(t, "explained")
			if weight == 0 && (dead < c.stay-0.5 || explained > c.least) || weight > 0 && (dead > c.back+0.5 || explained < 0.95) {
				t.Errorf("%s: with a weight of %v %.0f features are dead, and the others explain %.3f", name, weight, dead, explained)
			}
		}
	}
}

// The auxiliary loss is the share of what the others leave that the dead features leave of it: one if
// they are zero, in any unit of the data.
func TestSAERevivalIsRelative(t *testing.T) {
	x := []float32{1, 0, 0, 2, 3, 0}
	for _, unit := range []float32{1, 1000} {
		s := DefaultSAE
		s.Latent, s.Activation, s.Start, s.DeadAfter, s.Auxiliary = 4, TopK{K: 1}, "zeros", 1, 1
		scaled := make([]float32, len(x))
		for i := range x {
			scaled[i] = unit * x[i]
		}
		tr := begin(t, s, scaled, 3, 0.01)
		clear(tr.params.Get("encoder.weight").Data) // nothing is active, and the dead have nothing to give
		for i := range 4 {
			tr.params.Get("code.idle").Data[i] = 100
		}
		if err := tr.program.RunAll(); err != nil {
			t.Fatal(err)
		}
		mean := (1 + 4 + 9) * float64(unit*unit) / 3 // |x|² on average, and the square of the scale
		if got := tr.program.Scalar(tr.loss.Total); math.Abs(got/(2*mean)-1) > 1e-5 {
			t.Errorf("the loss is %v, want %v: the squared error and as much again", got, 2*mean)
		}
	}
}

// Where the geometric median lies in the middle of three points on a line and a fourth and fifth at
// the same distance on either side of it, one point far away does not move it; the mean it does.
func TestSAEStartsInTheMiddle(t *testing.T) {
	x := []float32{0, 0, 1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 60, 0}
	for start, want := range map[string][2]float64{"median": {0, 0}, "mean": {60. / 7, 0}, "zeros": {0, 0}} {
		s := DefaultSAE
		s.Latent, s.Activation, s.Start = 4, TopK{K: 1}, start
		tr := begin(t, s, x, 7, 0.01)
		tr.steps(t, 2)
		centre := slices.Clone(tr.params.Get("input.centre").Data)
		for k, v := range centre {
			if math.Abs(float64(v)-want[k]) > 0.2 {
				t.Errorf("%s: the middle is %v, want %v", start, centre, want)
			}
		}
		copy(tr.program.Input(models.InputName), make([]float32, len(x)))
		tr.steps(t, 2)
		if !slices.Equal(centre, tr.params.Get("input.centre").Data) {
			t.Errorf("%s: the middle moves after the first batch", start)
		}
	}
}

// activated is what an activation makes of projections h (n, m), outside of training and without
// weights of its own but those of set.
func activated(t *testing.T, a Activation, h []float32, n int, set func(p *nn.Params)) []float32 {
	t.Helper()
	p := nn.NewParams(1)
	f := func(g *nn.Graph, b models.Batch) nn.Node { return a.Activate(g, b.X).Features }
	computed(t, p, h, n, f) // makes the parameters
	set(p)
	return computed(t, p, h, n, f)
}

func TestActivationsByHand(t *testing.T) {
	bias := func(b ...float32) func(p *nn.Params) {
		return func(p *nn.Params) { copy(p.Get("bias").Data, b) }
	}
	h := []float32{1, -2, 3, 0.5, 2, 2, -1, 0}
	for name, c := range map[string]struct {
		a    Activation
		set  func(p *nn.Params)
		want []float32
	}{
		"the two largest":                  {TopK{K: 2}, bias(0, 0, 0, 1), []float32{0, 0, 3, 1.5, 2, 2, 0, 0}},
		"none that is negative":            {TopK{K: 4}, bias(0, 0, 0, -1), []float32{1, 0, 3, 0, 2, 2, 0, 0}},
		"those above the mean of the last": {BatchTopK{K: 1}, func(p *nn.Params) { p.Get("threshold").Data[0] = 1.5 }, []float32{0, 0, 3, 0, 2, 2, 0, 0}},
		"by the gate, and its magnitude": {Gated{}, func(p *nn.Params) {
			copy(p.Get("bias").Data, []float32{-1.5, 3, 0, 0})
			copy(p.Get("scale").Data, []float32{0, 0, math.Ln2, 0})
			copy(p.Get("magnitude").Data, []float32{0, 3, 0, -1})
		}, []float32{0, 1, 6, 0, 2, 5, 0, 0}},
		"above a threshold of their own": {JumpReLU{Bandwidth: 1}, func(p *nn.Params) {
			copy(p.Get("threshold").Data, []float32{float32(math.Log(0.75)), 0, 0, float32(math.Log(0.125))})
			p.Get("start").Data[0] = 2
		}, []float32{0, 0, 3, 0.5, 2, 0, 0, 0}},
	} {
		if got := activated(t, c.a, h, 2, c.set); !slices.EqualFunc(got, c.want, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 }) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// In training the largest of all examples are kept together, and the threshold goes to the least of
// them: 1 − 0.01 of what it was and 0.01 of 2.
func TestBatchTopKThreshold(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	a := BatchTopK{K: 2}.Activate(g, g.Constant([]float32{5, 4, 3, 2, -1, 1, 0.5, -3}, 2, 4))
	program, err := nn.CompileStep(g, a.Features.Sum(), nil, a.Features)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	program.Commit()
	if got, want := program.Output(a.Features), []float32{5, 4, 3, 2, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := p.Get("threshold").Data[0]; math.Abs(float64(got)-0.02) > 1e-7 {
		t.Errorf("threshold %v, want 0.02", got)
	}
}

// The gradient by a threshold is that of the papers' estimate: −θ/ε for the feature and −1/ε for the
// count, of examples within ε/2 of the step. Four examples lie at θ − 0.1, θ + 0.2, θ + 0.6 and
// θ − 3 of a θ of 1 with ε = 1: two of them count.
func TestJumpReLUThresholdGradient(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	a := JumpReLU{Penalty: 1, Bandwidth: 1}.Activate(g, g.Constant([]float32{0.9, 1.2, 1.6, -2}, 4, 1))
	theta := g.Param("threshold", nn.Zeros, 1)
	of, count := g.Grad(a.Features.Sum(), theta)[0], g.Grad(a.Penalty, theta)[0]
	program, err := nn.Compile(g, of, count, a.Penalty)
	if err != nil {
		t.Fatal(err)
	}
	p.Get("begun").Data[0] = 1 // with θ₀ = 1, so that θ = 1, and ∂θ/∂t = 1
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		of   nn.Node
		want float64
	}{"the sum of the features": {of, -2}, "the mean count": {count, -2. / 4}, "the count itself": {a.Penalty, 2. / 4}} {
		if got := program.Output(c.of)[0]; math.Abs(float64(got)-c.want) > 1e-6 {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// Thresholds start where the first batch has as many features as the target says: of 8 values the four
// largest are from 2 on.
func TestJumpReLUThresholdsStartAtTheTarget(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	a := JumpReLU{L0: 2, Penalty: 1, Bandwidth: 1}.Activate(g, g.Constant([]float32{5, 4, 3, 2, -1, 1, 0.5, -3}, 2, 4))
	program, err := nn.CompileStep(g, a.Penalty.Add(a.Features.Sum()), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second batch changes nothing
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
		p.Get("bias").Data[0] = 100
	}
	if got := p.Get("start").Data[0]; got != 2 {
		t.Errorf("thresholds start at %v, want 2", got)
	}
}

// Gradients by everything but thresholds are those of the loss itself, away from the steps.
func TestSAEGradients(t *testing.T) {
	for name, a := range map[string]Activation{"topk": TopK{K: 2}, "gated": Gated{Penalty: 0.1}} {
		t.Run(name, func(t *testing.T) {
			nntest.Probe{Spread: 0.8}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
				d := dictionary{rows: x[1], bias: x[2]}
				active := a.Activate(g, x[0].MatMulT(x[1]))
				return x[0].Sub(d.sum(active.Features)).AddRow(d.bias).Square().Sum().Add(active.Before.Square().Sum())
			}, []int{2, 4}, []int{3, 4}, []int{4})
		})
	}
}

// The decoder's directions have the length one, whatever its weights are.
func TestSAEDirectionsAreOfUnitLength(t *testing.T) {
	m := DefaultSAE
	m.Latent, m.Activation = 5, TopK{K: 2}
	p := nn.NewParams(1)
	x := make([]float32, 5*3)
	decode := func(g *nn.Graph, b models.Batch) nn.Node {
		one := make([]float32, 25)
		for i := range 5 {
			one[i*5+i] = 1
		}
		return m.Decode(g, g.Constant(one, 5, 5), b).Mean().Square().SumCols()
	}
	computed(t, p, x, 5, decode)
	for i, w := 0, p.Get("decoder.weight").Data; i < len(w); i++ {
		w[i] *= float32(i + 1)
	}
	for i, v := range computed(t, p, x, 5, decode) {
		if math.Abs(float64(v)-1) > 1e-5 {
			t.Errorf("direction %d has the squared length %v, want 1", i, v)
		}
	}
}

// Draws have the rates and the means that training saw.
func TestSAEPriorIsWhatWasObserved(t *testing.T) {
	m := DefaultSAE
	m.Latent, m.Activation = 2, TopK{K: 1}
	tr := begin(t, m, sums(8, 3), 8, 0.01)
	copy(tr.params.Get("code.rate").Data, []float32{0.5, 0})
	copy(tr.params.Get("code.mean").Data, []float32{1, 0})
	prior, err := m.Prior(tr.params)
	if err != nil {
		t.Fatal(err)
	}
	if o := prior.(latent.Occasional); !slices.Equal(o.Rate, []float32{0.5, 0}) || !slices.Equal(o.Mean, []float32{2, 0}) {
		t.Errorf("got %+v, want rates 0.5 and 0, means 2 and 0", o)
	}
}

// The first batch sets the scale: with one example in it, which is its own middle, that would be zero, and
// x′ without bounds.
func TestSAENeedsTwoExamplesForAScale(t *testing.T) {
	if least := models.Least(DefaultSAE); least != 2 {
		t.Errorf("a batch of at least %d, want 2", least)
	}
}

func TestSAECheckNamesTheKey(t *testing.T) {
	s := SAE{Latent: 4, Activation: TopK{K: 9}, Start: "middle", Auxiliary: -1}
	var got []string
	s.Check(func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) })
	want := []string{
		"activation.k: 9, want at most the 4 features of model.latent",
		`start: "middle", want one of mean, median, zeros`,
		"auxiliary: -1, want a weight of at least 0",
		"dead_after: 0, want it from 1 to 16777215",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
