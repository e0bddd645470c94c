package onnx

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/nn"
	"latentspace/tensor"
)

// trial is some operations on inputs of some shapes, whose first size 0 is that of the batch.
type trial struct {
	name   string
	inputs [][]int
	f      func(g *nn.Graph, in []nn.Node) nn.Node
}

func one(name string, f func(x nn.Node) nn.Node, shape ...int) trial {
	return trial{name, [][]int{shape}, func(_ *nn.Graph, in []nn.Node) nn.Node { return f(in[0]) }}
}

func two(name string, f func(x, y nn.Node) nn.Node, shape []int, other ...int) trial {
	return trial{name, [][]int{shape, other}, func(_ *nn.Graph, in []nn.Node) nn.Node { return f(in[0], in[1]) }}
}

// weights are numbers that a graph has.
func weights(g *nn.Graph, shape ...int) nn.Node {
	r := rand.New(rand.NewPCG(7, uint64(len(shape))))
	v := make([]float32, tensor.Size(shape))
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return g.Constant(v, shape...)
}

func weighted(name string, f func(x, w nn.Node) nn.Node, shape []int, of ...int) trial {
	return trial{name, [][]int{shape}, func(g *nn.Graph, in []nn.Node) nn.Node { return f(in[0], weights(g, of...)) }}
}

// positive is |x| and a little.
func positive(x nn.Node) nn.Node { return x.Abs().AddScalar(0.1) }

var (
	matrix  = []int{0, 6}
	picture = []int{0, 4, 6, 3}
)

