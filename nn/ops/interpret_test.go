package ops_test

import (
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn"
	"latentspace/tensor"
)

// node is an operation with its attributes by name and the shapes and values of its
// inputs: all that the interpreter has to compute it.
type node struct {
	attrs  map[string]any
	shape  []int
	shapes [][]int
	in     [][]float32
}

func (n *node) int(name string) int        { return n.attrs[name].(int) }
func (n *node) bool(name string) bool      { return n.attrs[name].(bool) }
func (n *node) float(name string) float32  { return n.attrs[name].(float32) }
func (n *node) outer(axis, input int) int  { return tensor.Size(n.shapes[input][:axis]) }
func (n *node) inner(axis, input int) int  { return tensor.Size(n.shapes[input][axis+1:]) }
func (n *node) last(input int) int         { return n.shapes[input][len(n.shapes[input])-1] }
func (n *node) width(input, index int) int { return len(n.in[input]) / max(1, len(n.in[index])) }
func (n *node) pool(shape []int) kernel.Pool {
	return kernel.Pool{Batch: shape[0], Height: shape[1], Width: shape[2], Channels: shape[3], Size: n.int("size"), Stride: n.int("stride")}
}

// conv has the convolution of pictures x with weights w to y.
func (n *node) conv(x, w, y []int) (kernel.Conv, []float32) {
	c := kernel.Conv{Batch: x[0], Height: x[1], Width: x[2], In: x[3], KernelH: w[0], KernelW: w[1], Out: y[3], Stride: n.int("stride"), Pad: n.int("pad")}
	return c, make([]float32, c.Scratch())
}

// attention is that of which y has a shape.
func (n *node) attention(y []int) kernel.Attention {
	heads := n.int("heads")
	return kernel.Attention{Steps: y[0], Batch: y[1], Width: y[2], Heads: heads, Causal: n.bool("causal"), Turns: kernel.Turns(y[0], y[2]/heads)}
}

// windows are those of x with a shape.
func (n *node) windows(x []int) kernel.Windows {
	return kernel.Windows{Steps: x[0], Width: x[len(x)-1], Count: n.int("count"), First: n.int("first"), Apart: n.int("apart")}
}

type compute func(n *node, out []float32)

// The loops of operations by their kinds.

func one(f func(dst, x []float32)) compute {
	return func(n *node, out []float32) { f(out, n.in[0]) }
}
func two(f func(dst, x, y []float32)) compute {
	return func(n *node, out []float32) { f(out, n.in[0], n.in[1]) }
}
func number(name string, f func(dst, x []float32, c float32)) compute {
	return func(n *node, out []float32) { f(out, n.in[0], n.float(name)) }
}
func numberAndGradient(name string, f func(dst, y, g []float32, c float32)) compute {
	return func(n *node, out []float32) { f(out, n.in[0], n.in[1], n.float(name)) }
}
func each(f func(n *node, x float32) float32) compute {
	return func(n *node, out []float32) {
		for i, x := range n.in[0] {
			out[i] = f(n, x)
		}
	}
}
func eachOfTwo(f func(n *node, x, y float32) float32) compute {
	return func(n *node, out []float32) {
		for i, x := range n.in[0] {
			out[i] = f(n, x, n.in[1][i])
		}
	}
}
func best(better func(a, b float32) bool) compute {
	return func(n *node, out []float32) {
		for r := range out {
			row := n.in[0][r*n.last(0) : (r+1)*n.last(0)]
			for i := range row {
				if better(row[i], row[int(out[r])]) {
					out[r] = float32(i)
				}
			}
		}
	}
}

