package portable

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/kernel"
	"latentspace/nn"
	"latentspace/tensor"
)

// trial is an operation or two on inputs and weights of some shapes.
type trial struct {
	name    string
	inputs  [][]int
	weights [][]int
	f       func(in, w []nn.Node) nn.Node
}

func one(name string, f func(x nn.Node) nn.Node, shape ...int) trial {
	return trial{name, [][]int{shape}, nil, func(in, _ []nn.Node) nn.Node { return f(in[0]) }}
}

func two(name string, f func(x, y nn.Node) nn.Node, shape ...int) trial {
	return trial{name, [][]int{shape, shape}, nil, func(in, _ []nn.Node) nn.Node { return f(in[0], in[1]) }}
}

func beside(name string, f func(x, y nn.Node) nn.Node, shape []int, other ...int) trial {
	return trial{name, [][]int{shape, other}, nil, func(in, _ []nn.Node) nn.Node { return f(in[0], in[1]) }}
}

func weighted(name string, f func(x, w nn.Node) nn.Node, shape []int, weights ...int) trial {
	return trial{name, [][]int{shape}, [][]int{weights}, func(in, w []nn.Node) nn.Node { return f(in[0], w[0]) }}
}

// cancelled is values and their opposites, whose sums are what rounding leaves of them.
func cancelled(x nn.Node) nn.Node { return nn.Concat(0, x, x.Neg()) }

