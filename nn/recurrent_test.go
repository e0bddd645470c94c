package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

// known is 1 but for the second step of the first example, the last of the second and all of the third.
func known(g *nn.Graph, steps, batch int) nn.Node {
	k := make([]float32, steps*batch)
	for i := range k {
		step, row := i/batch, i%batch
		if !(row == 0 && step == 1 || row == 1 && step == steps-1 || row == 2) {
			k[i] = 1
		}
	}
	return g.Constant(k, steps, batch)
}

// The gradients of recurrent layers: from zeros and from states, with padding and in reverse, by
// the states of all steps, of one step, of the last, by the last cell, and by some of them at once.
func TestRecurrentGradients(t *testing.T) {
	const steps, batch, in, units = 4, 3, 2, 3
	none := nn.Node{}
	tests := map[string]func(g *nn.Graph, x, h, c nn.Node) nn.Node{
		"gru":            func(g *nn.Graph, x, h, _ nn.Node) nn.Node { return nn.GRU{Units: units}.Forward(g, x, h, none) },
		"gru from zeros": func(g *nn.Graph, x, _, _ nn.Node) nn.Node { return nn.GRU{Units: units}.Forward(g, x, none, none) },
		"gru with padding": func(g *nn.Graph, x, h, _ nn.Node) nn.Node {
			return nn.GRU{Units: units}.Forward(g, x, h, known(g, steps, batch))
		},
		"gru in reverse": func(g *nn.Graph, x, h, _ nn.Node) nn.Node {
			return nn.GRU{Units: units, Reverse: true}.Forward(g, x, h, none)
		},
		"gru in reverse and padding": func(g *nn.Graph, x, h, _ nn.Node) nn.Node {
			return nn.GRU{Units: units, Reverse: true}.Forward(g, x, h, known(g, steps, batch))
		},
		"gru, the last state": func(g *nn.Graph, x, h, _ nn.Node) nn.Node {
			return nn.GRU{Units: units}.Forward(g, x, h, none).Slice(0, 3, 4)
		},
		"gru, a step twice": func(g *nn.Graph, x, h, _ nn.Node) nn.Node {
			y := nn.GRU{Units: units}.Forward(g, x, h, none)
			return y.Slice(0, 1, 3).Mul(y.Slice(0, 2, 4)).Add(y.Slice(0, 0, 2))
		},
		"gru, two layers": func(g *nn.Graph, x, h, c nn.Node) nn.Node {
			y := nn.GRU{Units: units}.Forward(g.In("one"), x, h, none)
			return nn.GRU{Units: units, Reverse: true}.Forward(g.In("two"), nn.Concat(2, x, y), c, none)
		},
		"gru step": func(g *nn.Graph, x, h, _ nn.Node) nn.Node {
			return nn.GRU{Units: units}.Step(g, x.Slice(0, 0, 1).Reshape(batch, in), h)
		},
		"lstm": func(g *nn.Graph, x, h, c nn.Node) nn.Node {
			y, _, _ := nn.LSTM{Units: units}.Forward(g, x, h, c, none)
			return y
		},
		"lstm from zeros": func(g *nn.Graph, x, _, _ nn.Node) nn.Node {
			y, _, _ := nn.LSTM{Units: units}.Forward(g, x, none, none, none)
			return y
		},
		"lstm with padding, all of it": func(g *nn.Graph, x, h, c nn.Node) nn.Node {
			y, last, cell := nn.LSTM{Units: units}.Forward(g, x, h, c, known(g, steps, batch))
			return nn.Concat(0, y, last.Mul(cell).Reshape(1, batch, units), cell.Reshape(1, batch, units))
		},
		"lstm in reverse, all of it": func(g *nn.Graph, x, h, c nn.Node) nn.Node {
			y, last, cell := nn.LSTM{Units: units, Reverse: true}.Forward(g, x, h, c, known(g, steps, batch))
			return nn.Concat(0, y.Slice(0, 1, 2), last.Mul(cell).Reshape(1, batch, units))
		},
		"lstm, the last cell": func(g *nn.Graph, x, h, c nn.Node) nn.Node {
			_, _, cell := nn.LSTM{Units: units}.Forward(g, x, h, c, none)
			return cell
		},
		"lstm, two steps": func(g *nn.Graph, x, h, c nn.Node) nn.Node {
			l, x := nn.LSTM{Units: units}, x.Reshape(steps*batch, in)
			h, c = l.Step(g, x.Slice(0, 0, batch), h, c)
			h, c = l.Step(g, x.Slice(0, batch, 2*batch), h, c)
			return h.Add(c)
		},
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
				y := f(g, x[0], x[1], x[2])
				// States that are not read have a gradient of zero.
				return y.ShiftBy(x[1].Sum().Add(x[2].Sum()).Scale(0.1))
			}, []int{steps, batch, in}, []int{batch, units}, []int{batch, units})
		})
	}
}