var interpreter = map[string]compute{
	"add": two(kernel.Add), "sub": two(kernel.Sub), "mul": two(kernel.Mul), "div": two(kernel.Div),
	"max":     eachOfTwo(func(_ *node, x, y float32) float32 { return max(x, y) }),
	"min":     eachOfTwo(func(_ *node, x, y float32) float32 { return min(x, y) }),
	"add row": two(kernel.AddRow), "mul row": two(kernel.MulRow), "add column": two(kernel.AddCol), "mul column": two(kernel.MulCol),
	"broadcast row": one(kernel.BroadcastRow), "broadcast column": one(kernel.BroadcastCol),
	"broadcast": func(n *node, out []float32) { kernel.Fill(out, n.in[0][0]) },
	"constant":  func(n *node, out []float32) { kernel.Fill(out, n.float("c")) },

	"exp": one(kernel.Exp), "log": one(kernel.Log), "sqrt": one(kernel.Sqrt), "square": one(kernel.Square),
	"reciprocal": one(kernel.Reciprocal), "erf": one(kernel.Erf), "sin": one(kernel.Sin), "cos": one(kernel.Cos), "tanh": one(kernel.Tanh), "sigmoid": one(kernel.Sigmoid),
	"softplus": one(kernel.Softplus), "relu": one(kernel.ReLU), "tanh gradient": two(kernel.TanhGrad),
	"sigmoid gradient": two(kernel.SigmoidGrad), "relu gradient": two(kernel.ReLUGrad),
	"scale": number("c", kernel.Scale), "add scalar": number("c", kernel.AddScalar),
	"bounded exp": number("bound", kernel.ExpBounded), "bounded exp gradient": numberAndGradient("top", kernel.ExpBoundedGrad),
	"leaky relu": number("slope", kernel.LeakyReLU), "leaky relu gradient": numberAndGradient("slope", kernel.LeakyReLUGrad),
	"elu": number("alpha", kernel.ELU), "elu gradient": numberAndGradient("alpha", kernel.ELUGrad),
	"step": each(func(_ *node, x float32) float32 {
		if x <= 0 {
			return 1
		}
		return 0
	}),
	"sign": each(func(_ *node, x float32) float32 { return float32(math.Copysign(1, float64(x))) }),
	"round": each(func(_ *node, x float32) float32 {
		return float32(math.RoundToEven(float64(x)))
	}),
	"abs":   each(func(_ *node, x float32) float32 { return max(x, -x) }),
	"clamp": each(func(n *node, x float32) float32 { return max(n.float("lo"), min(n.float("hi"), x)) }),
	"clamp gradient": eachOfTwo(func(n *node, x, g float32) float32 {
		if x < n.float("lo") || x > n.float("hi") {
			return 0
		}
		return g
	}),
	"where": func(n *node, out []float32) {
		for i, g := range n.in[2] {
			if (n.in[0][i] < n.in[1][i]) == n.bool("below") {
				out[i] = g
			}
		}
	},

	"sum": func(n *node, out []float32) { out[0] = kernel.Sum(n.in[0]) }, "sum of rows": one(kernel.SumRows), "sum of columns": one(kernel.SumCols),
	"sum of an axis": func(n *node, out []float32) {
		a := n.int("axis")
		kernel.SumAxis(out, n.in[0], n.shapes[0][a], n.inner(a, 0))
	},
	"repeat": func(n *node, out []float32) {
		a := n.int("axis")
		kernel.RepeatAxis(out, n.in[0], n.shape[a], tensor.Size(n.shapes[0][a:]))
	},
	"softmax":     func(n *node, out []float32) { kernel.Softmax(out, n.in[0], n.last(0)) },
	"log-sum-exp": one(kernel.LogSumExp),
	"moments":     one(kernel.Moments),
	"normalise":   func(n *node, out []float32) { kernel.Normalise(out, n.in[0], n.in[1], n.in[2], n.in[3]) },
	"centred sums": func(n *node, out []float32) {
		kernel.CentredSums(out, n.in[0], n.in[1], n.in[2])
	},
	"moments of each": func(n *node, out []float32) {
		kernel.MomentsEach(out, n.in[0], n.shapes[0][0], n.last(0))
	},
	"normalise each": func(n *node, out []float32) {
		kernel.NormaliseEach(out, n.in[0], n.in[1], n.in[2], n.in[3], n.shapes[0][0], n.last(0))
	},
	"mul each": func(n *node, out []float32) { kernel.MulEach(out, n.in[0], n.in[1], n.shapes[0][0], n.last(0)) },
	"centred sums of each": func(n *node, out []float32) {
		kernel.CentredSumsEach(out, n.in[0], n.in[1], n.in[2], n.shapes[0][0], n.last(0))
	},
	"token nll": func(n *node, out []float32) { kernel.TokenNLL(out, n.in[0], n.in[1]) },
	"token nll gradient": func(n *node, out []float32) {
		kernel.TokenNLLGrad(out, n.in[0], n.in[1], n.in[2], n.in[3])
	},
	"bernoulli nll": two(kernel.BernoulliNLL),
	"bernoulli nll gradient": func(n *node, out []float32) {
		kernel.BernoulliNLLGrad(nil, out, n.in[0], n.in[1], n.in[2])
	},

	"von mises":          func(n *node, out []float32) { kernel.VonMises(out, n.in[0], n.in[1], n.int("dim")) },
	"von mises slope":    func(n *node, out []float32) { kernel.VonMisesSlope(out, n.in[0], n.in[1], n.int("dim")) },
	"von mises cumulant": func(n *node, out []float32) { kernel.VonMisesCumulant(out, n.in[0], n.int("dim"), n.int("order")) },

	"reshape": copied, "stop": copied,
	"slice": func(n *node, out []float32) {
		a := n.int("axis")
		kernel.Slice(out, n.in[0], n.outer(a, 0), n.shapes[0][a], n.inner(a, 0), n.int("lo"), n.int("hi"))
	},
	"pad": func(n *node, out []float32) {
		a, lo := n.int("axis"), n.int("lo")
		kernel.Pad(out, n.in[0], n.outer(a, 0), n.shape[a], n.inner(a, 0), lo, lo+n.shapes[0][a])
	},
	"concat": func(n *node, out []float32) {
		a, lo := n.int("axis"), 0
		part := make([]float32, len(out))
		for i, x := range n.in {
			hi := lo + n.shapes[i][a]
			kernel.Pad(part, x, n.outer(a, i), n.shape[a], n.inner(a, i), lo, hi)
			kernel.Add(out, out, part)
			lo = hi
		}
	},
	"transpose": func(n *node, out []float32) { kernel.Transpose(out, n.in[0], n.shapes[0][0], n.shapes[0][1]) },
	"gather":    func(n *node, out []float32) { kernel.Gather(out, n.in[0], n.in[1], len(out)/len(n.in[1])) },
	"scatter": func(n *node, out []float32) {
		kernel.ScatterAdd(out, n.in[0], n.in[1], make([]float32, kernel.ScatterScratch(n.shape[0], len(n.in[1]))), n.width(0, 1))
	},
	"one-hot": func(n *node, out []float32) {
		for i, k := range n.in[0] {
			for c := range n.shape[len(n.shape)-1] {
				if float32(c) == k {
					out[i*n.shape[len(n.shape)-1]+c] = 1
				}
			}
		}
	},
	"argmax": best(func(a, b float32) bool { return a > b }),
	"argmin": best(func(a, b float32) bool { return a < b }),
	"top-k": func(n *node, out []float32) {
		k := n.int("k")
		kernel.TopK(out, n.in[0], make([]float32, len(out)), n.last(0), k)
	},

	"matmul": func(n *node, out []float32) {
		k := n.shapes[0][1]
		if n.bool("transpose a") {
			k = n.shapes[0][0]
		}
		kernel.MatMul(out, n.in[0], n.in[1], n.shape[0], n.shape[1], k, n.bool("transpose a"), n.bool("transpose b"), false)
	},
	"matmul of each": func(n *node, out []float32) {
		k := n.shapes[0][2]
		if n.bool("transpose a") {
			k = n.shapes[0][1]
		}
		kernel.MatMulEach(out, n.in[0], n.in[1], n.shape[0], n.shape[1], n.shape[2], k, n.bool("transpose a"), n.bool("transpose b"))
	},
	"conv": func(n *node, out []float32) {
		c, scratch := n.conv(n.shapes[0], n.shapes[1], n.shape)
		kernel.ConvForward(out, n.in[0], n.in[1], scratch, c, kernel.Epilogue{})
	},
	"transposed conv": func(n *node, out []float32) {
		c, scratch := n.conv(n.shape, n.shapes[1], n.shapes[0])
		kernel.ConvData(out, n.in[0], n.in[1], scratch, c, kernel.Epilogue{})
	},
	"conv weight": func(n *node, out []float32) {
		c, scratch := n.conv(n.shapes[0], n.shape, n.shapes[1])
		kernel.ConvWeight(out, n.in[0], n.in[1], scratch, c)
	},
	"average pool":          func(n *node, out []float32) { kernel.AvgPool(out, n.in[0], n.pool(n.shapes[0])) },
	"average pool gradient": func(n *node, out []float32) { kernel.AvgPoolAdjoint(out, n.in[0], n.pool(n.shape)) },
	"max pool":              func(n *node, out []float32) { kernel.MaxPool(out, n.in[0], n.pool(n.shapes[0])) },
	"max pool gradient":     func(n *node, out []float32) { kernel.MaxPoolScatter(out, n.in[0], n.in[1], n.pool(n.shape)) },
	"max pool gather":       func(n *node, out []float32) { kernel.MaxPoolGather(out, n.in[0], n.in[1], n.pool(n.shapes[0])) },
	"upsample": func(n *node, out []float32) {
		s := n.shapes[0]
		kernel.UpsampleNearest(out, n.in[0], s[0], s[1], s[2], s[3], n.int("factor"))
	},
	"attention": func(n *node, out []float32) { n.attention(n.shape).Forward(out, n.in[0], append(n.in, nil)[1]) },
	"attention gradient": func(n *node, out []float32) {
		n.attention(n.shapes[1]).Backward(out, n.in[0], n.in[1], append(n.in, nil)[2])
	},
	"windows":          func(n *node, out []float32) { n.windows(n.shapes[0]).Take(out, n.in[0]) },
	"windows gradient": func(n *node, out []float32) { n.windows(n.shape).Add(out, n.in[0]) },

	"part": func(n *node, out []float32) { copy(out, n.in[0][n.int("lo"):]) },
	"gru":  recurrent(kernel.GRU), "gru gradient": recurrentGradient(kernel.GRU),
	"lstm": recurrent(kernel.LSTM), "lstm gradient": recurrentGradient(kernel.LSTM),

	"upsample gradient": func(n *node, out []float32) {
		kernel.UpsampleNearestAdjoint(out, n.in[0], n.shape[0], n.shape[1], n.shape[2], n.shape[3], n.int("factor"))
	},
}

