package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/experiments"
	"latentspace/kernel"
	"latentspace/tensor"
	"latentspace/training"
)

// long is a run that is long enough for what fades to fade.
type long struct {
	experiment string // a shipped one, or a file of this folder
	edits      []string
}

// longSteps is how many steps an epoch of a long run has.
const longSteps = 100

// fading has every kind of model that is trained in steps, small enough for thousands of them.
var fading = []long{
	{"vae", small(2500, "model={kind: aae, encoder: {kind: mlp, hidden: [48]}, discriminator: {kind: mlp, hidden: [32]}, r1: 1}")},
	{"ae", small(2500, "model.encoder.hidden=[48]")},
	{"ae", small(2500, "model={kind: cae, latent: 48}")},
	{"ae", small(2500, "model={kind: kl-sparse, latent: 48}")},
	{"ae", small(2500, "model={kind: rae, regulariser: gradient, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: bigan, encoder: {kind: mlp, hidden: [48]}, generator: {kind: mlp, hidden: [48]}, discriminator: {kind: mlp, hidden: [48]}, features: 32, r1: 1}")},
	{"cgan", small(2500, "model.generator.channels=[8, 4]", "model.discriminator.channels=[4, 8]")},
	{"cvae", small(2500, "model.encoder.hidden=[48, 48]")},
	{"dae", small(2500, "model.encoder.channels=[4, 8]", "model.encoder.hidden=[32]", "model.latent=16")},
	{"vae", small(2500, "model={kind: dipvae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: factorvae, encoder: {kind: mlp, hidden: [48]}, discriminator: {kind: mlp, hidden: [32, 32]}}")},
	{"vae", small(2500, "model={kind: flow-vae, encoder: {kind: mlp, hidden: [48]}, from: 2, flow: {width: 32}}")},
	{"fsq", small(2500, "model.encoder.channels=[4, 8]", "model.prior={network: {kind: transformer, width: 16}, from: 1}")},
	{"gan", small(2500, "model.generator.channels=[8, 4]", "model.discriminator.channels=[4, 8]")},
	{"vae", small(2500, "model={kind: gumbelvae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: jointvae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: iafvae, encoder: {kind: mlp, hidden: [48]}, flow_hidden: [32], prior: {kind: maf}}")},
	{"vae", small(2500, "model={kind: laddervae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: infovae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: infogan, generator: {kind: mlp, hidden: [48]}, discriminator: {kind: mlp, hidden: [48]}, features: 32, r1: 1}")},
	{"iwae", small(2500, "model.encoder.hidden=[48]")},
	{"vae", small(2500, "model={kind: kl-field, encoder: {kind: conv, channels: [4, 8]}, critic: {kind: conv, channels: [4, 8]}}")},
	{"vae", small(2500, "model={kind: latent-diffusion, encoder: {kind: conv, channels: [4, 8]}, critic: {kind: conv, channels: [4, 8]}, from: 2, flow: {width: 16, blocks: 1}}")},
	{"m2", small(2500, "data.labels=250", "model.classifier.channels=[4, 8]", "model.classifier.hidden=[16]", "model.encoder.hidden=[32]")},
	{"ring", small(5000)}, // a step takes two batches
	{"rvq", small(2500, "model.encoder.channels=[4, 8]", "model.prior={network: {kind: transformer, width: 16}, from: 1}")},
	{"sae", small(2500, "model.latent=256", "model.activation.k=4")},
	{"sentences", small(2500, "model.encoder.units=16", "model.decoder.units=16")},
	{"sentences-ae", small(2500, "model.encoder.units=16", "model.decoder.units=16")},
	{"vae", small(2500, "model={kind: svae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model={kind: tcvae, encoder: {kind: mlp, hidden: [48]}}")},
	{"vae", small(2500, "model.encoder.hidden=[48]", "train.ema=0.99")},
	{"vaegan", small(2500, "model.encoder.channels=[4, 8]", "model.critic.channels=[4, 8]")},
	{"vq-vae", small(2500, "model.encoder.channels=[4, 8]")},
	{"vae", small(2500, "model={kind: wae, encoder: {kind: mlp, hidden: [48]}}")},
	{"wgan-gp", small(2500, "model.generator.channels=[8, 4]", "model.critic.channels=[4, 8]", "model.critic_steps=1")},
}

// digits is the model that training is measured with, whole, on pictures whose borders are dark.
var digits = long{"mlpvae.yaml", []string{"data.valid=47200"}}

// small is the edits of a run on some examples, in batches of 25.
func small(examples int, edits ...string) []string {
	return append([]string{fmt.Sprintf("data.train=%d", examples), "data.valid=0", "data.test=100", "train.batch=25"}, edits...)
}

