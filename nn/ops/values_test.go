package ops_test

import (
	"math"
	"slices"
	"testing"

	"latentspace/nn"
)

// run computes y of x.
func run(t *testing.T, f func(g *nn.Graph) nn.Node) ([]float32, error) {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{}).In("scope")
	y := f(g)
	p, err := nn.Compile(g, y)
	if err != nil {
		return nil, err
	}
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		return nil, err
	}
	return p.Output(y), nil
}

var nan, inf = float32(math.NaN()), float32(math.Inf(1))

func TestValues(t *testing.T) {
	vector := func(x ...float32) func(g *nn.Graph) nn.Node {
		return func(g *nn.Graph) nn.Node { return g.Constant(x, len(x)) }
	}
	matrix := func(rows int, x ...float32) func(g *nn.Graph) nn.Node {
		return func(g *nn.Graph) nn.Node { return g.Constant(x, rows, len(x)/rows) }
	}
	tests := map[string]struct {
		x    func(g *nn.Graph) nn.Node
		f    func(x nn.Node) nn.Node
		want []float32
	}{
		"halves are rounded to even":              {vector(-1.5, -0.5, 0.5, 1.5, 2.4, inf, nan), nn.Node.Round, []float32{-2, 0, 0, 2, 2, inf, nan}},
		"signs":                                   {vector(-3, 0, 2, inf, nan), nn.Node.Sign, []float32{-1, 0, 1, 1, nan}},
		"magnitudes":                              {vector(-3, 0, 2, -inf, nan), nn.Node.Abs, []float32{3, 0, 2, inf, nan}},
		"a clamp keeps NaN":                       {vector(-3, 0, 2, nan), func(x nn.Node) nn.Node { return x.Clamp(-1, 1) }, []float32{-1, 0, 1, nan}},
		"a clamp may have one bound":              {vector(-3, 0, 2), func(x nn.Node) nn.Node { return x.Clamp(0, math.Inf(1)) }, []float32{0, 0, 2}},
		"the larger of two":                       {vector(-3, 1, nan), func(x nn.Node) nn.Node { return x.Max(x.Neg()) }, []float32{3, 1, nan}},
		"the smaller of two":                      {vector(-3, 1, nan), func(x nn.Node) nn.Node { return x.Min(x.Neg()) }, []float32{-3, -1, nan}},
		"the first of several largest":            {matrix(2, 1, 5, 5, -3, -3, -4), nn.Node.ArgMax, []float32{1, 0}},
		"the first of several smallest":           {matrix(2, 5, 1, 1, -3, -4, -4), nn.Node.ArgMin, []float32{1, 1}},
		"NaN is the largest and the smallest":     {vector(1, nan, 3, nan), func(x nn.Node) nn.Node { return x.ArgMax().Add(x.ArgMin()) }, []float32{2}},
		"the places of the two largest":           {matrix(2, 1, 5, 5, -3, nan, -4), func(x nn.Node) nn.Node { return x.TopK(2) }, []float32{0, 1, 1, 1, 1, 0}},
		"one-hot rows, none for -1":               {vector(1, -1, 0), func(x nn.Node) nn.Node { return x.OneHot(2) }, []float32{0, 1, 0, 0, 1, 0}},
		"a transpose":                             {matrix(2, 1, 2, 3, 4, 5, 6), nn.Node.T, []float32{1, 4, 2, 5, 3, 6}},
		"each row twice":                          {matrix(2, 1, 2, 3, 4), func(x nn.Node) nn.Node { return x.Repeat(2) }, []float32{1, 2, 1, 2, 3, 4, 3, 4}},
		"the mean of an axis":                     {matrix(2, 1, 2, 3, 5, 6, 7), func(x nn.Node) nn.Node { return x.MeanAxis(0) }, []float32{3, 4, 5}},
		"columns side by side":                    {matrix(2, 1, 2, 3, 4), func(x nn.Node) nn.Node { return nn.Concat(1, x, x.Slice(1, 0, 1)) }, []float32{1, 2, 1, 3, 4, 3}},
		"one tensor alone":                        {vector(1, 2), func(x nn.Node) nn.Node { return nn.Concat(0, x).Scale(2) }, []float32{2, 4}},
		"the log-softmax of what is far apart":    {vector(0, -200), nn.Node.LogSoftmax, []float32{0, -200}},
		"what is stopped":                         {vector(1, 2), func(x nn.Node) nn.Node { return x.Stop().Add(x) }, []float32{2, 4}},
		"a constant in the shape of a tensor":     {vector(nan, 2), func(x nn.Node) nn.Node { return x.Like(7) }, []float32{7, 7}},
		"a sum of what has a place":               {matrix(3, 1, 2, 3, 4, 5, 6), func(x nn.Node) nn.Node { return x.ScatterAdd(x.Like(1).SumCols().AddScalar(-1), 3) }, []float32{0, 0, 9, 12, 0, 0}},
		"rows in another order, and one of zeros": {vector(2, 0, -1), func(x nn.Node) nn.Node { return x.Gather(x) }, []float32{-1, 2, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := run(t, func(g *nn.Graph) nn.Node { return test.f(test.x(g)) })
			if err != nil {
				t.Fatal(err)
			}
			same := func(a, b float32) bool { return a == b || a != a && b != b }
			if !slices.EqualFunc(got, test.want, same) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestAnIndexOutOfRangeIsAnErrorThatNamesTheOperation(t *testing.T) {
	tests := map[string]struct {
		index float32
		f     func(index nn.Node) nn.Node
		want  string
	}{
		"a class that there is not": {3, func(i nn.Node) nn.Node { return i.OneHot(3) },
			"nn: scope: one-hot: index 3 at 1, want an integer from 0 to 2, or -1 for none"},
		"a fraction of a class": {0.5, func(i nn.Node) nn.Node { return i.OneHot(3) },
			"nn: scope: one-hot: index 0.5 at 1, want an integer from 0 to 2, or -1 for none"},
		"a class that is NaN": {nan, func(i nn.Node) nn.Node { return i.OneHot(3) },
			"nn: scope: one-hot: index NaN at 1, want an integer from 0 to 2, or -1 for none"},
		"a class below -1": {-2, func(i nn.Node) nn.Node { return i.OneHot(3) },
			"nn: scope: one-hot: index -2 at 1, want an integer from 0 to 2, or -1 for none"},
		"a row that there is not": {2, func(i nn.Node) nn.Node { return i.Gather(i) },
			"nn: scope: gather: index 2 at 1, want an integer from 0 to 1, or -1 for none"},
		"a token that there is not": {2, func(i nn.Node) nn.Node { return i.Reshape(2, 1).Repeat(1).Pad(1, 0, 2).TokenNLL(i) },
			"nn: scope: token nll: index 2 at 1, want an integer from 0 to 1, or -1 for none"},
		"a place that there is not": {inf, func(i nn.Node) nn.Node { return i.ScatterAdd(i, 5) },
			"nn: scope: scatter: index +Inf at 1, want an integer from 0 to 4, or -1 for none"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := run(t, func(g *nn.Graph) nn.Node { return test.f(g.Constant([]float32{0, test.index}, 2)) })
			if err == nil || err.Error() != test.want {
				t.Errorf("a constant: got  %v\nwant %s", err, test.want)
			}
			g := nn.NewGraph(nn.NewParams(1), nn.Options{}).In("scope")
			y := test.f(g.Input("index", 2))
			p, err := nn.Compile(g, y)
			if err != nil {
				t.Fatal(err)
			}
			p.Input("scope.index")[1] = test.index
			if err := p.RunAll(); err == nil || err.Error() != test.want {
				t.Errorf("an input: got  %v\nwant %s", err, test.want)
			}
			p.Input("scope.index")[1] = 0
			if err := p.RunAll(); err != nil {
				t.Errorf("after a right index: %v", err)
			}
		})
	}
}

// A gradient that only a stop would carry is none.
func TestWhatIsStoppedHasNoGradient(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	x, y := g.Input("x", 2), g.Input("y", 2)
	g.Grad(x.Mul(y.Stop()).Sum(), y)
	if want := "nn: gradient: the cost does not depend on y"; g.Err() == nil || g.Err().Error() != want {
		t.Errorf("got %v, want %s", g.Err(), want)
	}
}

// A straight-through estimator rounds, with the gradient of the identity.
func TestStraightThrough(t *testing.T) {
	got, err := run(t, func(g *nn.Graph) nn.Node {
		x := g.Constant([]float32{0.4, 1.7}, 2)
		y := x.Add(x.Round().Sub(x).Stop())
		return nn.Concat(0, y, g.Grad(y.Square().Sum(), x)[0])
	})
	if want := []float32{0, 2, 0, 4}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}