func recurrent(cell kernel.Cell) compute {
	return func(n *node, out []float32) {
		x, in := n.shapes[0], append(n.in, nil)
		kernel.Recurrent{Cell: cell, Steps: x[0], Batch: x[1], Inputs: x[2], Units: n.shapes[3][0], Reverse: n.bool("reverse")}.
			Forward(out, in[0], in[1], in[2], in[3], in[4], in[5], in[6])
	}
}

func recurrentGradient(cell kernel.Cell) compute {
	return func(n *node, out []float32) {
		rest := n.in[2:]
		next := func(there bool) (x []float32) {
			if there {
				x, rest = rest[0], rest[1:]
			}
			return x
		}
		states, last, end := next(n.bool("states")), next(n.bool("last")), next(n.bool("cell"))
		known := next(len(rest) > 0)
		kernel.Recurrent{Cell: cell, Steps: n.int("steps"), Batch: n.int("batch"), Units: n.shapes[1][0], Reverse: n.bool("reverse")}.
			Backward(out, n.in[0], n.in[1], states, last, end, known)
	}
}

func copied(n *node, out []float32) { copy(out, n.in[0]) }

// interpret computes the outputs of operations, given the values of inputs by name.
func interpret(all []nn.Operation, inputs map[string][]float32) ([][]float32, error) {
	values := make([][]float32, len(all))
	var outputs [][]float32
	for i, o := range all {
		n := &node{attrs: map[string]any{}, shape: o.Shape}
		for _, a := range o.Attrs {
			n.attrs[a.Name] = a.Value
		}
		for _, in := range o.Inputs {
			if in >= i {
				return nil, fmt.Errorf("operation %d, %v, reads a later one", i, o)
			}
			n.shapes, n.in = append(n.shapes, all[in].Shape), append(n.in, values[in])
		}
		switch f := interpreter[o.Name]; {
		case o.Name == "output":
			outputs = append(outputs, n.in[0])
		case o.Name == "input" || o.Name == "parameter":
			values[i] = inputs[o.Param]
		case o.Name == "values":
			values[i] = slices.Clone(n.attrs["values"].([]float32))
		case f == nil:
			return nil, fmt.Errorf("no operation %q", o.Name)
		default:
			values[i] = make([]float32, tensor.Size(o.Shape))
			f(n, values[i])
		}
	}
	return outputs, nil
}
