package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/autoencoders"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/rates"
	"latentspace/models/variational"
	"latentspace/trained"
	"latentspace/training"
)

// plain is a small data set in memory. It is a source, too: its own three splits.
type plain struct {
	shape  []int
	x      [][]float32
	splits *data.Splits
}

func (p *plain) Len() int               { return len(p.x) }
func (p *plain) Schema() example.Schema { return example.FromShape(p.shape) }

func (p *plain) Read(i int, dst []float32) error {
	copy(dst, p.x[i])
	return nil
}

// Open implements [data.Source].
func (p *plain) Open(context.Context) (*data.Splits, error) { return p.splits, nil }

// described is a plain set of which more is known; some classes may have no example.
type described struct {
	*plain
	about  example.Schema
	values [][]float32
}

func (d described) About() example.Schema { return d.about }

func (d described) ReadAbout(i int, dst []float32) error {
	copy(dst, d.values[i])
	return nil
}

var (
	shapes   = [][]int{{1}, {2}, {7}, {4, 4, 1}, {8, 6, 1}, {8, 8, 3}}
	sizes    = []int{1, 2, 3, 12, 40, 60, 130, 130}
	contents = []string{"zeros", "a constant", "noise", "few examples many times", "one value that varies", "bytes", "huge values", "two clusters"}
	labels   = []string{"no labels", "labels by chance", "an empty class", "one class", "a class for each", "factors by chance", "constant factors", "continuous factors"}
)

// degenerateData returns splits of one content, with labels that have nothing to do with it,
// and what they are, in words.
func degenerateData(r *rand.Rand) (*plain, string) {
	shape := shapes[r.IntN(len(shapes))]
	content, label := contents[r.IntN(len(contents))], labels[r.IntN(len(labels))]
	constant := float32(r.NormFloat64())
	few := make([][]float32, 3)
	width := 1
	for _, d := range shape {
		width *= d
	}
	for i := range few {
		for range width {
			few[i] = append(few[i], r.Float32())
		}
	}
	one := func() []float32 {
		x := make([]float32, width)
		switch content {
		case "a constant":
			for k := range x {
				x[k] = constant
			}
		case "noise":
			for k := range x {
				x[k] = r.Float32()
			}
		case "few examples many times":
			copy(x, few[r.IntN(len(few))])
		case "one value that varies":
			x[width/2] = r.Float32()
		case "bytes":
			for k := range x {
				x[k] = float32(r.IntN(256))
			}
		case "huge values":
			for k := range x {
				x[k] = 1e30 * float32(r.NormFloat64())
			}
		case "two clusters":
			at := float32(r.IntN(2))
			for k := range x {
				x[k] = at + float32(0.01*float32(r.NormFloat64()))
			}
		}
		return x
	}
	counts := [3]int{sizes[r.IntN(len(sizes))], r.IntN(3), sizes[r.IntN(len(sizes))]}
	var sets [3]data.Dataset
	var first *plain
	for k, n := range counts {
		p := &plain{shape: shape}
		for range n {
			p.x = append(p.x, one())
		}
		if k == 0 {
			first = p
		}
		sets[k] = marked(p, label, r)
	}
	first.splits = &data.Splits{Train: sets[0], Valid: sets[1], Test: sets[2], SHA256: fmt.Sprintf("%064x", r.Uint64())}
	return first, fmt.Sprintf("%s of shape %v, %s, %v examples", content, shape, label, counts)
}

// marked gives a set classes or factors.
func marked(p *plain, label string, r *rand.Rand) data.Dataset {
	if label == "no labels" {
		return p
	}
	names := []string{"a", "b", "c", "d"}
	if label == "a class for each" {
		names = nil
		for i := range sizes[len(sizes)-1] {
			names = append(names, fmt.Sprint(i))
		}
	}
	d := described{plain: p, about: example.Of(example.Class(names))}
	if strings.Contains(label, "factors") {
		one := example.Field{Name: "one", Kind: example.Ordinal, Words: names[:3], View: example.Cell}
		two := example.Field{Name: "two", Kind: example.Ordinal, Words: names, View: example.Cell}
		if label == "continuous factors" {
			one.Kind, one.Words, two.Kind, two.Words = example.Real, nil, example.Real, nil
		}
		d.about = example.Schema{Fields: []example.Field{one, two}}
	}
	for i := range p.x {
		values := make([]float32, d.about.Width())
		switch label {
		case "labels by chance":
			values[0] = float32(r.IntN(4))
		case "an empty class":
			values[0] = []float32{0, 1, 3}[r.IntN(3)]
		case "a class for each":
			values[0] = float32(i)
		case "factors by chance":
			values[0], values[1] = float32(r.IntN(3)), float32(r.IntN(4))
		case "continuous factors":
			values[0], values[1] = float32(r.NormFloat64()), r.Float32()
		}
		d.values = append(d.values, values)
	}
	return d
}