// unrolledGRU is a layer made of ordinary operations, step by step.
func unrolledGRU(g *nn.Graph, x, h, known nn.Node, units int) nn.Node {
	s := x.Shape()
	w := g.Param("input", nn.Zeros, s[2], 3*units)
	u := g.Param("state", nn.Zeros, units, 3*units)
	b, c := g.Param("bias", nn.Zeros, 3*units), g.Param("statebias", nn.Zeros, units)
	var all []nn.Node
	for t := range s[0] {
		step := x.Slice(0, t, t+1).Reshape(s[1], s[2])
		in, state := step.MatMul(w).AddRow(b), h.MatMul(u)
		part := func(y nn.Node, i int) nn.Node { return y.Slice(1, i*units, (i+1)*units) }
		r := part(in, 0).Add(part(state, 0)).Sigmoid()
		z := part(in, 1).Add(part(state, 1)).Sigmoid()
		n := part(in, 2).Add(r.Mul(part(state, 2).AddRow(c))).Tanh()
		h = keep(h, n.Add(z.Mul(h.Sub(n))), known, t)
		all = append(all, h.Reshape(1, s[1], units))
	}
	return nn.Concat(0, all...)
}

func unrolledLSTM(g *nn.Graph, x, h, c, known nn.Node, units int) (y, last, cell nn.Node) {
	s := x.Shape()
	w := g.Param("input", nn.Zeros, s[2], 4*units)
	u := g.Param("state", nn.Zeros, units, 4*units)
	b := g.Param("bias", nn.Zeros, 4*units)
	var all []nn.Node
	for t := range s[0] {
		sums := x.Slice(0, t, t+1).Reshape(s[1], s[2]).MatMul(w).AddRow(b).Add(h.MatMul(u))
		part := func(i int) nn.Node { return sums.Slice(1, i*units, (i+1)*units) }
		i, f, o, candidate := part(0).Sigmoid(), part(1).Sigmoid(), part(2).Sigmoid(), part(3).Tanh()
		next := f.Mul(c).Add(i.Mul(candidate))
		h, c = keep(h, o.Mul(next.Tanh()), known, t), keep(c, next, known, t)
		all = append(all, h.Reshape(1, s[1], units))
	}
	return nn.Concat(0, all...), h, c
}

// keep is next where the step is known, and before elsewhere.
func keep(before, next, known nn.Node, t int) nn.Node {
	k := known.Slice(0, t, t+1).Reshape(known.Shape()[1])
	return before.Add(next.Sub(before).MulCol(k))
}

