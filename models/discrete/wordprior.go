package discrete

import (
	"math"
	"slices"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/models/priors"
	"latentspace/models/sequences"
	"latentspace/nn"
)

// WordPrior is a distribution of codes of words w, which a network in the scope "prior" gives one
// after another, row by row of a map,
//
//	p(w) = Πₜ p(wₜ | w₁ … wₜ₋₁)
//
// It is given the vector of the word before and one of the place. It is trained in a phase of its own,
// over the words of an encoder that is trained no more, and minimises −ln p(w) in nats per example;
// "bits" is the same in bits. Without a network there is no such phase, and words are drawn by their
// frequencies at each place, as they are before the first step of the phase.
//
// Van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, ICML 2016, equation 1;
// van den Oord, Vinyals and Kavukcuoglu, 2017, section 3.3.
type WordPrior struct {
	Network   sequences.Writer `yaml:"network"`   // network of a word from those before; frequencies at each place if absent
	Embedding int              `yaml:"embedding"` // width of the vectors of a word and of a place
	From      float64          `yaml:"from"`      // epoch from which on it is trained, and all else no more
}

// DefaultWordPrior has the defaults.
var DefaultWordPrior = WordPrior{Embedding: 64, From: 10}

func (w WordPrior) check(report func(key, format string, args ...any)) {
	parts.CheckBetween(report, "prior.embedding", w.Embedding, 1, 1<<16)
	if !(w.From > 0) || math.IsInf(w.From, 0) {
		report("prior.from", "%v, want the epoch at which training of the prior begins and that of all else ends, above 0", w.From)
	}
}

// language is what the codes of a model are made of.
type language struct {
	words, depth int // of a codebook, and codebooks
	// read returns the words of a batch's examples (batch, places·depth).
	read func(g *nn.Graph, b models.Batch) nn.Node
	// spell returns the codes (n, …) of words (n, places·depth).
	spell func(g *nn.Graph, words nn.Node) nn.Node
}

// phases are that of an autoencoder, and that of the prior of its words.
func (w WordPrior) phases(rec models.Phase, l language) []models.Phase {
	if w.Network == nil {
		return []models.Phase{rec}
	}
	rec.Until = w.From
	return []models.Phase{rec, {Name: "prior", Train: []string{"prior"}, From: w.From, FromKey: "prior.from", Loss: func(g *nn.Graph, b models.Batch) models.Loss {
		words := g.Evaluated(func() nn.Node { return l.read(g, b) })
		if len(words.Shape()) != 2 {
			return models.Loss{Total: words} // of an encoder that failed
		}
		nats := w.nll(g.In("prior"), words, l)
		return models.Loss{Total: nats, Terms: []models.Term{{Name: "bits", Value: nats.Scale(1 / math.Ln2)}}}
	}}}
}

// nll is the mean of −ln p(w) over words w (batch, slots), in nats.
func (w WordPrior) nll(g *nn.Graph, words nn.Node, l language) nn.Node {
	batch, slots := words.Shape()[0], words.Shape()[1]
	x := words.T()
	before := w.vectors(g, sequences.Before(words.AddRow(l.offsets(g, slots)).T()), l)
	y := w.Network.Write(g, nn.Concat(2, before, w.places(g, slots).RepeatAxis(1, batch)), one(g, batch))
	if len(y.Shape()) != 3 {
		return y // of a layer that failed
	}
	return w.logits(g, y.Reshape(slots*batch, y.Shape()[2]), l).TokenNLL(x.Reshape(slots * batch)).Sum().Scale(1 / float64(batch))
}

// vectors are those of words, counted through all codebooks.
func (w WordPrior) vectors(g *nn.Graph, words nn.Node, l language) nn.Node {
	return g.Param("vectors", nn.Normal(0.1), l.words*l.depth, w.Embedding).Gather(words)
}

// places are the vectors of places (slots, width).
func (w WordPrior) places(g *nn.Graph, slots int) nn.Node {
	return g.Param("places", nn.Normal(0.1), slots, w.Embedding)
}

