// Package nntest checks gradients against central differences.
package nntest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"latentspace/nn"
)

// Probe says where gradients are checked. The zero Probe is that of [Check].
type Probe struct {
	// Spread bounds the values of inputs and parameters, which are distinct and lie in
	// ±Spread, none nearer to zero than a sixteenth of it; 1.6 if zero. A small one keeps
	// exponentials of exponentials within reach of the differences, whose step is 0.01.
	Spread float64
	// Inputs are the values of inputs, by their positions; an input that is nil, or has no
	// place, is spread.
	Inputs [][]float32
}

// CheckGradients compares the gradients of a layer in training, with respect to
// its input and to every parameter, with central differences. The input has the
// given shape, batch included.
func CheckGradients(t *testing.T, l nn.Layer, shape ...int) {
	t.Helper()
	Probe{}.CheckGradients(t, l, shape...)
}

// CheckGradients is the function of that name at the values of the probe.
func (p Probe) CheckGradients(t *testing.T, l nn.Layer, shape ...int) {
	t.Helper()
	p.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node { return l.Forward(g, x[0]) }, shape)
}

// Check compares the gradient of f with central differences, with respect to its
// inputs, one for each shape, and every parameter. f may be of any shape: what is
// differentiated is its product with a fixed random probe.
func Check(t *testing.T, f func(g *nn.Graph, x []nn.Node) nn.Node, shapes ...[]int) {
	t.Helper()
	Probe{}.Check(t, f, shapes...)
}

// Check is the function of that name at the values of the probe.
func (p Probe) Check(t *testing.T, f func(g *nn.Graph, x []nn.Node) nn.Node, shapes ...[]int) {
	t.Helper()
	c := build(t, f, shapes)
	cost := c.g.Input("probe", c.y.Shape()...).Mul(c.y).Sum()
	c.compare(t, p, cost, c.wrt)
}

// CheckSecond compares second derivatives: with the gradient of Σ probe·f²/2 as a
// part of the graph, it checks the gradient of a random combination of its
// elements, as a gradient penalty needs it.
func CheckSecond(t *testing.T, f func(g *nn.Graph, x []nn.Node) nn.Node, shapes ...[]int) {
	t.Helper()
	Probe{}.CheckSecond(t, f, shapes...)
}

// CheckSecond is the function of that name at the values of the probe.
func (p Probe) CheckSecond(t *testing.T, f func(g *nn.Graph, x []nn.Node) nn.Node, shapes ...[]int) {
	t.Helper()
	c := build(t, f, shapes)
	cost := c.g.Input("probe", c.y.Shape()...).Mul(c.y.Square()).Scale(0.5).Sum()
	var second nn.Node
	for i, d := range c.g.Grad(cost, c.wrt...) {
		term := c.g.Input(fmt.Sprintf("direction%d", i), d.Shape()...).Mul(d).Sum()
		if i == 0 {
			second = term
		} else {
			second = second.Add(term)
		}
	}
	c.compare(t, p, second, c.wrt)
}

// check is a graph with what is differentiated in it.
type check struct {
	g      *nn.Graph
	inputs int
	y      nn.Node
	wrt    []nn.Node
	names  []string
	value  func(p *nn.Program, i int) []float32 // of wrt[i]
}

func build(t *testing.T, f func(g *nn.Graph, x []nn.Node) nn.Node, shapes [][]int) *check {
	t.Helper()
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{Training: true, Seed: 1})
	c := &check{g: g, inputs: len(shapes)}
	var x []nn.Node
	for i, s := range shapes {
		name := fmt.Sprintf("x%d", i)
		x = append(x, g.Input(name, s...))
		c.names = append(c.names, name)
	}
	c.y = f(g, x)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	c.wrt = x
	for _, name := range params.Trained() {
		c.names = append(c.names, name)
		c.wrt = append(c.wrt, g.Param(name, nn.Zeros, params.Get(name).Shape...))
	}
	c.value = func(p *nn.Program, i int) []float32 {
		if i < len(x) {
			return p.Input(c.names[i])
		}
		return params.Get(c.names[i]).Data
	}
	return c
}

// Differences are taken over ±Step and ±2 Step, with an error of order Step⁴; the
// rounding of float32 sums leaves some 1e-5 of the largest term.
const (
	stepSize  = 0.01
	tolerance = 2e-3
)

func (c *check) compare(t *testing.T, at Probe, cost nn.Node, wrt []nn.Node) {
	t.Helper()
	grads := c.g.Grad(cost, wrt...)
	p, err := nn.Compile(c.g, append([]nn.Node{cost}, grads...)...)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	p.Draw(0)
	for i, given := range at.Inputs {
		if i >= c.inputs {
			t.Fatalf("values for input %d, want them for %d inputs at most", i, c.inputs)
		}
		if n := len(c.value(p, i)); given != nil && len(given) != n {
			t.Fatalf("%d values for input %d, want %d", len(given), i, n)
		}
	}
	for i := range wrt {
		at.fill(c.value(p, i), i, rng)
	}
	for i := -1; ; i++ {
		name := "probe"
		if i >= 0 {
			name = fmt.Sprintf("direction%d", i)
		}
		buf := p.Input(name)
		if buf == nil {
			break
		}
		for j := range buf {
			buf[j] = float32(rng.NormFloat64())
		}
	}
	run := func() float64 {
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return p.Scalar(cost)
	}
	run()
	analytic := make([][]float32, len(grads))
	for i, d := range grads {
		analytic[i] = append([]float32(nil), p.Output(d)...)
	}
	for i := range wrt {
		x := c.value(p, i)
		scale := 1.0
		for _, a := range analytic[i] {
			scale = max(scale, math.Abs(float64(a)))
		}
		for j := 0; j < len(x); j += 1 + len(x)/40 {
			at := func(h float64) float64 {
				old := x[j]
				x[j] = float32(float64(old) + h)
				defer func() { x[j] = old }()
				return run()
			}
			fd := (float64(8*(at(stepSize)-at(-stepSize))) - (at(2*stepSize) - at(-2*stepSize))) / (12 * stepSize)
			got := float64(analytic[i][j])
			if !(math.Abs(got-fd) <= tolerance*scale) {
				t.Errorf("gradient by %s[%d]: got %.6g, want %.6g by central differences", c.names[i], j, got, fd)
			}
		}
	}
}

// fill gives input i its values, or spreads it: distinct values in ±Spread, in random
// order. With a spread of 1.6, they are at least 0.1 away from zero: kinks at zero and ties
// between neighbours are out of reach of the differences.
func (p Probe) fill(x []float32, i int, rng *rand.Rand) {
	factor := 1.0
	if p.Spread > 0 {
		factor = p.Spread / 1.6
	}
	for i, k := range rng.Perm(len(x)) {
		v := 3 * (float64(k) + 0.5 - float64(float64(len(x))/2)) / float64(len(x))
		x[i] = float32(factor * (v + math.Copysign(0.1, v)))
	}
	if i < len(p.Inputs) && p.Inputs[i] != nil {
		copy(x, p.Inputs[i])
	}
}
