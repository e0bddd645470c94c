package diffusion_test

import (
	"math"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// learner trains the phases of a model on one batch.
type learner struct {
	t        *testing.T
	m        models.Model
	params   *nn.Params
	programs []*nn.Program
	rules    []*optim.Optimizer
	losses   []models.Loss
}

func newLearner(t *testing.T, m models.Model, d models.Data, x, about []float32, n int) *learner {
	t.Helper()
	l := &learner{t: t, m: m, params: nn.NewParams(1)}
	for _, p := range m.Phases() {
		g, loss, err := p.Graph(l.params, nn.Options{Name: p.Name, Training: true, Seed: 1}, d, n)
		if err != nil {
			t.Fatal(err)
		}
		outputs := []nn.Node{loss.Total}
		for _, term := range loss.Terms {
			outputs = append(outputs, term.Value)
		}
		program, err := nn.CompileStep(g, loss.Total, p.Train, outputs...)
		if err != nil {
			t.Fatal(err)
		}
		copy(program.Input(models.InputName), x)
		copy(program.Input(models.AboutName), about)
		weights := map[string]*tensor.Tensor{}
		for _, g := range program.Grads() {
			weights[g.Name] = g.Param
		}
		l.programs, l.losses = append(l.programs, program), append(l.losses, loss)
		l.rules = append(l.rules, optim.New(optim.Adam{LR: 0.005, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, weights))
	}
	return l
}

// train makes steps of the phases that are active at an epoch, with a rate that falls to zero.
func (l *learner) train(epoch float64, steps int) {
	l.t.Helper()
	for n := range steps {
		for i, p := range l.m.Phases() {
			if !p.Active(epoch) {
				continue
			}
			if in := l.programs[i].Input(models.EpochName); in != nil {
				in[0] = float32(epoch)
			}
			l.programs[i].Draw(uint64(n))
			if err := l.programs[i].RunAll(); err != nil {
				l.t.Fatal(err)
			}
			l.rules[i].Step(1 - float64(n)/float64(steps))
			for _, g := range l.programs[i].Grads() {
				l.rules[i].Update(g.Name, g.Param, g.Value)
			}
			l.programs[i].Commit()
		}
	}
}

// decoded draws codes of the model and decodes them, with what is known of each example.
func (l *learner) decoded(d models.Data, about []float32, n int, seed uint64) []float32 {
	l.t.Helper()
	prior, err := l.m.(models.Prior).Prior(l.params)
	if err != nil {
		l.t.Fatal(err)
	}
	z, err := latent.Draws(prior, n, seed)
	if err != nil {
		l.t.Fatal(err)
	}
	g := nn.NewGraph(l.params, nn.Options{})
	in := g.Input("z", n, prior.Dim())
	y := l.m.(models.Decoder).Decode(g, in, models.NewBatch(g, d, n, nn.Node{})).Mean()
	p, err := nn.Compile(g, y)
	if err != nil {
		l.t.Fatal(err)
	}
	copy(p.Input("z"), z.Data)
	copy(p.Input(models.AboutName), about)
	if err := p.RunAll(); err != nil {
		l.t.Fatal(err)
	}
	return p.Output(y)
}

// halves is n pictures of 8×8 whose left or right half is on, in turn, with the class of each.
func halves(n int) (x, about []float32) {
	x, about = make([]float32, n*64), make([]float32, n)
	for i := range x {
		if (i%8 < 4) == (i/64%2 == 0) {
			x[i] = 1
		}
	}
	for i := range about {
		about[i] = float32(i % 2)
	}
	return x, about
}

var pictures = models.Data{Schema: example.Pictures(8, 8, 1), About: example.Of(example.Class([]string{"left", "right"})), Examples: 16}

// near counts pictures of y whose pixels are less than 0.25 from those of the halves, on average, as
// pictures of the left and of the right half.
func near(y []float32) (count [2]int) {
	x, _ := halves(2)
	for i := 0; i < len(y); i += 64 {
		for half := range 2 {
			off := 0.0
			for j, v := range y[i : i+64] {
				off += math.Abs(float64(v - x[half*64+j]))
			}
			if off < 16 {
				count[half]++
			}
		}
	}
	return count
}
