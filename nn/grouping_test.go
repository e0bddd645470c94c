package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// random is a training step of a random network, whose tensors have several sizes and
// rows of several widths.
func random(t *testing.T, seed uint64) *Program {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	g := NewGraph(NewParams(1), Options{Training: true})
	nodes := []Node{g.Param("a", Ones, 6, 12), g.Param("b", Ones, 6, 12), g.Input("x", 6, 12), g.Noise("z", 6, 12), g.Param("c", Ones, 4, 6)}
	params := []Node{nodes[0], nodes[1], nodes[4]}
	pick := func() Node {
		if rng.IntN(2) == 0 {
			return nodes[len(nodes)-1-rng.IntN(min(4, len(nodes)))]
		}
		return nodes[rng.IntN(len(nodes))]
	}
	for range 20 + rng.IntN(120) {
		x, y := pick(), pick()
		if len(x.Shape()) != 2 {
			nodes = append(nodes, x.Tanh())
			continue
		}
		rows, width, same := x.Shape()[0], x.Shape()[1], slices.Equal(x.Shape(), y.Shape())
		switch kind := rng.IntN(13); {
		case kind < 2:
			x = x.Exp().Sub(x.Softplus())
		case kind < 4 && same:
			x = x.Add(y)
		case kind < 6 && same:
			x = x.Mul(y)
		case kind == 6 && same:
			x = BernoulliNLL(x, y.Sigmoid())
		case kind == 7:
			x = x.MulCol(x.SumCols().Tanh())
		case kind == 8:
			x = x.AddRow(x.SumRows())
		case kind == 9 && rows*width == 72:
			w := []int{3, 4, 6, 8, 9, 12, 18, 24, 36}[rng.IntN(9)]
			x = x.Reshape(72/w, w)
		case kind == 10 && len(y.Shape()) == 2 && y.Shape()[0] == width:
			x = x.MatMul(y).LeakyReLU(0.1)
		case kind == 11 && len(y.Shape()) == 2 && y.Shape()[1] == width:
			x = x.MatMulT(y).AddRow(y.SumCols()).ReLU()
		case kind == 12:
			x = x.Softmax()
		default:
			x = x.Sigmoid()
		}
		nodes = append(nodes, x)
	}
	cost := nodes[len(nodes)-1].Sum()
	for _, p := range params {
		cost = cost.Add(p.Square().Mean())
	}
	for range 6 {
		cost = cost.Add(pick().Square().Mean())
	}
	p, err := CompileStep(g, cost, nil, cost, pick())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestGroupsAreThoseOfTheirDefinition compares the groups of random networks with those
// that one finds who goes through all operations for each.
func TestGroupsAreThoseOfTheirDefinition(t *testing.T) {
	for seed := range uint64(60) {
		p := random(t, seed)
		order := ops.Ancestors(p.roots...)
		known := p.graph.constants(order)
		got := schedule(order, p.raw, known, true)

		s := newScheduler(order, p.raw, known, true)
		d := definition{done: map[*G.Node]bool{}, known: known, follower: map[*G.Node]*G.Node{}}
		var todo []*G.Node
		for _, t := range s.tasks {
			todo = append(todo, t.node)
			if t.follower >= 0 {
				d.follower[t.node] = s.tasks[t.follower].node
			}
		}
		at := 0
		for i, n := range todo {
			if d.done[n] {
				continue
			}
			want := got[at].nodes // a product and what follows it
			if got[at].group {
				want = d.adjoin(d.group(todo[i:]))
			}
			if !slices.Equal(got[at].nodes, want) {
				t.Fatalf("network %d: call %d has %d operations, want %d, or in another order", seed, at, len(got[at].nodes), len(want))
			}
			for _, m := range want {
				d.done[m] = true
			}
			at++
		}
	}
}

// TestCallsOfRandomNetworksChangeNoBit compares random networks with the same run
// operation by operation: what overwrites what must not matter.
func TestCallsOfRandomNetworksChangeNoBit(t *testing.T) {
	for seed := range uint64(60) {
		p := random(t, seed)
		single := newProgram(p.graph, p.roots, p.raw, false, nil)
		for _, q := range []*Program{p, single} {
			for i := range q.inputs["x"] {
				q.inputs["x"][i] = float32(i%7) / 8
			}
			q.Draw(seed)
			if err := q.RunAll(); err != nil {
				t.Fatal(err)
			}
		}
		for i, n := range p.raw {
			for j, want := range single.buffers[n] {
				if got := p.buffers[n][j]; math.Float32bits(got) != math.Float32bits(want) {
					t.Fatalf("network %d: output %d[%d]: got %v, want %v", seed, i, j, got, want)
				}
			}
		}
	}
}

// definition finds groups as they are defined.
type definition struct {
	done     map[*G.Node]bool
	known    map[*G.Node][]float32
	follower map[*G.Node]*G.Node
}

func (d definition) group(todo []*G.Node) []*G.Node {
	for {
		collected := d.collect(todo)
		kept := slices.Clone(collected)
		for i := len(kept) - 1; i > 0; i-- {
			if f := d.follower[kept[i]]; f != nil && !slices.Contains(kept, f) {
				kept = slices.Delete(kept, i, i+1)
			}
		}
		if len(kept) == len(collected) {
			return kept
		}
		todo = kept
	}
}

func (d definition) collect(todo []*G.Node) []*G.Node {
	group := []*G.Node{todo[0]}
	rows, _ := domainOf(todo[0])
	for _, n := range todo[1:] {
		other, ok := domainOf(n)
		if d.done[n] || !ok || other.size != rows.size || max(rows.width, other.width)%min(rows.width, other.width) != 0 {
			continue
		}
		op := n.Op().(*ops.Op)
		parts, _ := op.Parts()
		ready := true
		for i, in := range inputs(op) {
			inGroup := slices.Contains(group, in)
			ready = ready && (d.done[in] || operation(in, d.known) == nil || inGroup && parts.In[i] != ops.Whole)
		}
		if ready {
			group = append(group, n)
			rows.width = max(rows.width, other.width)
		}
	}
	return group
}

func (definition) adjoin(group []*G.Node) []*G.Node {
	for i := range group {
		for j := i + 1; j < len(group); j++ {
			between := func(in *G.Node) bool { return slices.Contains(group[i:j], in) }
			n := group[j]
			if joint(group[i], n) != nil && !slices.ContainsFunc(inputs(n.Op().(*ops.Op)), between) {
				group = slices.Insert(slices.Delete(group, j, j+1), i+1, n)
				break
			}
		}
	}
	return group
}
