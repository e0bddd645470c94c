package main

import (
	"fmt"
	"time"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// penalised is a GAN beside the same without its penalty.
type penalised struct {
	name  string
	plain adversarial.GAN
	model models.Model
}

// penalisedBatch is the examples of a batch of the models that are measured.
const penalisedBatch = 64

// penalisedOnes are the models, plain ones with the networks of experiment gan, and others with those
// of wgan-gp, whose discriminator has no normalisation. A step of either makes as many updates.
func penalisedOnes() []penalised {
	network := networks.Networks["conv"]().(networks.Conv)
	generator, discriminator := network, network
	generator.Channels, generator.Norm = []int{64, 32}, "batch"
	discriminator.Channels, discriminator.Activation = []int{32, 64}, "leaky_relu"
	alone := discriminator
	discriminator.Norm = "batch"

	plain, r1r2 := adversarial.DefaultGAN, adversarial.DefaultGAN
	plain.Generator, plain.Discriminator = generator, discriminator
	r1r2.Generator, r1r2.Discriminator, r1r2.R1, r1r2.R2 = generator, alone, 1, 1
	relativistic := r1r2
	relativistic.Loss = "relativistic"
	wgan := adversarial.DefaultWGANGP
	wgan.Generator, wgan.Critic, wgan.CriticSteps = generator, alone, 1
	often, wganOften := plain, wgan
	often.CriticSteps, wganOften.CriticSteps = 5, 5
	return []penalised{
		{"R1 and R2", plain, r1r2}, {"relativistic, R1 and R2", plain, relativistic},
		{"wgan-gp, 1 update of a critic", plain, wgan}, {"wgan-gp, 5 updates of a critic", often, wganOften},
	}
}

// penalties compares training steps of GANs with penalties of their discriminators' slopes to those
// without, in turns.
func (b *bench) penalties() error {
	fmt.Println("| step of a GAN with a penalty | plain | penalised | ratio |\n|---|---|---|---|")
	for _, p := range penalisedOnes() {
		plain, err := stepOf(p.plain)
		if err != nil {
			return err
		}
		with, err := stepOf(p.model)
		if err != nil {
			return err
		}
		var plains, withs, ratios []float64
		for range b.rounds {
			err := quietly(func() error {
				a, c := best(plain, 100*time.Millisecond), best(with, 100*time.Millisecond)
				plains, withs, ratios = append(plains, a), append(withs, c), append(ratios, c/a)
				return nil
			})
			if err != nil {
				return err
			}
		}
		fmt.Printf("| %s | %s ms | %s ms | %.2f |\n", p.name, figure(median(plains)), figure(median(withs)), median(ratios))
	}
	fmt.Println()
	return nil
}

// stepOf returns a function that makes a training step of a model on pictures of 28×28.
func stepOf(m models.Model) (step func(), err error) {
	params, memory := nn.NewParams(1), &nn.Memory{}
	d := models.Data{Schema: example.Pictures(28, 28, 1)}
	var updates []func(draw uint64)
	for _, phase := range m.Phases() {
		g, loss, err := phase.Graph(params, nn.Options{Name: phase.Name, Training: true, Seed: 1, Memory: memory, Late: true}, d, penalisedBatch)
		if err != nil {
			return nil, err
		}
		program, err := nn.CompileStep(g, loss.Total, phase.Train, loss.Total)
		if err != nil {
			return nil, err
		}
		for i, x := 0, program.Input(models.InputName); i < len(x); i++ {
			x[i] = float32(i*7%11) / 10
		}
		trained := map[string]*tensor.Tensor{}
		for _, grad := range program.Grads() {
			trained[grad.Name] = grad.Param
		}
		rule := optim.New(optim.Adam{LR: 1e-5, Beta1: 0.5, Beta2: 0.9, Epsilon: 1e-8}, trained)
		updates = append(updates, func(draw uint64) {
			for r := range uint64(phase.Steps()) {
				program.Draw(draw*uint64(phase.Steps()) + r)
				if err := program.RunAll(); err != nil {
					panic(err) // of a graph that was just built
				}
				rule.Step(1)
				grads := program.Grads()
				for i := range grads {
					if grad := &grads[i]; grad.Late() {
						grad.Each(func(at int, values []float32) { rule.UpdatePart(grad.Name, grad.Param, at, values) })
					} else {
						rule.Update(grad.Name, grad.Param, grad.Value)
					}
				}
				program.Commit()
			}
		})
	}
	draw := uint64(0)
	return func() {
		for _, update := range updates {
			update(draw)
		}
		draw++
	}, nil
}