var trials = []trial{
	two("add", nn.Node.Add, matrix, matrix...), two("sub", nn.Node.Sub, picture, picture...), two("mul", nn.Node.Mul, matrix, matrix...),
	two("div", func(x, y nn.Node) nn.Node { return x.Div(positive(y)) }, matrix, matrix...),
	two("max", nn.Node.Max, matrix, matrix...), two("min", nn.Node.Min, matrix, matrix...),
	one("exp", nn.Node.Exp, matrix...), one("log", func(x nn.Node) nn.Node { return positive(x).Log() }, matrix...),
	one("sqrt", func(x nn.Node) nn.Node { return positive(x).Sqrt() }, matrix...), one("square", nn.Node.Square, matrix...),
	one("reciprocal", func(x nn.Node) nn.Node { return positive(x).Reciprocal() }, matrix...), one("erf", nn.Node.Erf, matrix...),
	one("sin", nn.Node.Sin, matrix...), one("cos", nn.Node.Cos, matrix...), one("tanh", nn.Node.Tanh, picture...), one("sigmoid", nn.Node.Sigmoid, matrix...),
	one("softplus", nn.Node.Softplus, matrix...), one("relu", nn.Node.ReLU, matrix...), one("leaky relu", func(x nn.Node) nn.Node { return x.LeakyReLU(0.2) }, matrix...),
	one("elu", func(x nn.Node) nn.Node { return x.ELU(1.5) }, matrix...), one("bounded exp", func(x nn.Node) nn.Node { return x.Scale(2).ExpBounded(1.2) }, matrix...),
	one("add scalar", func(x nn.Node) nn.Node { return x.AddScalar(-0.7).Scale(0.3) }, matrix...), one("clamp", func(x nn.Node) nn.Node { return x.Clamp(-0.5, 0.8) }, matrix...),
	one("sign", nn.Node.Sign, matrix...), one("round", func(x nn.Node) nn.Node { return x.Scale(3).Round() }, matrix...),
	one("stop", nn.Node.Stop, picture...), one("constant", func(x nn.Node) nn.Node { return x.Add(x.Like(0.1)) }, picture...),
	{"vectors of numbers", [][]int{picture}, func(g *nn.Graph, in []nn.Node) nn.Node {
		return in[0].AddRow(weights(g, 3)).MulRow(weights(g, 3))
	}},
	{"vectors that depend", [][]int{picture}, func(_ *nn.Graph, in []nn.Node) nn.Node {
		return in[0].AddRow(in[0].Slice(0, 0, 1).SumRows().Scale(0.1))
	}},
	two("add column", func(x, y nn.Node) nn.Node { return x.AddCol(y.SumCols()) }, picture, matrix...),
	two("mul column", func(x, y nn.Node) nn.Node { return x.MulCol(y.SumCols()) }, matrix, matrix...),
	two("mul each", nn.Node.MulEach, picture, 0, 3),
	two("normalise each", func(x, y nn.Node) nn.Node { return x.NormaliseEach(y, y.Scale(2), y.AddScalar(1)) }, picture, 0, 3),
	{"normalise", [][]int{picture}, func(g *nn.Graph, in []nn.Node) nn.Node {
		return in[0].Normalise(weights(g, 3), weights(g, 3).Scale(2), weights(g, 3))
	}},
	{"normalise rows", [][]int{matrix}, func(g *nn.Graph, in []nn.Node) nn.Node {
		return in[0].Normalise(weights(g, 6), weights(g, 6).Scale(2), weights(g, 6))
	}},
	one("moments", func(x nn.Node) nn.Node { m, v := x.Slice(0, 0, 1).Moments(); return x.AddRow(m).MulRow(v) }, picture...),
	one("moments of each", func(x nn.Node) nn.Node { m, v := x.MomentsEach(); return nn.Concat(1, m, v) }, picture...),
	one("moments of each of one", func(x nn.Node) nn.Node { m, v := x.MomentsEach(); return nn.Concat(1, m, v) }, matrix...),
	one("broadcast", func(x nn.Node) nn.Node { return x.Slice(0, 0, 1).Sum().Broadcast(x.Shape()...).Add(x) }, matrix...),
	one("broadcast row", func(x nn.Node) nn.Node { return x.Slice(0, 0, 1).SumRows().BroadcastRow(x.Shape()...) }, matrix...),
	one("broadcast column", func(x nn.Node) nn.Node { return x.SumCols().BroadcastCol(x.Shape()...) }, matrix...),
	one("repeat", func(x nn.Node) nn.Node { return x.RepeatAxis(1, 3) }, matrix...), one("repeat rows", func(x nn.Node) nn.Node { return x.Repeat(3).Reshape(x.Shape()[0], 18) }, matrix...),
	one("sum of an axis", func(x nn.Node) nn.Node { return x.SumAxis(1) }, picture...), one("sum of columns", func(x nn.Node) nn.Node { return x.SumCols() }, picture...),
	one("softmax", nn.Node.Softmax, matrix...), one("log-sum-exp", nn.Node.LogSumExp, matrix...),
	one("slice", func(x nn.Node) nn.Node { return x.Slice(2, 1, 4) }, picture...), one("pad", func(x nn.Node) nn.Node { return x.Pad(1, 2, 9) }, picture...),
	one("halves of the batch", func(x nn.Node) nn.Node {
		n := x.Shape()[0]
		both := nn.Concat(0, x, x.Scale(2))
		return both.Slice(0, n, 2*n).Pad(0, n, 2*n).Slice(0, n, 2*n)
	}, matrix...),
	two("concat", func(x, y nn.Node) nn.Node { return nn.Concat(3, x, y, x) }, picture, 0, 4, 6, 2),
	one("transpose", func(x nn.Node) nn.Node { return x.T().T() }, matrix...),
	one("argmax", nn.Node.ArgMax, matrix...), one("argmin", nn.Node.ArgMin, matrix...),
	one("one-hot", func(x nn.Node) nn.Node { return x.ArgMax().AddScalar(-1).OneHot(5) }, matrix...),
	weighted("gather", func(x, w nn.Node) nn.Node { return w.Gather(x.ArgMax().AddScalar(-1)) }, matrix, 7, 4),
	one("top-k", func(x nn.Node) nn.Node { return x.TopK(2) }, matrix...),
	weighted("matmul", nn.Node.MatMul, matrix, 6, 4), weighted("matmul of a transpose", nn.Node.MatMulT, matrix, 4, 6),
	two("transposed matmul", func(x, y nn.Node) nn.Node { return x.MatMul(x.TMatMul(y)) }, matrix, 0, 3),
	two("matmul of each", nn.Node.MatMulEach, []int{0, 5, 4}, 0, 4, 3), two("matmul of each transpose", nn.Node.MatMulEachT, []int{0, 5, 4}, 0, 3, 4),
	weighted("conv", func(x, w nn.Node) nn.Node { return x.Conv(w, 1, 1) }, picture, 3, 3, 3, 4), weighted("conv with a stride", func(x, w nn.Node) nn.Node { return x.Conv(w, 2, 2) }, picture, 5, 3, 3, 4),
	{"conv that depends", [][]int{picture}, func(g *nn.Graph, in []nn.Node) nn.Node {
		return in[0].Conv(weights(g, 3, 3, 3, 4).Scale(0.5), 1, 1).AddRow(weights(g, 4))
	}},
	weighted("transposed conv", func(x, w nn.Node) nn.Node { return x.ConvTranspose(w, 2, 1, 7, 11) }, picture, 3, 3, 5, 3),
	weighted("transposed conv to more", func(x, w nn.Node) nn.Node { return x.ConvTranspose(w, 2, 1, 8, 12) }, picture, 3, 3, 5, 3),
	one("average pool", func(x nn.Node) nn.Node { return x.AvgPool(2, 2) }, picture...), one("max pool", func(x nn.Node) nn.Node { return x.MaxPool(3, 1) }, picture...),
	one("upsample", func(x nn.Node) nn.Node { return x.Upsample(3) }, picture...),
	{"where, of a derivative", [][]int{matrix, matrix}, func(g *nn.Graph, in []nn.Node) nn.Node {
		x := in[0].Round() // some are equal
		return nn.Concat(1, g.Grad(x.Max(in[1].Round()).Square().Sum(), x)[0], g.Grad(x.Min(in[1].Round()).Square().Sum(), x)[0])
	}},
	{"elu gradient and step, of a second derivative", [][]int{matrix}, func(g *nn.Graph, in []nn.Node) nn.Node {
		slope := g.Grad(in[0].ELU(1.5).Sum(), in[0])[0]
		return g.Grad(slope.Sum(), in[0])[0]
	}},
}

