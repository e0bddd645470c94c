package models

import (
	"latentspace/example"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/tensor"
)

// Output is what a decoder gives each code of a batch: the parameters of a likelihood p(x|z),
// or an example.
//
// The fields are independent given z. One with gaps has a probability of being known besides, a
// logit that follows its parameters, and its values count where it is known:
//
//	−ln p(x|z) = Σ over fields: −ln p(known|z) − known·ln p(values|z)
type Output struct {
	Likelihood likelihoods.Likelihood // nil of a decoder that gives examples
	Params     nn.Node                // (batch, …), what the decoder's network gives

	g        *nn.Graph // around the scope "loss" of the likelihood's own parameters
	schema   example.Schema
	complete bool // see Complete

	// sequence is −ln p(x|z) of each example x, of a decoder whose parameters at a step depend on the
	// steps of x before it: see [Sequential]. It is nil of others, and Params is the zero Node then.
	sequence func(x nn.Node) nn.Node
}

// Exactly returns the output of a decoder that gives examples x (batch, shape…).
func Exactly(g *nn.Graph, x nn.Node) Output { return Output{Params: x, g: g} }

// Decoded returns the output of a decoder, a network in the scope "decoder" that maps z (batch,
// …) to the parameters of a likelihood of each field of the batch's examples. The likelihood's
// own parameters are in the scope "loss".
func Decoded(g *nn.Graph, network networks.Network, z nn.Node, b Batch, l likelihoods.Likelihood) Output {
	o := Output{Likelihood: l, g: g, schema: b.Schema}
	for _, f := range b.Schema.Fields {
		if err := likelihoods.Check(l, f); err != nil {
			o.Params = g.Failf("%w", err)
			return o
		}
	}
	o.Params = network.Map(g.In("decoder"), z, o.shape())
	return o
}

// Sequenced returns the output of a decoder of the batch's examples whose parameters at a step depend
// on the steps before it, by −ln p(x|z) of each example x (batch): see [Sequential].
func Sequenced(g *nn.Graph, b Batch, l likelihoods.Likelihood, nll func(x nn.Node) nn.Node) Output {
	return Output{Likelihood: l, g: g, schema: b.Schema, sequence: nll}
}

// Complete is the output given that every field is known.
func (o Output) Complete() Output {
	o.complete = true
	return o
}

// whole reports whether an example is one field without gaps, whose shape its batch has.
func (o Output) whole() bool { return len(o.schema.Fields) == 1 && !o.schema.Fields[0].Gaps }

// shape is that of the parameters of one example.
func (o Output) shape() []int {
	if o.whole() {
		return o.Likelihood.Params(atLeastVector(o.schema.Fields[0]))
	}
	size := 0
	for _, f := range o.schema.Fields {
		size += tensor.Size(o.Likelihood.Params(atLeastVector(f)))
		if f.Gaps {
			size++
		}
	}
	return []int{size}
}

// atLeastVector is a field whose shape has an axis: one value is a vector of one.
func atLeastVector(f example.Field) example.Field {
	if len(f.Shape) == 0 {
		f.Shape = []int{1}
	}
	return f
}

// output is the part of an [Output] that is of one field.
type output struct {
	g     *nn.Graph
	f     example.Field
	at    int     // where its values begin in a row
	y     nn.Node // parameters of the likelihood
	known nn.Node // logit (batch) of the field being known; the zero Node without gaps
}

// each calls use for every field with its part of the parameters.
func (o Output) each(use func(p output)) {
	g := o.g.In("loss")
	if o.whole() {
		use(output{g: g, f: atLeastVector(o.schema.Fields[0]), y: o.Params})
		return
	}
	param, at := 0, 0
	for _, f := range o.schema.Fields {
		in := g.In(f.Name)
		p := output{g: in, f: atLeastVector(f), at: at}
		shape := o.Likelihood.Params(p.f)
		p.y = nn.Reshape{Shape: shape}.Forward(in, o.Params.Slice(1, param, param+tensor.Size(shape)))
		param += tensor.Size(shape)
		if f.Gaps {
			p.known = o.Params.Slice(1, param, param+1)
			param++
		}
		use(p)
		at += f.Width()
	}
}

