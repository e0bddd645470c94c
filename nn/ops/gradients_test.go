package ops_test

import (
	"slices"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

// tested is an operation, through the method of Node that makes it, with the shapes of its inputs.
type tested struct {
	name   string
	f      func(g *nn.Graph, x []nn.Node) nn.Node
	shapes [][]int
}

// every has each operation once, but for those without a second derivative.
var every = []tested{
	{"matmul", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MatMul(x[1]) }, [][]int{{3, 4}, {4, 2}}},
	{"matmul with the right operand transposed", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MatMulT(x[1]) }, [][]int{{3, 4}, {2, 4}}},
	{"matmul with the left operand transposed", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].TMatMul(x[1]) }, [][]int{{4, 3}, {4, 2}}},
	{"matmul of each", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MatMulEach(x[1]) }, [][]int{{2, 3, 4}, {2, 4, 2}}},
	{"matmul of each with the right operand transposed", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MatMulEachT(x[1]) }, [][]int{{2, 3, 4}, {2, 2, 4}}},
	{"add", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Add(x[1]) }, [][]int{{3, 4}, {3, 4}}},
	{"sub", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Sub(x[1]) }, [][]int{{3, 4}, {3, 4}}},
	{"mul", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Mul(x[1]) }, [][]int{{3, 4}, {3, 4}}},
	{"an operand used twice", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Mul(x[0]).Add(x[0]) }, [][]int{{3, 4}}},
	{"div", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Div(x[1].Square().AddScalar(0.5)) }, [][]int{{3, 4}, {3, 4}}},
	{"scale", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Scale(-2.5) }, [][]int{{5}}},
	{"add scalar", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].AddScalar(3) }, [][]int{{5}}},
	{"add row", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].AddRow(x[1]) }, [][]int{{2, 3, 4}, {4}}},
	{"mul row", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MulRow(x[1]) }, [][]int{{2, 3, 4}, {4}}},
	{"add column", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].AddCol(x[1]) }, [][]int{{3, 2, 4}, {3}}},
	{"mul column", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MulCol(x[1]) }, [][]int{{3, 2, 4}, {3}}},
	{"broadcast row", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].BroadcastRow(3, 4) }, [][]int{{4}}},
	{"broadcast column", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].BroadcastCol(4, 3) }, [][]int{{4}}},
	{"broadcast", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Sum().Broadcast(2, 3) }, [][]int{{4}}},
	{"sum of rows", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].SumRows() }, [][]int{{2, 3, 4}}},
	{"sum of columns", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].SumCols() }, [][]int{{3, 2, 4}}},
	{"sum", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Sum() }, [][]int{{3, 4}}},
	{"mean", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Mean() }, [][]int{{3, 4}}},
	{"mean and variance of rows", func(_ *nn.Graph, x []nn.Node) nn.Node {
		mean, variance := x[0].Moments()
		return mean.Add(variance.Mul(x[1]))
	}, [][]int{{2, 3, 4}, {4}}},
	{"normalise", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Normalise(x[1], x[2], x[3]) }, [][]int{{2, 3, 4}, {4}, {4}, {4}}},
	{"mean and variance of each", func(_ *nn.Graph, x []nn.Node) nn.Node {
		mean, variance := x[0].MomentsEach()
		return mean.Add(variance.Mul(x[1]))
	}, [][]int{{2, 3, 4}, {2, 4}}},
	{"normalise each", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].NormaliseEach(x[1], x[2], x[3]) }, [][]int{{2, 3, 2}, {2, 2}, {2, 2}, {2, 2}}},
	{"mul each", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MulEach(x[1]) }, [][]int{{2, 3, 2}, {2, 2}}},
	{"exp", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Exp() }, [][]int{{3, 4}}},
	{"bounded exp on both sides of the bound", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ExpBounded(0.02) }, [][]int{{3, 4}}},
	{"log", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Square().AddScalar(0.5).Log() }, [][]int{{3, 4}}},
	{"sqrt", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Square().AddScalar(0.5).Sqrt() }, [][]int{{3, 4}}},
	{"square", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Square() }, [][]int{{3, 4}}},
	{"reciprocal", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Square().AddScalar(0.5).Reciprocal() }, [][]int{{3, 4}}},
	{"erf", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Erf() }, [][]int{{3, 4}}},
	{"sin", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Sin() }, [][]int{{3, 4}}},
	{"cos", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Cos() }, [][]int{{3, 4}}},
	{"relu", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ReLU() }, [][]int{{3, 4}}},
	{"leaky relu", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].LeakyReLU(0.2) }, [][]int{{3, 4}}},
	{"elu", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ELU(1.3) }, [][]int{{3, 4}}},
	{"tanh", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Tanh() }, [][]int{{3, 4}}},
	{"sigmoid", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Sigmoid() }, [][]int{{3, 4}}},
	{"softplus", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Softplus() }, [][]int{{3, 4}}},
	{"softmax", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Softmax() }, [][]int{{3, 4}}},
	{"log-sum-exp", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].LogSumExp() }, [][]int{{3, 4}}},
	{"bernoulli nll", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].BernoulliNLL(x[1]) }, [][]int{{3, 2, 2}, {3, 2, 2}}},
	{"token nll", func(g *nn.Graph, x []nn.Node) nn.Node {
		return x[0].TokenNLL(g.Constant([]float32{2, -1, 0}, 3))
	}, [][]int{{3, 4}}},
	{"the cumulants of von mises", func(_ *nn.Graph, x []nn.Node) nn.Node {
		kappa := x[0].Square().AddScalar(0.5)
		return kappa.VonMisesCumulant(4, 0).Add(kappa.VonMisesCumulant(3, 1))
	}, [][]int{{5}}},
	{"reshape", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Square().Reshape(4, 3) }, [][]int{{3, 4}}},
	{"slice", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Slice(1, 1, 3) }, [][]int{{2, 4, 3}}},
	{"pad", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Pad(1, 1, 4) }, [][]int{{2, 2, 3}}},
	{"conv", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Conv(x[1], 2, 1) }, [][]int{{2, 5, 4, 2}, {3, 3, 2, 2}}},
	{"transposed conv", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ConvTranspose(x[1], 2, 1, 5, 4) }, [][]int{{2, 3, 2, 2}, {3, 3, 2, 2}}},
	{"average pool", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].AvgPool(2, 1) }, [][]int{{2, 3, 4, 2}}},
	{"max pool", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MaxPool(2, 2) }, [][]int{{1, 4, 5, 2}}},
	{"upsample", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Upsample(2) }, [][]int{{2, 2, 3, 2}}},
	{"max", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Max(x[1].AddScalar(0.125)) }, [][]int{{3, 4}, {3, 4}}},
	{"min", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Min(x[1].AddScalar(0.125)) }, [][]int{{3, 4}, {3, 4}}},
	{"a product with a scalar", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ScaleBy(x[1]) }, [][]int{{3, 4}, {}}},
	{"a sum with a scalar", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ShiftBy(x[1]) }, [][]int{{3, 4}, {}}},
	{"a product and a sum of scalars", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].ScaleBy(x[1]).ShiftBy(x[1]) }, [][]int{{}, {}}},
	{"a constant", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Mul(x[0].Like(3)).Square() }, [][]int{{3, 4}}},
	{"abs", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Abs() }, [][]int{{3, 4}}},
	{"clamp", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Clamp(-0.6, 0.85) }, [][]int{{3, 4}}},
	{"a factor that is rounded", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Mul(x[0].Round()) }, [][]int{{3, 4}}},
	{"a factor that is a sign", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Mul(x[0].Sign()) }, [][]int{{3, 4}}},
	{"a factor that is the place of the largest", func(_ *nn.Graph, x []nn.Node) nn.Node {
		return x[0].Mul(x[0].ArgMax().OneHot(4))
	}, [][]int{{3, 4}}},
	{"a factor that is the place of the smallest", func(_ *nn.Graph, x []nn.Node) nn.Node {
		return x[0].Mul(x[0].ArgMin().OneHot(4))
	}, [][]int{{3, 4}}},
	{"a factor that is the places of the largest", func(_ *nn.Graph, x []nn.Node) nn.Node {
		return x[0].Mul(x[0].TopK(2))
	}, [][]int{{3, 4}}},
	{"a factor that is stopped", func(_ *nn.Graph, x []nn.Node) nn.Node {
		return x[0].Mul(x[0].Sign().AddScalar(2).Stop())
	}, [][]int{{3, 4}}},
	{"softmax of three axes", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Softmax() }, [][]int{{2, 3, 4}}},
	{"log-softmax", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].LogSoftmax() }, [][]int{{3, 4}}},
	{"log-sum-exp of three axes", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].LogSumExp() }, [][]int{{2, 3, 4}}},
	{"log-sum-exp of a vector", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].LogSumExp() }, [][]int{{4}}},
	{"sum of the first axis", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].SumAxis(0) }, [][]int{{2, 3, 4}}},
	{"sum of a middle axis", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].SumAxis(1) }, [][]int{{2, 3, 4}}},
	{"mean of the last axis", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].MeanAxis(2) }, [][]int{{2, 3, 4}}},
	{"repeated rows", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].Repeat(3) }, [][]int{{2, 4}}},
	{"repeated along a new first axis", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].RepeatAxis(0, 3) }, [][]int{{2, 4}}},
	{"repeated along a new last axis", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].RepeatAxis(2, 3) }, [][]int{{2, 4}}},
	{"concat", func(_ *nn.Graph, x []nn.Node) nn.Node { return nn.Concat(1, x[0], x[1], x[0]) }, [][]int{{2, 2, 3}, {2, 1, 3}}},
	{"concat along the first axis", func(_ *nn.Graph, x []nn.Node) nn.Node { return nn.Concat(0, x...) }, [][]int{{2, 3}, {1, 3}}},
	{"transpose", func(_ *nn.Graph, x []nn.Node) nn.Node { return x[0].T() }, [][]int{{3, 4}}},
	{"gather", func(g *nn.Graph, x []nn.Node) nn.Node {
		return x[0].Gather(g.Constant([]float32{2, -1, 0, 2}, 2, 2))
	}, [][]int{{3, 4}}},
	{"convolution along steps", func(g *nn.Graph, x []nn.Node) nn.Node {
		return nn.Conv1D{Out: 2, Kernel: 3, Dilation: 2, Causal: true}.Forward(g, x[0])
	}, [][]int{{4, 2, 3}}},
	{"scatter", func(g *nn.Graph, x []nn.Node) nn.Node {
		return x[0].ScatterAdd(g.Constant([]float32{2, -1, 0, 2}, 4), 3)
	}, [][]int{{4, 2, 2}}},
}

