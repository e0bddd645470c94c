package nn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func small() (*Graph, Node) {
	g := NewGraph(NewParams(1), Options{})
	x := g.Input("x", 2, 3)
	y := Linear{Out: 2}.Forward(g.In("layer"), x).LeakyReLU(0.2)
	r := g.In("rest")
	mean := r.State("mean", Zeros, 2)
	return g, y.Add(r.Noise("eps", 2, 2)).AddRow(mean).MulRow(r.Constant([]float32{1, 2}, 2))
}

func listing(all []Operation) string {
	var b strings.Builder
	for i, o := range all {
		fmt.Fprintf(&b, "%%%d %v\n", i, o)
	}
	return b.String()
}

func TestOperationsNameWhatAGraphBeginsWith(t *testing.T) {
	g, y := small()
	y.Exp() // no output
	all, err := Operations(g, y)
	if err != nil {
		t.Fatal(err)
	}
	const want = `%0 input x [2 3]
%1 layer: parameter layer.weight [3 2]
%2 layer: matmul(%0, %1, transpose a=false, transpose b=false) [2 2]
%3 layer: parameter layer.bias [2]
%4 layer: add row(%2, %3) [2 2]
%5 layer: leaky relu(%4, slope=0.2) [2 2]
%6 rest: state rest.mean [2]
%7 rest: noise rest.eps(law=normal) [2 2]
%8 rest: add(%5, %7) [2 2]
%9 rest: add row(%8, %6) [2 2]
%10 rest: values(values=[1 2]) [2]
%11 rest: mul row(%9, %10) [2 2]
%12 rest: output(%11) [2 2]
`
	if got := listing(all); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	whole, err := Operations(g)
	if err != nil {
		t.Fatal(err)
	}
	if last := whole[len(whole)-1]; len(whole) != len(all) || last.Name != "exp" {
		t.Errorf("%d operations of the whole graph, the last %v, want %d, the last exp", len(whole), last, len(all))
	}
}

func TestOperationsRefuse(t *testing.T) {
	g, _ := small()
	_, other := small()
	bad, y := small()
	y.MatMul(y.Sum())
	tests := map[string]struct {
		g    *Graph
		out  []Node
		want string
	}{
		"a graph with an error":      {bad, nil, "nn: rest: matmul: shapes [2 2] and [], want two matrices"},
		"an output of another graph": {g, []Node{other}, "nn: output 0 is not of this graph"},
		"an output that is an error": {g, []Node{Concat(0)}, "nn: output 0: concat: no tensors, want one at least"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Operations(test.g, test.out...); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// The first product of x with weights is that of the scope a, whatever is done to x before; what the
// second takes is behind the activation. A product of x with itself has no weights.
func TestFirstLayer(t *testing.T) {
	p := NewParams(1)
	g := NewGraph(p, Options{})
	x := g.Input("x", 2, 3)
	y := Linear{Out: 4}.Forward(g.In("a"), Concat(1, x.Scale(2), x))
	active := y.Tanh()
	out := Linear{Out: 5}.Forward(g.In("b"), active).Add(Linear{Out: 5}.Forward(g.In("c"), x))
	linear, got, err := FirstLayer(x, out)
	if err != nil {
		t.Fatal(err)
	}
	program, err := Compile(g, linear, got, y, active)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input("x"), []float32{1, -2, 3, 4, 5, -6})
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(program.Output(got), program.Output(active)) || !slices.Equal(program.Output(linear), program.Output(y)) { // the bias is zero
		t.Errorf("got %v and %v, want %v and %v", program.Output(linear), program.Output(got), program.Output(y), program.Output(active))
	}
	if _, last, err := FirstLayer(x, y); err != nil || !slices.Equal(last.Shape(), y.Shape()) {
		t.Errorf("of one layer: got the shape %v, %v, want %v", last.Shape(), err, y.Shape())
	}
	if _, _, err := FirstLayer(x, x.MatMulT(x)); err == nil || !strings.Contains(err.Error(), "no product with weights on the way from x to c: matmul") {
		t.Errorf("without weights: got %v", err)
	}
}

// A layer gives the last node of its scope, also where that is of a scope within it; the scopes come in
// the order of the graph, and vectors of parameters are no layers.
func TestLayer(t *testing.T) {
	g := NewGraph(NewParams(1), Options{})
	x := g.Input("x", 2, 3)
	in := g.In("one")
	h := Linear{Out: 4}.Forward(in, x)
	h = LayerNorm{}.Forward(in.In("norm"), h)
	y := Linear{Out: 5}.Forward(g.In("two"), h).Tanh()
	for scope, want := range map[string]Node{"one": h, "two": y, "one.norm": h} {
		if got, ok, _ := g.Layer(scope); !ok || got != want {
			t.Errorf("%s: got %v of shape %v, want shape %v", scope, ok, got.Shape(), want.Shape())
		}
	}
	for _, scope := range []string{"", "on", "three"} {
		if _, ok, all := g.Layer(scope); ok || fmt.Sprint(all) != "[one one.norm two]" {
			t.Errorf("%q: %v, scopes %v, want none, and one, one.norm and two", scope, ok, all)
		}
	}
}