// A layer and its gradients are, but for rounding, those of its definition in ordinary operations.
func TestRecurrentIsItsDefinition(t *testing.T) {
	const steps, batch, in, units = 7, 5, 6, 9
	type builder func(g *nn.Graph, x, h, c, known nn.Node) nn.Node
	reversed := func(x nn.Node) nn.Node {
		var all []nn.Node
		for s := range x.Shape()[0] {
			all = append([]nn.Node{x.Slice(0, s, s+1)}, all...)
		}
		return nn.Concat(0, all...)
	}
	join := func(y, last, cell nn.Node) nn.Node {
		return nn.Concat(0, y, last.Reshape(1, batch, units), cell.Reshape(1, batch, units))
	}
	for name, pair := range map[string][2]builder{
		"gru": {
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return nn.GRU{Units: units}.Forward(g, x, h, known).Add(c.RepeatAxis(0, steps))
			},
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return unrolledGRU(g, x, h, known, units).Add(c.RepeatAxis(0, steps))
			}},
		"gru in reverse": {
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return nn.GRU{Units: units, Reverse: true}.Forward(g, x, h, known).Add(c.RepeatAxis(0, steps))
			},
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return reversed(unrolledGRU(g, reversed(x), h, reversed(known), units)).Add(c.RepeatAxis(0, steps))
			}},
		"lstm": {
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return join(nn.LSTM{Units: units}.Forward(g, x, h, c, known))
			},
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return join(unrolledLSTM(g, x, h, c, known, units))
			}},
		"lstm in reverse": {
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				return join(nn.LSTM{Units: units, Reverse: true}.Forward(g, x, h, c, known))
			},
			func(g *nn.Graph, x, h, c, known nn.Node) nn.Node {
				y, last, cell := unrolledLSTM(g, reversed(x), h, c, reversed(known), units)
				return join(reversed(y), last, cell)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			params := nn.NewParams(3)
			var got [2]map[string][]float32
			for i, f := range pair {
				g := nn.NewGraph(params, nn.Options{Training: true})
				x, h, c := g.Input("x", steps, batch, in), g.Input("h", batch, units), g.Input("c", batch, units)
				y := f(g, x, h, c, known(g, steps, batch))
				cost := y.Mul(g.Input("probe", y.Shape()...)).Sum()
				grads := g.Grad(cost, x, h, c)
				p, err := nn.CompileStep(g, cost, nil, append([]nn.Node{y, cost}, grads...)...)
				if err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(1, 2))
				for _, name := range params.Trained() {
					if strings.Contains(name, "bias") { // they start as constants
						for j := range params.Get(name).Data {
							params.Get(name).Data[j] = float32(rng.NormFloat64())
						}
					}
				}
				for _, name := range []string{"x", "h", "c", "probe"} {
					for j := range p.Input(name) {
						p.Input(name)[j] = float32(rng.NormFloat64())
					}
				}
				if err := p.RunAll(); err != nil {
					t.Fatal(err)
				}
				got[i] = map[string][]float32{"y": slices.Clone(p.Output(y))}
				for j, name := range []string{"x", "h", "c"} {
					got[i][name] = slices.Clone(p.Output(grads[j]))
				}
				for _, d := range p.Grads() {
					got[i][d.Name] = slices.Clone(d.Values())
				}
			}
			for name, want := range got[1] {
				for j := range want {
					if d := math.Abs(float64(got[0][name][j] - want[j])); !(d < 1e-4) {
						t.Fatalf("%s[%d]: got %v, want %v", name, j, got[0][name][j], want[j])
					}
				}
			}
		})
	}
}

// Stepping from state to state gives the bits of the whole sequence.
func TestRecurrentStepsHaveTheBitsOfASequence(t *testing.T) {
	const steps, batch, in, units = 6, 19, 7, 24
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	x := g.Input("x", steps, batch, in)
	h, c := g.Input("h", batch, units), g.Input("c", batch, units)
	gru := nn.GRU{Units: units}.Forward(g.In("gru"), x, h, nn.Node{})
	lstm, last, cell := nn.LSTM{Units: units}.Forward(g.In("lstm"), x, h, c, nn.Node{})
	var grus, lstms []nn.Node
	first, state := h, h
	for s := range steps {
		now := x.Slice(0, s, s+1).Reshape(batch, in)
		first = nn.GRU{Units: units}.Step(g.In("gru"), now, first)
		state, c = nn.LSTM{Units: units}.Step(g.In("lstm"), now, state, c)
		grus, lstms = append(grus, first.Reshape(1, batch, units)), append(lstms, state.Reshape(1, batch, units))
	}
	pairs := [][2]nn.Node{{gru, nn.Concat(0, grus...)}, {lstm, nn.Concat(0, lstms...)}, {last, state}, {cell, c}}
	var outputs []nn.Node
	for _, pair := range pairs {
		outputs = append(outputs, pair[:]...)
	}
	p, err := nn.Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"x", "h", "c"} {
		for j := range p.Input(name) {
			p.Input(name)[j] = float32(rng.NormFloat64())
		}
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, pair := range pairs {
		if !slices.Equal(p.Output(pair[0]), p.Output(pair[1])) {
			t.Errorf("pair %d: other bits", i)
		}
	}
}

func TestRecurrentFirstValues(t *testing.T) {
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	nn.LSTM{Units: 3}.Forward(g, g.Input("x", 2, 4, 5), nn.Node{}, nn.Node{}, nn.Node{})
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(params.Get("bias").Data), "[0 0 0 1 1 1 0 0 0 0 0 0]"; got != want {
		t.Errorf("bias: got %s, want %s", got, want)
	}
	// Each of the four matrices is orthogonal, and no two are the same.
	u := params.Get("state")
	for m := range 4 {
		for i := range 3 {
			for j := range 3 {
				dot, want := 0.0, 0.0
				for k := range 3 {
					dot += float64(u.Data[k*12+3*m+i]) * float64(u.Data[k*12+3*m+j])
				}
				if i == j {
					want = 1
				}
				if math.Abs(dot-want) > 1e-6 {
					t.Errorf("matrix %d: columns %d and %d: got the product %v, want %v", m, i, j, dot, want)
				}
			}
		}
		if m > 0 && u.Data[3*m] == u.Data[0] {
			t.Errorf("matrix %d is the first one", m)
		}
	}
	limit := math.Sqrt(6.0 / (5 + 3))
	for _, v := range params.Get("input").Data {
		if math.Abs(float64(v)) > limit {
			t.Errorf("input: %v, want within %v", v, limit)
		}
	}
}

