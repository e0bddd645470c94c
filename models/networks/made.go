package networks

import "latentspace/nn"

// MADE is a network of dense layers whose outputs for value i of x depend on the values before i alone,
// so that x given the outputs can be a density, factor by factor:
//
//	y[k·d + i] = fₖᵢ(x₁ … xᵢ₋₁, c)
//
//	x (batch, d)   c (batch, any)   y (batch, Outputs·d)
//
// Weights are masked: each hidden unit has a degree m from 1 to d − 1, sees the values and units whose
// degree is at most m, and is seen by outputs of the values after m. A context c, of every example its
// own, is seen by all. Without hidden layers y is linear.
//
// Scopes are "layer1", "layer2" … and "out", with the parameters "weight", "bias" and "context".
// Weights start as [nn.Glorot], those to the outputs as N(0, 0.01²).
//
// Germain, Gregor, Murray and Larochelle, MADE: Masked Autoencoder for Distribution Estimation, ICML
// 2015, equations 12 to 14.
type MADE struct {
	Outputs    int           // of each value
	Hidden     []int         // widths of the hidden layers
	Activation nn.Activation // of the hidden layers
}

// Forward returns y for x and a context, which may be the zero Node.
func (m MADE) Forward(g *nn.Graph, x, context nn.Node) nn.Node {
	shape := x.Shape()
	if len(shape) != 2 {
		return g.Failf("made: input shape %v, want (batch, values)", shape)
	}
	d := shape[1]
	degrees := make([]int, d)
	for i := range degrees {
		degrees[i] = i + 1
	}
	y, from := x, degrees
	for i, width := range m.Hidden {
		in := numbered(g, i)
		to := make([]int, width)
		for k := range to {
			to[k] = 1 + k*max(1, d-1)/width
		}
		y = masked(in, y, from, to, 0, nn.Glorot)
		if i == 0 {
			y = withContext(in, y, context)
		}
		y, from = m.Activation.Forward(in, y), to
	}
	var out []int
	for range m.Outputs {
		out = append(out, degrees...)
	}
	in := g.In("out")
	return withContext(in, masked(in, y, from, out, 1, nn.Normal(0.01)), context)
}

// masked is a linear map between units of degrees, of which each sees those whose degree is at least
// apart below its own.
func masked(g *nn.Graph, x nn.Node, from, to []int, apart int, init nn.Init) nn.Node {
	mask := make([]float32, len(from)*len(to))
	for i, a := range from {
		for k, b := range to {
			if b-a >= apart {
				mask[i*len(to)+k] = 1
			}
		}
	}
	w := g.Param("weight", init, len(from), len(to)).Mul(g.Constant(mask, len(from), len(to)))
	return x.MatMul(w).AddRow(g.Param("bias", nn.Zeros, len(to)))
}

// withContext adds a linear map of the context, if there is one.
func withContext(g *nn.Graph, y, context nn.Node) nn.Node {
	if (context == nn.Node{}) {
		return y
	}
	if len(context.Shape()) != 2 {
		return g.Failf("made: context of shape %v, want (batch, values)", context.Shape())
	}
	return y.Add(context.MatMul(g.Param("context", nn.Normal(0.01), context.Shape()[1], y.Shape()[1])))
}
