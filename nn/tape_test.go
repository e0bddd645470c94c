package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	T "gorgonia.org/tensor"

	"latentspace/nn/ops"
)

// checkTape runs a graph on a Program and on Gorgonia's TapeMachine and compares
// the outputs.
func checkTape(t *testing.T, g *Graph, outputs ...Node) {
	t.Helper()
	p, err := Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, in := range p.inputs {
		for i := range in {
			in[i] = float32(rng.Float64())
		}
	}
	p.Draw(3)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}

	roots := make(G.Nodes, len(outputs))
	opNodes := make([]ops.Node, len(outputs))
	values := make([]G.Value, len(outputs))
	for i, o := range outputs {
		roots[i], opNodes[i] = o.n.Raw(), o.n
	}
	hashes := map[uint32]bool{}
	for _, n := range ops.Ancestors(opNodes...) {
		if h := n.Hashcode(); hashes[h] {
			t.Fatalf("two nodes share the hash %x: the tape would take them for one", h)
		} else {
			hashes[h] = true
		}
		if _, ok := n.Op().(*ops.Op); ok {
			continue
		}
		var v G.Value
		if b := p.buffers[n]; n.IsScalar() {
			v = G.NewF32(b[0])
		} else {
			v = T.New(T.WithShape(n.Shape()...), T.WithBacking(append([]float32(nil), b...)))
		}
		if err := G.Let(n, v); err != nil {
			t.Fatal(err)
		}
	}
	reads := make(G.Nodes, len(roots))
	for i := range roots {
		reads[i] = G.Read(roots[i], &values[i])
	}
	tape := G.NewTapeMachine(g.expr.SubgraphRoots(reads...))
	defer tape.Close()
	if err := tape.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, o := range outputs {
		var want []float32
		switch v := values[i].(type) {
		case *G.F32:
			want = []float32{float32(*v)}
		case *T.Dense:
			want = v.Float32s()
		default:
			t.Fatalf("output %d: the tape has a %T", i, values[i])
		}
		got := p.Output(o)
		if len(got) != len(want) {
			t.Fatalf("output %d: got %d values, want %d", i, len(got), len(want))
		}
		for j := range got {
			if math.Float32bits(got[j]) != math.Float32bits(want[j]) {
				t.Errorf("output %d[%d]: program %v, tape %v", i, j, got[j], want[j])
				break
			}
		}
	}
}