// logits are those of each word (n, words).
func (w WordPrior) logits(g *nn.Graph, y nn.Node, l language) nn.Node {
	return nn.Linear{Out: l.words}.Forward(g.In("out"), y)
}

// offsets are the numbers of the first words of the codebooks that the words of a code are of (slots).
func (l language) offsets(g *nn.Graph, slots int) nn.Node {
	first := make([]float32, slots)
	for i := range first {
		first[i] = float32(i % l.depth * l.words)
	}
	return g.Constant(first, slots)
}

// one is what a network is given at every step in place of a code.
func one(g *nn.Graph, n int) nn.Node { return g.Scalar(1).Broadcast(n, 1) }

// trained reports whether there is a network that made a step: it moves the bias from its start, zero.
func (w WordPrior) trained(p *nn.Params) bool {
	return w.Network != nil && slices.ContainsFunc(p.Get("prior.out.bias").Data, func(v float32) bool { return v != 0 })
}

// draws is the distribution of codes of a size, word by word: by the network of parameters, or without one
// that is trained by the frequencies that [observeWords] kept in the scope "code".
func (w WordPrior) draws(p *nn.Params, size int, l language) latent.Prior {
	slots := p.Get("code.usage").Shape[0]
	prior := &priors.Graph{Size: size, Steps: slots, Params: p}
	prior.End = func(g *nn.Graph, state nn.Node) nn.Node { return l.spell(g, state.Slice(1, 0, slots)) }
	// say draws a word at place k by logits (n, words), and puts it among those so far (n, slots).
	say := func(g *nn.Graph, logits, words, k nn.Node) (word, after nn.Node) {
		word = logits.Add(g.Gumbel("word", logits.Shape()...)).ArgMax()
		place := k.Reshape(1).OneHot(slots).Reshape(slots).BroadcastRow(words.Shape()...)
		return word, words.Add(place.MulCol(word))
	}
	none := func(g *nn.Graph, n int) nn.Node { return g.Scalar(0).Broadcast(n, slots) }
	if !w.trained(p) {
		prior.Begin = none
		prior.Step = func(g *nn.Graph, words, k nn.Node) nn.Node {
			usage := g.In("code").State("usage", nn.Zeros, slots, l.words).Gather(k)
			_, after := say(g, usage.AddScalar(1e-10).Log().BroadcastRow(words.Shape()[0], l.words), words, k)
			return after
		}
		return prior
	}
	// Besides the words so far the state has the one before, as the network knows it, and the network's own.
	prior.Begin = func(g *nn.Graph, n int) nn.Node {
		state := []nn.Node{none(g, n), g.Scalar(-1).Broadcast(n, 1)}
		for _, s := range w.Network.Start(g.In("prior"), one(g, n), slots) {
			state = append(state, s.Reshape(n, parts.Size(s)/n))
		}
		return nn.Concat(1, state...)
	}
	prior.Step = func(g *nn.Graph, state, k nn.Node) nn.Node {
		n, in := state.Shape()[0], g.In("prior")
		before := state.Slice(1, slots, slots+1).Reshape(n)
		var own []nn.Node
		at := slots + 1
		for _, s := range w.Network.Start(in, one(g, n), slots) {
			width := parts.Size(s) / n
			own = append(own, state.Slice(1, at, at+width).Reshape(s.Shape()...))
			at += width
		}
		x := nn.Concat(1, w.vectors(in, before, l), w.places(in, slots).Gather(k).BroadcastRow(n, w.Embedding))
		y, next := w.Network.Step(in, x, one(g, n), own)
		word, words := say(g, w.logits(in, y, l), state.Slice(1, 0, slots), k)
		after := []nn.Node{words, word.ShiftBy(l.offsets(g, slots).Gather(k)).Reshape(n, 1)}
		for _, s := range next {
			after = append(after, s.Reshape(n, parts.Size(s)/n))
		}
		return nn.Concat(1, after...)
	}
	return prior
}