var trials = []trial{
	two("add", nn.Node.Add, 300), two("sub", nn.Node.Sub, 300), two("mul", nn.Node.Mul, 300), two("div", nn.Node.Div, 300),
	two("max", nn.Node.Max, 300), two("min", nn.Node.Min, 300),
	one("exp", nn.Node.Exp, 300), one("log", nn.Node.Log, 300), one("sqrt", nn.Node.Sqrt, 300), one("square", nn.Node.Square, 300),
	one("reciprocal", nn.Node.Reciprocal, 300), one("erf", nn.Node.Erf, 300), one("sin", nn.Node.Sin, 300), one("cos", nn.Node.Cos, 300),
	one("tanh", nn.Node.Tanh, 300), one("sigmoid", nn.Node.Sigmoid, 300), one("softplus", nn.Node.Softplus, 300), one("relu", nn.Node.ReLU, 300),
	one("leaky relu", func(x nn.Node) nn.Node { return x.LeakyReLU(0.2) }, 300), one("elu", func(x nn.Node) nn.Node { return x.ELU(1.5) }, 300),
	one("bounded exp", func(x nn.Node) nn.Node { return x.ExpBounded(1.2) }, 300), one("scale", func(x nn.Node) nn.Node { return x.Scale(0.3) }, 300),
	one("add scalar", func(x nn.Node) nn.Node { return x.AddScalar(-0.7) }, 300), one("clamp", func(x nn.Node) nn.Node { return x.Clamp(-0.5, 0.8) }, 300),
	one("stop", nn.Node.Stop, 300), one("constant", func(x nn.Node) nn.Node { return x.Add(x.Like(0.1)) }, 300),
	beside("add row", nn.Node.AddRow, []int{5, 37}, 37), beside("mul row", nn.Node.MulRow, []int{5, 37}, 37),
	beside("add column", nn.Node.AddCol, []int{5, 37}, 5), beside("mul column", nn.Node.MulCol, []int{5, 37}, 5),
	beside("mul each", nn.Node.MulEach, []int{3, 4, 2, 21}, 3, 21),
	one("broadcast row", func(x nn.Node) nn.Node { return x.BroadcastRow(4, 9) }, 9), one("broadcast column", func(x nn.Node) nn.Node { return x.BroadcastCol(9, 4) }, 9),
	one("broadcast", func(x nn.Node) nn.Node { return x.Broadcast(4, 9) }),
	{"normalise", [][]int{{4, 3, 21}, {21}, {21}, {21}}, nil, func(in, _ []nn.Node) nn.Node { return in[0].Normalise(in[1], in[2], in[3]) }},
	{"normalise each", [][]int{{3, 4, 21}, {3, 21}, {3, 21}, {3, 21}}, nil, func(in, _ []nn.Node) nn.Node { return in[0].NormaliseEach(in[1], in[2], in[3]) }},
	one("moments", func(x nn.Node) nn.Node { m, v := cancelled(x).Moments(); return nn.Concat(0, m, v) }, 1300, 5),
	one("moments of each", func(x nn.Node) nn.Node { m, v := x.MomentsEach(); return nn.Concat(0, m, v) }, 3, 50, 70),
	one("sum", func(x nn.Node) nn.Node { return cancelled(x).Sum() }, 20_000), one("sum of rows", func(x nn.Node) nn.Node { return cancelled(x).SumRows() }, 1300, 5),
	one("sum of columns", nn.Node.SumCols, 5, 261),
	one("sum of an axis", func(x nn.Node) nn.Node { return x.SumAxis(1) }, 3, 7, 70), one("repeat", func(x nn.Node) nn.Node { return x.RepeatAxis(1, 3) }, 4, 6),
	one("slice", func(x nn.Node) nn.Node { return x.Slice(1, 2, 5) }, 3, 7, 4), one("pad", func(x nn.Node) nn.Node { return x.Pad(1, 2, 12) }, 3, 7, 4),
	beside("concat", func(x, y nn.Node) nn.Node { return nn.Concat(1, x, y, x) }, []int{3, 7, 4}, 3, 2, 4),
	one("transpose", nn.Node.T, 20, 33), one("upsample", func(x nn.Node) nn.Node { return x.Upsample(3) }, 2, 4, 5, 3),
	one("reshape", func(x nn.Node) nn.Node { return x.Reshape(6, 10) }, 60), one("argmax", nn.Node.ArgMax, 40, 7), one("argmin", func(x nn.Node) nn.Node { return x.Scale(-1).ArgMax() }, 40, 7),
	one("one-hot", func(x nn.Node) nn.Node { return x.ArgMax().OneHot(5) }, 40, 4),
	one("gather", func(x nn.Node) nn.Node { return x.Gather(x.Reshape(48).Slice(0, 0, 9).Reshape(3, 3).ArgMax()) }, 12, 4),

	beside("matmul", nn.Node.MatMul, []int{7, 90}, 90, 21), beside("matmul of a transpose", nn.Node.MatMulT, []int{7, 90}, 21, 90),
	beside("transposed matmul", nn.Node.TMatMul, []int{90, 7}, 90, 21), weighted("matmul by weights", nn.Node.MatMul, []int{7, 90}, 90, 21),
	weighted("matmul of an activation", func(x, w nn.Node) nn.Node { return x.Scale(1).MatMul(w) }, []int{7, 90}, 90, 21),
	weighted("matmul of a view", func(x, w nn.Node) nn.Node { return x.Reshape(7, 90).MatMul(w) }, []int{630}, 90, 21),
	weighted("matmul to a column", nn.Node.MatMul, []int{7, 90}, 90, 1),
	beside("matmul of each", nn.Node.MatMulEach, []int{3, 5, 17}, 3, 17, 11), beside("matmul of each transpose", nn.Node.MatMulEachT, []int{3, 5, 17}, 3, 11, 17),
	weighted("conv", func(x, w nn.Node) nn.Node { return x.Conv(w, 1, 1) }, []int{2, 6, 5, 3}, 3, 3, 3, 10),
	weighted("conv with a stride", func(x, w nn.Node) nn.Node { return x.Conv(w, 2, 2) }, []int{2, 6, 5, 3}, 5, 3, 3, 4),
	weighted("transposed conv", func(x, w nn.Node) nn.Node { return x.ConvTranspose(w, 2, 1, 9, 7) }, []int{2, 5, 4, 6}, 3, 3, 11, 6),
	weighted("transposed conv to few channels", func(x, w nn.Node) nn.Node { return x.ConvTranspose(w, 2, 1, 10, 8) }, []int{2, 5, 4, 6}, 4, 4, 3, 6),
	weighted("transposed conv that halves, of an even side", func(x, w nn.Node) nn.Node { return x.ConvTranspose(w, 2, 1, 12, 14) }, []int{2, 6, 7, 32}, 4, 4, 16, 32),
	weighted("transposed conv that halves, of an odd side", func(x, w nn.Node) nn.Node { return x.ConvTranspose(w, 2, 1, 10, 16) }, []int{1, 5, 8, 16}, 4, 4, 32, 16),
}

// inModels are the operations that only the decoders of whole models try.
var inModels = []string{"gru", "lstm", "attention step", "part"}