// nll is −ln p of the field's part of examples x (batch, width).
func (o Output) nll(p output, x nn.Node) nn.Node {
	values := x
	if !o.whole() {
		values = nn.Reshape{Shape: p.f.Shape}.Forward(p.g, x.Slice(1, p.at, p.at+p.f.Size()))
	}
	if !p.f.Gaps {
		return o.Likelihood.NLL(p.g, p.y, values, p.f)
	}
	known := x.Slice(1, p.at+p.f.Size(), p.at+p.f.Width())
	of := known.SumCols()
	var nll nn.Node
	if l, ok := likelihoods.For(o.Likelihood, p.f).(likelihoods.Partial); ok {
		nll = l.KnownNLL(p.g, p.y, values, of, p.f)
	} else {
		nll = o.Likelihood.NLL(p.g, p.y, values, p.f)
	}
	return nll.Mul(of).Add(nn.BernoulliNLL(p.known, known))
}

// NLL returns −ln p(x|z) of each example (batch), in nats, summed over its values and with every
// constant, for x (batch, shape…).
func (o Output) NLL(x nn.Node) nn.Node {
	if o.Likelihood == nil {
		return o.g.Failf("a decoder that gives examples has no likelihood")
	}
	if o.sequence != nil {
		return o.sequence(x)
	}
	var nll nn.Node
	o.each(func(p output) {
		n := o.nll(p, x)
		if (nll != nn.Node{}) {
			n = nll.Add(n)
		}
		nll = n
	})
	return nll
}

// FieldNLLs returns −ln p(x|z) of each field of each example (batch, fields), in nats: [Output.NLL]
// is their sum.
func (o Output) FieldNLLs(x nn.Node) nn.Node {
	if o.Likelihood == nil {
		return o.g.Failf("a decoder that gives examples has no likelihood")
	}
	if o.sequence != nil {
		nll := o.sequence(x)
		return nll.Reshape(nll.Shape()[0], 1)
	}
	var all []nn.Node
	o.each(func(p output) {
		nll := o.nll(p, x)
		all = append(all, nll.Reshape(nll.Shape()[0], 1))
	})
	if len(all) == 1 {
		return all[0]
	}
	return nn.Concat(1, all...)
}

// Mean returns the examples (batch, shape…): of a distribution its mean. A field with gaps is known
// where that is the more probable.
func (o Output) Mean() nn.Node {
	return o.examples(
		func(p output) nn.Node { return o.Likelihood.Mean(p.g, p.y, p.f) },
		func(p output) nn.Node { return likelihoods.Bernoulli{}.Mean(p.g, p.known, p.f).Round() })
}

// Draw returns draws from p(x|z) (batch, shape…); of a decoder that gives examples, those.
func (o Output) Draw() nn.Node {
	return o.examples(
		func(p output) nn.Node { return o.Likelihood.Draw(p.g, p.y, p.f) },
		func(p output) nn.Node { return likelihoods.Bernoulli{}.Draw(p.g.In("known"), p.known, p.f) })
}

// examples joins what make gives for each field, and of one with gaps whether it is known.
func (o Output) examples(make, known func(p output) nn.Node) nn.Node {
	if o.Likelihood == nil {
		return o.Params
	}
	if o.sequence != nil {
		return o.g.Failf("examples of a sequential decoder are made a token at a time, not at once")
	}
	var all []nn.Node
	o.each(func(p output) {
		x := make(p)
		if !o.whole() {
			x = nn.Flatten{}.Forward(p.g, x)
		}
		if p.f.Gaps && o.complete {
			all = append(all, x, p.known.Like(1))
			return
		}
		if p.f.Gaps {
			there := known(p)
			all = append(all, x.MulCol(there.SumCols()), there)
			return
		}
		all = append(all, x)
	})
	if len(all) == 1 {
		return all[0]
	}
	return nn.Concat(1, all...)
}