// The kernels are the same on both, so that the numbers must be equal to the bit:
// what is compared is the order, the buffers and what overwrites what.
func TestProgramEqualsTapeMachine(t *testing.T) {
	networks := map[string]func(g *Graph) Node{
		"a dense network with every activation": func(g *Graph) Node {
			x := g.Input("x", 4, 6)
			for _, a := range Activations() {
				x = Linear{Out: 6}.Forward(g.In(a), x)
				x = Activation(a).Forward(g.In(a), x)
			}
			return CategoricalNLL(x, g.Input("t", 4, 6).Softmax()).Mean()
		},
		"a convolutional autoencoder with norms, pools and dropout": func(g *Graph) Node {
			x := g.Input("x", 2, 8, 8, 2)
			h := Conv{Out: 3, Kernel: 3, Pad: 1}.Forward(g.In("c1"), x)
			h = BatchNorm{}.Forward(g.In("b1"), h).ReLU()
			h = AvgPool{Size: 2}.Forward(g, h)
			h = MaxPool{Size: 2}.Forward(g, h)
			h = Dropout{Rate: 0.3}.Forward(g, h)
			h = Upsample{Factor: 2}.Forward(g, h)
			h = LayerNorm{}.Forward(g.In("l1"), h)
			h = ConvTranspose{Out: 2, Kernel: 4, Stride: 2, Pad: 1}.Forward(g.In("t1"), h)
			return BernoulliNLL(h, x).Mean()
		},
		"a variational autoencoder with a learned variance": func(g *Graph) Node {
			x := g.Input("x", 5, 7)
			h := Linear{Out: 8}.Forward(g.In("enc"), x).Tanh()
			mu, logvar := h.Slice(1, 0, 4), h.Slice(1, 4, 8)
			z := Reparameterise(mu, logvar, g.Noise("eps", 5, 4))
			out := Linear{Out: 7}.Forward(g.In("dec"), z)
			lv := g.Param("logvar", Zeros, 7).BroadcastRow(5, 7)
			return GaussianNLL(out, lv, x).Add(GaussianKL(mu, logvar)).Add(FixedGaussianNLL(out, x, 0.5)).Mean()
		},
	}
	networks["codewords, choices and repeated rows"] = func(g *Graph) Node {
		x, book := g.Input("x", 4, 6), g.Param("book", Normal(1), 5, 3)
		z := Linear{Out: 3}.Forward(g.In("enc"), x)
		index := z.MatMulT(book).Scale(-2).AddRow(book.Square().SumCols()).ArgMin()
		nearest := book.Gather(index)
		both := Concat(1, z.Add(nearest.Sub(z).Stop()), nearest.Max(z).Clamp(-1, 1), index.OneHot(5))
		y := both.Repeat(2).Reshape(4, 2, 11).SumAxis(1).T().ScaleBy(g.Param("gain", Ones)).ShiftBy(z.Abs().Min(z).Mean())
		return y.LogSoftmax().Add(y.Round().Mul(y.Sign())).Reshape(11, 2, 2).LogSumExp().Add(g.Gumbel("u", 11, 2)).Mean().Add(nearest.Square().Mean())
	}
	networks["groups of channels, and attention between places"] = func(g *Graph) Node {
		x := GroupNorm{Groups: 2}.Forward(g.In("n"), g.Input("x", 2, 3, 4))
		share := x.MatMulEachT(x.MulEach(x.SumAxis(1))).Softmax()
		return share.MatMulEach(x).Square().Mean()
	}
	networks["a transformer on a convolution along steps"] = func(g *Graph) Node {
		x, known := g.Input("x", 4, 3, 5), g.Constant([]float32{1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1}, 4, 3)
		return Transformer{Heads: 2}.Forward(g, Conv1D{Out: 4, Kernel: 3}.Forward(g, x), known, true).Square().Mean()
	}
	networks["sequences"] = func(g *Graph) Node {
		x, known := g.Input("x", 4, 3, 5), g.Constant([]float32{1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1}, 4, 3)
		y := GRU{Units: 4}.Forward(g.In("gru"), x, Node{}, known).Tanh()
		z, last, cell := LSTM{Units: 3, Reverse: true}.Forward(g.In("lstm"), y, Node{}, Node{}, known)
		return z.Square().Add(y.Slice(2, 0, 3)).Mean().Add(last.Mul(cell).Sum()).Add(y.Slice(0, 3, 4).Exp().Mean())
	}
	for name, f := range networks {
		t.Run(name, func(t *testing.T) {
			g := NewGraph(NewParams(1), Options{Training: true, Seed: 1})
			cost := f(g)
			if err := g.Err(); err != nil {
				t.Fatal(err)
			}
			var params []Node
			for _, name := range g.used("") {
				params = append(params, Node{g.root, g.tensors[name]})
			}
			checkTape(t, g, append(g.Grad(cost, params...), cost)...)
		})
	}
}

// A gradient penalty is the gradient of a gradient.
func TestProgramEqualsTapeMachineOnAGradientPenalty(t *testing.T) {
	g := NewGraph(NewParams(1), Options{Training: true})
	x := g.Input("x", 3, 8, 8, 1)
	h := Conv{Out: 4, Kernel: 4, Stride: 2, Pad: 1}.Forward(g.In("c"), x).LeakyReLU(0.2)
	h = LayerNorm{}.Forward(g.In("n"), h)
	score := Linear{Out: 1}.Forward(g.In("out"), Flatten{}.Forward(g, h)).Sum()
	norm := g.Grad(score, x)[0].Square().SumCols().AddScalar(1e-12).Sqrt()
	penalty := norm.AddScalar(-1).Square().Mean()
	var params []Node
	for _, name := range g.used("") {
		if name != "out.bias" && name != "n.bias" {
			params = append(params, Node{g.root, g.tensors[name]})
		}
	}
	checkTape(t, g, append(g.Grad(penalty, params...), penalty)...)
}
