package main

import (
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"time"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/rates"
	"latentspace/models/sequences"
	"latentspace/models/sequential"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// characters are the sizes of a variational autoencoder of characters, which peers/characters.py has
// too.
var characters = struct{ batch, steps, words, embedding, units, latent int }{32, 60, 65, 64, 128, 32}

// textual compares training steps of it, with Adam, with those of PyTorch, as it comes and compiled, at
// its best of one thread and as many as there are processors.
func (b *bench) textual() error {
	c := characters
	var ours []float64
	theirs := map[string][]float64{}
	step, err := characterStep()
	if err != nil {
		return err
	}
	for range b.rounds {
		if err := quietly(func() error { ours = append(ours, best(step, 250*time.Millisecond)); return nil }); err != nil {
			return err
		}
		if !b.peer.has("torch") {
			continue
		}
		for _, threads := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
			for _, how := range []string{"as it comes", "compiled"} {
				m, err := b.peer.run(setting{}, "characters", fmt.Sprint(c.batch), fmt.Sprint(c.steps), fmt.Sprint(c.words), fmt.Sprint(c.embedding), fmt.Sprint(c.units), fmt.Sprint(c.latent), fmt.Sprint(threads), fmt.Sprint(how == "compiled"))
				if err != nil {
					return err
				}
				name := fmt.Sprintf("%s, %d threads", how, threads)
				theirs[name] = append(theirs[name], 1000*m.Seconds)
			}
		}
	}
	best, name := math.Inf(1), "–"
	for _, n := range slices.Sorted(maps.Keys(theirs)) {
		if m := median(theirs[n]); m < best {
			best, name = m, n
		}
	}
	head("training steps of a VAE of characters", "PyTorch, "+name)
	row(fmt.Sprintf("batch %d, %d steps, GRUs of %d", c.batch, c.steps, c.units), "ms", median(ours), best, best/median(ours))
	fmt.Println()
	return nil
}

// characterStep is a step of training.
func characterStep() (func(), error) {
	c := characters
	words := make([]string, c.words)
	for i := 1; i < c.words; i++ {
		words[i] = string(rune('0' + i))
	}
	reader := sequences.Readers["gru"]().(sequences.GRUReader)
	writer := sequences.Writers["gru"]().(sequences.GRUWriter)
	reader.Units, writer.Units = c.units, c.units
	m := sequential.TextVAE{
		Latent: c.latent, Encoder: reader, Decoder: writer, Embedding: c.embedding,
		Rate: rates.Default,
	}
	f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{c.steps}, Words: words, View: example.Text}
	params := nn.NewParams(1)
	p := m.Phases()[0]
	g, loss, err := p.Graph(params, nn.Options{Training: true, Seed: 1, Late: true}, models.Data{Schema: example.Of(f)}, c.batch)
	if err != nil {
		return nil, err
	}
	program, err := nn.CompileStep(g, loss.Total, nil, loss.Total)
	if err != nil {
		return nil, err
	}
	x := program.Input(models.InputName)
	for i := range c.batch {
		for t := range c.steps {
			if x[i*c.steps+t] = example.Padding; t < c.steps/2+i%(c.steps/2) {
				x[i*c.steps+t] = float32(1 + (i*7+t*13)%(c.words-1))
			}
		}
	}
	trained := map[string]*tensor.Tensor{}
	for _, d := range program.Grads() {
		trained[d.Name] = d.Param
	}
	rule := optim.New(optim.Adam{LR: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, trained)
	return func() {
		program.Draw(1)
		if err := program.RunAll(); err != nil {
			panic(err) // the shapes are right
		}
		rule.Step(1)
		grads := program.Grads()
		for i := range grads {
			if d := &grads[i]; d.Late() {
				d.Each(func(at int, values []float32) { rule.UpdatePart(d.Name, d.Param, at, values) })
			} else {
				rule.Update(d.Name, d.Param, d.Value)
			}
		}
	}, nil
}