// once has those that are differentiated once only, through the layers that make them.
var once = []tested{
	{"gru", func(g *nn.Graph, x []nn.Node) nn.Node {
		return nn.GRU{Units: 3}.Forward(g, x[0], x[1], g.Constant([]float32{1, 1, 0, 1, 1, 0}, 3, 2))
	}, [][]int{{3, 2, 4}, {2, 3}}},
	{"gru in reverse", func(g *nn.Graph, x []nn.Node) nn.Node {
		return nn.GRU{Units: 3, Reverse: true}.Forward(g, x[0], x[1], nn.Node{})
	}, [][]int{{3, 2, 4}, {2, 3}}},
	{"lstm", func(g *nn.Graph, x []nn.Node) nn.Node {
		states, last, cell := nn.LSTM{Units: 3}.Forward(g, x[0], x[1], x[2], g.Constant([]float32{1, 1, 0, 1, 1, 0}, 3, 2))
		return states.Add(last.Mul(cell).RepeatAxis(0, 3))
	}, [][]int{{3, 2, 4}, {2, 3}, {2, 3}}},
	{"transformer", func(g *nn.Graph, x []nn.Node) nn.Node {
		return nn.Transformer{Heads: 2, Hidden: 6}.Forward(g, x[0], g.Constant([]float32{1, 1, 1, 1, 1, 0}, 3, 2), false)
	}, [][]int{{3, 2, 8}}},
	{"causal transformer", func(g *nn.Graph, x []nn.Node) nn.Node {
		return nn.Transformer{Heads: 1}.Forward(g, x[0], nn.Node{}, true)
	}, [][]int{{4, 2, 6}}},
	{"von mises", func(g *nn.Graph, x []nn.Node) nn.Node {
		return x[0].Square().AddScalar(0.5).VonMises(g.Constant([]float32{0.1, 0.3, 0.5, 0.7, 0.9}, 5), 4)
	}, [][]int{{5}}},
	{"the last state of an lstm", func(g *nn.Graph, x []nn.Node) nn.Node {
		_, last, _ := nn.LSTM{Units: 3}.Forward(g, x[0], x[1], x[2], nn.Node{})
		return last
	}, [][]int{{3, 2, 4}, {2, 3}, {2, 3}}},
}

func TestGradients(t *testing.T) {
	for _, e := range slices.Concat(every, once) {
		t.Run(e.name, func(t *testing.T) { nntest.Check(t, e.f, e.shapes...) })
	}
}

// The operations that derivatives are made of, such as the gradient of a ReLU,
// are differentiated here.
func TestSecondDerivatives(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) { nntest.CheckSecond(t, e.f, e.shapes...) })
	}
}