// optimizers has every formula of every registered optimizer.
var optimizers = []string{
	"{kind: adam, lr: 0.001}",
	"{kind: adamw, lr: 0.001, weight_decay: 0.1}",
	"{kind: rmsprop, lr: 0.0005}",
	"{kind: rmsprop, lr: 0.0001, momentum: 0.9}",
	"{kind: sgd, lr: 0.0001, weight_decay: 0.1}",
	"{kind: sgd, lr: 0.00001, momentum: 0.9}",
	"{kind: sgd, lr: 0.00001, momentum: 0.9, nesterov: true}",
}

// faded is what a long run came to.
type faded struct {
	steps, values, subnormal int
	where                    []string // the tensors that hold subnormal numbers
	second, last             float64  // examples a second in thousands of steps
}

func (l long) name() string { return strings.TrimSuffix(l.experiment, ".yaml") }

// chosen is the run of an experiment, or all if the name is empty; those on MNIST only where that
// can be read.
func chosen(name string) ([]long, error) {
	var runs []long
	for _, l := range append([]long{digits}, fading...) {
		if name == "" || name == l.name() {
			runs = append(runs, l)
		}
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("no long run is of %q", name)
	}
	if runs[0].name() != digits.name() {
		return runs, nil
	}
	if _, err := (data.MNIST{}).Open(context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %s is left out, as MNIST cannot be read: %v\n", digits.name(), err)
		runs = runs[1:]
	}
	return runs, nil
}

// subnormals trains kinds of models with every optimizer for thousands of steps and counts the
// subnormal numbers of what the last checkpoint holds. It is an error if there is one.
func subnormals(name string, thousands int) error {
	runs, err := chosen(name)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%s, %d processors, %s, kernels %s\n\n", cpu(), runtime.GOMAXPROCS(0), runtime.Version(), kernel.Path())
	fmt.Println("| experiment | optimizer | steps | values of state | subnormal | examples/s, second thousand | last thousand | ratio |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	var found []error
	for _, l := range runs {
		name := l.name()
		for _, optimizer := range optimizers {
			f, err := l.train(dir, optimizer, thousands)
			if err != nil {
				return fmt.Errorf("%s with %s: %w", name, optimizer, err)
			}
			fmt.Printf("| %s | %s | %d | %d | %d | %s | %s | %.2f |\n",
				name, strings.Trim(optimizer, "{}"), f.steps, f.values, f.subnormal, figure(f.second), figure(f.last), f.last/f.second)
			if f.subnormal > 0 {
				found = append(found, fmt.Errorf("%s with %s: subnormal numbers in %s", name, optimizer, strings.Join(f.where, ", ")))
			}
		}
	}
	fmt.Println()
	return errors.Join(found...)
}

// load is the experiment for some thousands of steps. The folder gets the file if it is one of ours.
func (l long) load(dir, optimizer string, thousands int) (experiments.Config, error) {
	file := l.experiment
	if text, err := trained.ReadFile(file); err == nil {
		file = filepath.Join(dir, file)
		if err := os.WriteFile(file, text, 0o666); err != nil {
			return experiments.Config{}, err
		}
	}
	return experiments.Load(file, append([]string{
		"train.samples=0", "train.checkpoint.every=0", "train.schedule={kind: constant}", "train.optimizer=" + optimizer,
		fmt.Sprintf("train.epochs=%d", thousands*1000/longSteps),
	}, l.edits...)...)
}

// train makes the steps in four parts of one run, of which each goes on where the one before
// ended. A part has its own rate, the median over windows of its steps: the second and the last are
// a thousand steps each.
func (l long) train(dir, optimizer string, thousands int) (f faded, err error) {
	run := filepath.Join(dir, "long")
	if err := os.RemoveAll(run); err != nil {
		return f, err
	}
	for _, end := range []int{1, 2, thousands - 1, thousands} {
		cfg, err := l.load(dir, optimizer, end)
		if err != nil {
			return f, err
		}
		m, err := training.Run(context.Background(), cfg, training.Options{Dir: run, Extend: end > 1, Log: io.Discard})
		if err != nil {
			return f, err
		}
		if m.Step != end*1000 {
			return f, fmt.Errorf("%d steps, want %d", m.Step, end*1000)
		}
		f.steps, f.last = m.Step, m.ExamplesPerSecond
		if end == 2 {
			f.second = f.last
		}
	}
	c, _, _, err := checkpoints.Store{Dir: run}.Latest(func(error) {})
	if err != nil {
		return f, err
	}
	f.count(c.Tensors)
	return f, nil
}

// count counts the values of tensors and those that are subnormal.
func (f *faded) count(tensors map[string]*tensor.Tensor) {
	for name, t := range tensors {
		before := f.subnormal
		for _, x := range t.Data {
			if x != 0 && math.Abs(float64(x)) < 0x1p-126 {
				f.subnormal++
			}
		}
		f.values += t.Len()
		if n := f.subnormal - before; n > 0 {
			f.where = append(f.where, fmt.Sprintf("%s (%d)", name, n))
		}
	}
}