// manners are what values are like: usual ones with many zeros, tiny ones, and any.
var manners = map[string]func(r *rand.Rand) float32{
	"usual": func(r *rand.Rand) float32 { return float32(max(-0.5, r.NormFloat64())) + 0.5 },
	"tiny": func(r *rand.Rand) float32 {
		return float32(r.NormFloat64()*math.Pow(2, -10-140*r.Float64())) * float32(r.IntN(2))
	},
	"large": func(r *rand.Rand) float32 { return float32(r.NormFloat64() * math.Pow(2, 126*r.Float64())) },
	"infinite": func(r *rand.Rand) float32 {
		if r.IntN(500) == 0 {
			return float32(math.Inf(1))
		}
		return float32(max(0, r.NormFloat64()))
	},
	"vanishing": func(r *rand.Rand) float32 {
		return float32(r.NormFloat64()*math.Pow(2, -80)) * float32(r.IntN(2))
	},
	"whole": func(r *rand.Rand) float32 { return float32(r.IntN(9) - 4) },
	"any": func(r *rand.Rand) float32 {
		switch r.IntN(60) {
		case 0:
			return float32(math.Inf(1 - 2*r.IntN(2)))
		case 1:
			return float32(math.NaN())
		case 2, 3:
			return float32(math.Copysign(0, -1))
		}
		return math.Float32frombits(r.Uint32())
	},
}

// Each operation has the program's bits, of numbers of all sizes.
func TestEachOperationHasTheBitsOfTheProgram(t *testing.T) {
	dir, want, tried := page(t), map[string]*tensor.Tensor{}, map[string]bool{}
	r := rand.New(rand.NewPCG(9, 10))
	values := func(manner string, shape []int) []float32 {
		x := make([]float32, tensor.Size(shape))
		for i := range x {
			x[i] = manners[manner](r)
		}
		return x
	}
	for _, c := range trials {
		for manner := range manners {
			name := fmt.Sprintf("%s, %s", c.name, manner)
			of := filepath.Join(dir, "programs", name)
			g := nn.NewGraph(nn.NewParams(1), nn.Options{Name: "trial"})
			var in, weights []nn.Node
			for i, shape := range c.inputs {
				in = append(in, g.Input(fmt.Sprint(i), shape...))
			}
			for _, shape := range c.weights {
				weights = append(weights, g.Constant(values(manner, shape), shape...))
			}
			y := c.f(in, weights)
			all, err := nn.Operations(g, y)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			w := writer{at: map[string]int{}, inputs: map[string][]int{}}
			p, err := w.program(all)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, o := range p.Operations {
				tried[o.Op] = true
			}
			program, err := nn.Compile(g, y)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for i, shape := range c.inputs {
				x := values(manner, shape)
				copy(program.Input(fmt.Sprint(i)), x)
				write(t, filepath.Join(of, fmt.Sprintf("input %d", i)), blob(x))
			}
			if err := program.RunAll(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want[name] = tensor.New(1, len(program.Output(y)))
			copy(want[name].Data, program.Output(y))
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(of, "program.json"), text)
			write(t, filepath.Join(of, "weights"), blob(w.weights))
		}
	}
	node(t, dir, "run.js", "programs")
	for _, name := range slices.Sorted(maps.Keys(want)) {
		same(t, name, floats(t, filepath.Join(dir, "programs", name, "output")), want[name])
	}
	for name := range knows {
		if !tried[name] && !slices.Contains(inModels, name) {
			t.Errorf("no trial has the operation %q", name)
		}
	}
}

// Chains are rounded once where a double ends between two float32s, of subnormal numbers too.
func TestChainsAreRoundedOnce(t *testing.T) {
	dir := page(t)
	// With h = 2⁻¹²: (1 + h)(1 − h + h²) = 1 + h³, beside a middle.
	const a, b = 1 + 0x1p-12, 1 - 0x1p-12 + 0x1p-24
	rows := []float32{1, 0x1p-12 * a, -1, -0x1p-12 * a, 0x1p-127, 0x1p-75 * a, -0x1p-127, -0x1p-75 * a, 1, 0x1p-12}
	columns := []float32{0x1p-12 * b, 0x1p-75 * b, 0x1p-12, 0x1p-75, 3, 0, -0x1p-12 * b, -0x1p-75 * b, 0x1p-13}
	m, n := len(rows)/2, len(columns)
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Name: "trial"})
	weights := append(slices.Repeat([]float32{1}, n), columns...)
	y := g.Input("0", m, 2).MatMul(g.Constant(weights, 2, n))
	all, err := nn.Operations(g, y)
	if err != nil {
		t.Fatal(err)
	}
	w := writer{at: map[string]int{}, inputs: map[string][]int{}}
	p, err := w.program(all)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	of := filepath.Join(dir, "programs", "chains")
	write(t, filepath.Join(of, "program.json"), text)
	write(t, filepath.Join(of, "weights"), blob(w.weights))
	write(t, filepath.Join(of, "input 0"), blob(rows))
	node(t, dir, "run.js", "programs")
	want := tensor.New(m, n)
	kernel.MatMul(want.Data, rows, weights, m, n, 2, false, false, false)
	same(t, "chains", floats(t, filepath.Join(of, "output")), want)
}
