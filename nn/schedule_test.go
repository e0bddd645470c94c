package nn

import (
	"math"
	"slices"
	"testing"

	"latentspace/nn/ops"
)

// mixed uses operations of every part: rows, columns, whole tensors, views,
// constants, reductions, and values that are read in several groups.
func mixed(g *Graph) Node {
	x := g.Input("x", 6, 4, 4, 3)
	h := Conv{Out: 5, Kernel: 3, Pad: 1}.Forward(g.In("conv"), x)
	h = BatchNorm{}.Forward(g.In("batch"), h).LeakyReLU(0.2)
	h = Flatten{}.Forward(g, h)
	h = LayerNorm{}.Forward(g.In("layer"), h)
	h = Dropout{Rate: 0.3}.Forward(g.In("drop"), h)
	code := Linear{Out: 8}.Forward(g.In("code"), h)
	mu, logvar := code.Slice(1, 0, 4), code.Slice(1, 4, 8)
	z := Reparameterise(mu, logvar, g.Noise("eps", 6, 4))
	y := Linear{Out: 48}.Forward(g.In("out"), z.Tanh().Mul(z.Sigmoid()))
	rec := BernoulliNLL(y.Reshape(6, 4, 4, 3), x.Square()).Mean()
	class := CategoricalNLL(code, code.Softmax().AddCol(code.SumCols().Scale(0.1))).Mean()
	// Its gradient has factors that follow from it.
	squared := BernoulliNLL(z, mu.Sigmoid()).Square().Mean()
	return rec.Add(GaussianKL(mu, logvar).Mean()).Add(class).Add(squared)
}

// TestGroupsChangeNoBit compares a training step with one that runs operation by
// operation, in memory of the same plan.
func TestGroupsChangeNoBit(t *testing.T) {
	g := NewGraph(NewParams(3), Options{Training: true})
	total := mixed(g)
	grads := g.Grad(total, Node{g.root, g.tensors["conv.weight"]}, Node{g.root, g.tensors["batch.scale"]}, Node{g.root, g.tensors["out.bias"]})
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	outputs := append([]Node{total}, grads...)
	fused, err := Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	single := newProgram(g.root, fused.roots, fused.raw, false, nil)
	if len(fused.steps) >= len(single.steps)/2 {
		t.Errorf("%d steps of %d operations: nothing is grouped", len(fused.steps), len(single.steps))
	}
	for n := range uint64(3) {
		for i := range fused.inputs["x"] {
			v := float32(math.Sin(float64(uint64(i) + 5*n)))
			fused.inputs["x"][i], single.inputs["x"][i] = v, v
		}
		for _, p := range []*Program{fused, single} {
			p.Draw(n)
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
		}
		for i, o := range outputs {
			if !slices.Equal(fused.Output(o), single.Output(o)) {
				t.Errorf("run %d: output %d differs", n, i)
			}
		}
	}
}

// TestGroupsOfSeveralWidthsChangeNoBit has rows of 6, 12 and 4 of one tensor, of which
// the widest waits for another operation: those that are left do not divide each
// other.
func TestGroupsOfSeveralWidthsChangeNoBit(t *testing.T) {
	for name, test := range map[string]struct {
		rows   int
		narrow func(x, v Node) Node
	}{
		"whole rows":        {3000, Node.AddRow},
		"a value for a row": {2, func(x, _ Node) Node { return x.SumCols() }},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewGraph(NewParams(3), Options{})
			x := g.Input("x", test.rows, 12)
			v6, v12, v4 := g.Input("v6", 6), g.Input("v12", 12), g.Input("v4", 4)
			outputs := []Node{
				x.Reshape(2*test.rows, 6).AddRow(v6),
				x.AddRow(v12).AddRow(x.SumRows()),
				test.narrow(x.Reshape(3*test.rows, 4), v4),
			}
			fused, err := Compile(g, outputs...)
			if err != nil {
				t.Fatal(err)
			}
			single := newProgram(g.root, fused.roots, fused.raw, false, nil)
			for input, values := range fused.inputs {
				for i := range values {
					values[i] = float32(i%101) + 0.5
				}
				copy(single.inputs[input], values)
			}
			for _, p := range []*Program{fused, single} {
				if err := p.RunAll(); err != nil {
					t.Fatal(err)
				}
			}
			for i, o := range outputs {
				if !slices.Equal(fused.Output(o), single.Output(o)) {
					t.Errorf("output %d differs", i)
				}
			}
		})
	}
}

// TestALikelihoodAndItsGradientShareAPass wants one pass for the two where the
// gradient's factors are known before the loss.
func TestALikelihoodAndItsGradientShareAPass(t *testing.T) {
	tests := map[string]struct {
		cost func(nll Node) Node
		want int
	}{
		"the mean of it": {Node.Mean, 1},
		"its own square": {func(nll Node) Node { return nll.Square().Sum() }, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := NewGraph(NewParams(3), Options{})
			l, x := g.Param("logits", Ones, 4, 3), g.Input("x", 4, 3)
			cost := test.cost(BernoulliNLL(l, x))
			p, err := Compile(g, cost, g.Grad(cost, l)[0])
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for _, s := range p.steps {
				if s.group == nil {
					continue
				}
				for _, member := range s.group.steps {
					if member.joint != nil {
						got++
					}
				}
			}
			if got != test.want {
				t.Errorf("%d joint passes, want %d", got, test.want)
			}
		})
	}
}

// TestAnOperationWaitsForWhatReadsIt wants eˣ in the group that adds the sums to it:
// neither in the group of tanh x nor before the sums, where it is ready.
func TestAnOperationWaitsForWhatReadsIt(t *testing.T) {
	g := NewGraph(NewParams(3), Options{})
	x := g.Input("x", 5, 3)
	early := x.Tanh()
	p, err := Compile(g, early, x.Exp().AddRow(x.SumRows()).Square().Sum())
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, s := range p.steps {
		if s.group != nil {
			got = append(got, len(s.group.steps))
		}
	}
	if want := []int{1, 3}; !slices.Equal(got, want) {
		t.Errorf("groups of %v operations, want %v", got, want)
	}
}

func TestNoRootTakesNoCall(t *testing.T) {
	g := NewGraph(NewParams(3), Options{Training: true})
	order := ops.Ancestors(mixed(g).n)
	if calls := schedule(order, nil, nil, true); len(calls) != 0 {
		t.Errorf("%d calls for no root, want none", len(calls))
	}
}

// TestProgramsShareMemory wants two programs to take no more memory than the
// larger, and to compute what each does alone.
func TestProgramsShareMemory(t *testing.T) {
	shared := &Memory{}
	value := func(m *Memory, name string) (*Program, Node) {
		g := NewGraph(NewParams(3), Options{Training: true, Name: name, Memory: m})
		total := mixed(g)
		p, err := CompileStep(g, total, nil)
		if err != nil {
			t.Fatal(err)
		}
		p.Draw(1)
		return p, total
	}
	run := func(p *Program) []float32 {
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return slices.Clone(p.Grads()[0].Value)
	}
	a, _ := value(shared, "a")
	pieces := len(shared.pieces)
	b, _ := value(shared, "b")
	if got := len(shared.pieces); got != pieces {
		t.Errorf("%d pieces of memory with a second program of the same kind, want %d", got, pieces)
	}
	aloneA, _ := value(nil, "a")
	aloneB, _ := value(nil, "b")
	for range 2 {
		if !slices.Equal(run(a), run(aloneA)) || !slices.Equal(run(b), run(aloneB)) {
			t.Error("programs that share memory compute something else")
		}
	}
}