func TestRecurrentErrors(t *testing.T) {
	none := nn.Node{}
	for name, c := range map[string]struct {
		f    func(g *nn.Graph, x, h nn.Node) // (5, 2, 3), (2, 4)
		want string
	}{
		"a picture":            {func(g *nn.Graph, _, h nn.Node) { nn.GRU{Units: 4}.Forward(g, h, none, none) }, "nn: s: gru: input shape [2 4] to 4 units, want (steps, batch, in) to 1 at least"},
		"no units":             {func(g *nn.Graph, x, _ nn.Node) { nn.LSTM{}.Forward(g, x, none, none, none) }, "nn: s: lstm: input shape [5 2 3] to 0 units, want (steps, batch, in) to 1 at least"},
		"another state":        {func(g *nn.Graph, x, h nn.Node) { nn.GRU{Units: 5}.Forward(g, x, h, none) }, "nn: s: gru: first state of shape [2 4], want [2 5]"},
		"another cell":         {func(g *nn.Graph, x, h nn.Node) { nn.LSTM{Units: 5}.Forward(g, x, none, h, none) }, "nn: s: lstm: first cell of shape [2 4], want [2 5]"},
		"another mask":         {func(g *nn.Graph, x, h nn.Node) { nn.GRU{Units: 4}.Forward(g, x, h, h) }, "nn: s: gru: known of shape [2 4], want [5 2]"},
		"a step of a sequence": {func(g *nn.Graph, x, h nn.Node) { nn.GRU{Units: 4}.Step(g, x, h) }, "nn: s: gru: step of shape [5 2 3], want (batch, in)"},
		"a second derivative": {func(g *nn.Graph, x, h nn.Node) {
			y := nn.GRU{Units: 4}.Forward(g, x, h, none)
			g.Grad(g.Grad(y.Sum(), x)[0].Square().Sum(), x)
		}, "nn: s: gradient of gru gradient: gru has no second derivative"},
	} {
		t.Run(name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{})
			c.f(g.In("s"), g.Input("x", 5, 2, 3), g.Input("h", 2, 4))
			if err := g.Err(); err == nil || err.Error() != c.want {
				t.Errorf("got error %v, want %s", err, c.want)
			}
		})
	}
}

// recurrentModel is a small model of sequences, in both directions.
func recurrentModel(g *nn.Graph) nn.Node {
	const steps, batch, units = 9, 40, 24
	x := g.Param("words", nn.Normal(1), 11, 8).Gather(g.Input("x", steps, batch))
	mask := g.Input("known", steps, batch)
	there := nn.GRU{Units: units}.Forward(g.In("there"), x, nn.Node{}, mask)
	back := nn.GRU{Units: units, Reverse: true}.Forward(g.In("back"), x, nn.Node{}, mask)
	y, last, cell := nn.LSTM{Units: units}.Forward(g.In("lstm"), nn.Concat(2, there, back), nn.Node{}, nn.Node{}, mask)
	return y.Square().Mean().Add(last.Mul(cell).Mean())
}

// A step has the same bits on any number of processors, whatever the memory had before, and with
// late gradients.
func TestRecurrentBits(t *testing.T) {
	var want []float32
	for _, processors := range []int{1, 2, 7} {
		for _, late := range []bool{false, true} {
			func() {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
				g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Late: late})
				cost := recurrentModel(g)
				p, err := nn.CompileStep(g, cost, nil, cost)
				if err != nil {
					t.Fatal(err)
				}
				for i := range p.Input("x") {
					p.Input("x")[i], p.Input("known")[i] = float32(i*7%11), 1
					if i%5 == 0 {
						p.Input("x")[i], p.Input("known")[i] = -1, 0
					}
				}
				for range 2 {
					if err := p.RunAll(); err != nil {
						t.Fatal(err)
					}
					got := slices.Clone(p.Output(cost))
					for _, d := range p.Grads() {
						got = append(got, d.Values()...)
					}
					if want == nil {
						want = got
					}
					if !slices.Equal(got, want) {
						t.Errorf("%d processors, late %v: other bits", processors, late)
					}
				}
			}()
		}
	}
}