// ofModels are the translations that the tests of whole models try.
var ofModels = []string{"gru", "lstm", "part", "attention", "attention step", "windows", "noise", "state", "parameter"}

// Every translation has the program's numbers in onnxruntime, for a batch of any size.
func TestOperationsInOnnxruntime(t *testing.T) {
	b := &bench{t: t, dir: t.TempDir()}
	p := python(t)
	tried := map[string]bool{}
	for _, c := range trials {
		of := func(batch int) (*nn.Graph, nn.Node) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{Name: "trial"})
			var in []nn.Node
			for i, shape := range c.inputs {
				in = append(in, g.Input(fmt.Sprint(i), withBatch(shape, batch)...))
			}
			return g, c.f(g, in)
		}
		operations := func(batch int) []nn.Operation {
			g, y := of(batch)
			all, err := nn.Operations(g, y)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			return all
		}
		all := operations(lesser)
		for _, o := range all {
			tried[o.Name] = true
		}
		g, err := build("trial", nil, all, operations(greater), info{name: "0"}, inputsOf(all, ""), []string{"y"})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, batch := range []int{1, 3, 64} {
			test := test{Name: fmt.Sprintf("%s of %d", c.name, batch), Model: fmt.Sprintf("%d.onnx", len(b.tests)), Plain: true}
			if err := os.WriteFile(filepath.Join(b.dir, test.Model), model{graph: g}.encode(), 0o600); err != nil {
				t.Fatal(err)
			}
			of, y := of(batch)
			program, err := nn.Compile(of, y)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			r := rand.New(rand.NewPCG(5, uint64(batch)))
			for i, shape := range c.inputs {
				x := tensor.New(withBatch(shape, batch)...)
				for k := range x.Data {
					x.Data[k] = float32(r.NormFloat64())
				}
				copy(program.Input(fmt.Sprint(i)), x.Data)
				test.Inputs = append(test.Inputs, b.write(fmt.Sprint(i), x))
			}
			if err := program.RunAll(); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			want, err := tensor.From(slices.Clone(program.Output(y)), y.Shape()...)
			if err != nil {
				t.Fatal(err)
			}
			test.Outputs = []array{b.write("y", want)}
			b.tests = append(b.tests, test)
		}
	}
	b.run(p, 1e-5)
	for name := range translations {
		if !tried[name] && !slices.Contains(ofModels, name) {
			t.Errorf("no trial has the operation %q", name)
		}
	}
}

// withBatch is a shape with the batch in the place of 0.
func withBatch(shape []int, batch int) []int {
	shape = slices.Clone(shape)
	shape[0] = batch
	return shape
}
