package autoencoders

import (
	"math/rand/v2"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// trained is a model that learns from one batch.
type trained struct {
	params  *nn.Params
	program *nn.Program
	loss    models.Loss
	rule    *optim.Optimizer
}

// begin compiles the only phase of a model for a batch x of n vectors.
func begin(t *testing.T, m models.Model, x []float32, n int, lr float64) *trained {
	t.Helper()
	p := nn.NewParams(1)
	g, loss, err := m.Phases()[0].Graph(p, nn.Options{Training: true, Seed: 1}, models.Data{Schema: example.Points(len(x) / n), Examples: n}, n)
	if err != nil {
		t.Fatal(err)
	}
	outputs := []nn.Node{loss.Total}
	for _, term := range loss.Terms {
		outputs = append(outputs, term.Value)
	}
	program, err := nn.CompileStep(g, loss.Total, nil, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input(models.InputName), x)
	of := map[string]*tensor.Tensor{}
	for _, d := range program.Grads() {
		of[d.Name] = d.Param
	}
	return &trained{p, program, loss, optim.New(optim.Adam{LR: lr, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, of)}
}

// steps makes steps whose rate falls to zero.
func (tr *trained) steps(t *testing.T, steps int) {
	t.Helper()
	for n := range steps {
		tr.program.Draw(uint64(n))
		if err := tr.program.RunAll(); err != nil {
			t.Fatal(err)
		}
		tr.rule.Step(1 - float64(n)/float64(steps))
		for _, d := range tr.program.Grads() {
			tr.rule.Update(d.Name, d.Param, d.Value)
		}
		tr.program.Commit()
	}
}

// term is a term of the loss in the last step.
func (tr *trained) term(t *testing.T, name string) float64 {
	t.Helper()
	for _, term := range tr.loss.Terms {
		if term.Name == name {
			return tr.program.Scalar(term.Value)
		}
	}
	t.Fatalf("no term %q", name)
	return 0
}

// computed runs a graph over the parameters p, built by f of an input x (n, d).
func computed(t *testing.T, p *nn.Params, x []float32, n int, f func(g *nn.Graph, b models.Batch) nn.Node) []float32 {
	t.Helper()
	g := nn.NewGraph(p, nn.Options{})
	y := f(g, models.Input(g, models.Data{Schema: example.Points(len(x) / n)}, n))
	program, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input(models.InputName), x)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return program.Output(y)
}

// sums are n examples of d values: two of d directions each, which are the axes, between 1 and 2 times.
func sums(n, d int) []float32 {
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, n*d)
	for i := range n {
		for _, k := range rng.Perm(d)[:2] {
			x[i*d+k] = 1 + rng.Float32()
		}
	}
	return x
}