// injuries are what a model may have suffered. Each takes weights by name.
var injuries = map[string]func(name string, w []float32, r *rand.Rand){
	"first weights": func(string, []float32, *rand.Rand) {},
	"zeros":         func(_ string, w []float32, _ *rand.Rand) { clear(w) },
	"one NaN":       func(_ string, w []float32, r *rand.Rand) { w[r.IntN(len(w))] = float32(math.NaN()) },
	"one infinity":  func(_ string, w []float32, r *rand.Rand) { w[r.IntN(len(w))] = float32(math.Inf(1 - 2*r.IntN(2))) },
	"a dead encoder": func(name string, w []float32, _ *rand.Rand) {
		if strings.HasPrefix(name, "encoder.layer1") || strings.HasPrefix(name, "pca.components") {
			clear(w)
		}
	},
	"a dead decoder": func(name string, w []float32, _ *rand.Rand) {
		if strings.HasPrefix(name, "decoder.layer1") || strings.HasPrefix(name, "generator.layer1") {
			clear(w)
		}
	},
	"dead units": func(name string, w []float32, r *rand.Rand) {
		if strings.HasSuffix(name, "weight") {
			for i := range w {
				if r.IntN(3) > 0 {
					w[i] = 0
				}
			}
		}
	},
	"large weights": func(_ string, w []float32, _ *rand.Rand) { scale(w, 1e4) },
	"huge weights":  func(_ string, w []float32, _ *rand.Rand) { scale(w, 1e18) },
	"tiny weights":  func(_ string, w []float32, _ *rand.Rand) { scale(w, 1e-30) },
	"moments that are none": func(name string, w []float32, r *rand.Rand) {
		if strings.HasPrefix(name, "code.") || strings.Contains(name, "running_") || strings.HasPrefix(name, "pca.variance") {
			for i := range w {
				w[i] = float32(r.NormFloat64())
			}
		}
	},
}

func scale(w []float32, by float32) {
	for i := range w {
		w[i] *= by
	}
}

// degenerateModel returns a model for data, injured, with the experiment that it is of, and
// what it is, in words.
func degenerateModel(p *plain, r *rand.Rand) (*training.Trained, string, error) {
	encoder := func() networks.Network {
		norm := []string{"none", "none", "batch", "layer"}[r.IntN(4)]
		if len(p.shape) == 3 && r.IntN(3) == 0 {
			return networks.Conv{Channels: []int{2}, Activation: "relu", Norm: norm, Init: "he", Down: "stride", Up: "nearest"}
		}
		return networks.MLP{Hidden: []int{1 + r.IntN(6)}, Activation: "relu", Norm: norm, Init: "he"}
	}
	latent := 1 + r.IntN(4)
	var net models.Model
	kind := []string{"ae", "ae", "vae", "vae", "gan", "pca"}[r.IntN(6)]
	switch kind {
	case "ae":
		net = autoencoders.AE{Latent: latent, Encoder: encoder(), Loss: []string{"squared_error", "cross_entropy"}[r.IntN(2)]}
	case "vae":
		net = variational.VAE{Latent: latent, Encoder: encoder(), Likelihood: []likelihoods.Likelihood{likelihoods.Gaussian{Sigma: likelihoods.Learned}, likelihoods.Auto{}}[r.IntN(2)], Rate: rates.Default}
	case "gan":
		net = gan(latent, encoder(), encoder())
	case "pca":
		width := 1
		for _, d := range p.shape {
			width *= d
		}
		net = autoencoders.PCA{Latent: min(latent, width), Whiten: r.IntN(2) == 0}
	}
	m, err := trained.New(net, kind, models.Data{Schema: p.Schema()}, r.Uint64())
	if err != nil {
		return nil, "", err
	}
	names := make([]string, 0, len(injuries))
	for name := range injuries {
		names = append(names, name)
	}
	slices.Sort(names)
	injury := names[r.IntN(len(names))]
	weights := m.Weights()
	var of []string
	for name := range weights {
		of = append(of, name)
	}
	slices.Sort(of)
	for _, name := range of {
		injuries[injury](name, weights[name].Data, r)
	}
	c := experiments.Config{Name: "degenerate", Seed: r.Uint64(), Data: p, Model: net}
	return &training.Trained{Model: m, Config: c, Step: r.IntN(3)}, fmt.Sprintf("%s of %d dimensions, %s", kind, latent, injury), nil
}

// gan is a generative adversarial network with other defaults as they are.
func gan(latent int, generator, discriminator networks.Network) adversarial.GAN {
	m := adversarial.DefaultGAN
	m.Latent, m.Generator, m.Discriminator = latent, generator, discriminator
	return m
}
