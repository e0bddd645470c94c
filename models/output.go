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
type Output struct {
	Likelihood likelihoods.Likelihood // nil of a decoder that gives examples
	Params     nn.Node                // (batch, …), what the decoder's network gives

	g      *nn.Graph // around the scope "loss" of the likelihood's own parameters
	schema example.Schema
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

// shape is that of the parameters of one example.
func (o Output) shape() []int {
	if len(o.schema.Fields) == 1 {
		return o.Likelihood.Params(atLeastVector(o.schema.Fields[0]))
	}
	size := 0
	for _, f := range o.schema.Fields {
		size += tensor.Size(o.Likelihood.Params(atLeastVector(f)))
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

// each calls use for every field with its part of the parameters.
func (o Output) each(use func(g *nn.Graph, y nn.Node, f example.Field, at int)) {
	g := o.g.In("loss")
	if len(o.schema.Fields) == 1 {
		use(g, o.Params, atLeastVector(o.schema.Fields[0]), 0)
		return
	}
	param, at := 0, 0
	for _, f := range o.schema.Fields {
		in := atLeastVector(f)
		shape := o.Likelihood.Params(in)
		y := o.Params.Slice(1, param, param+tensor.Size(shape))
		use(g.In(f.Name), nn.Reshape{Shape: shape}.Forward(g, y), in, at)
		param, at = param+tensor.Size(shape), at+f.Size()
	}
}

// NLL returns −ln p(x|z) of each example (batch), in nats, summed over its values and with every
// constant, for x (batch, shape…).
func (o Output) NLL(x nn.Node) nn.Node {
	if o.Likelihood == nil {
		return o.g.Failf("a decoder that gives examples has no likelihood")
	}
	var nll nn.Node
	o.each(func(g *nn.Graph, y nn.Node, f example.Field, at int) {
		of := x
		if len(o.schema.Fields) > 1 {
			of = nn.Reshape{Shape: f.Shape}.Forward(g, x.Slice(1, at, at+f.Size()))
		}
		n := o.Likelihood.NLL(g, y, of, f)
		if (nll != nn.Node{}) {
			n = nll.Add(n)
		}
		nll = n
	})
	return nll
}

// Mean returns the examples (batch, shape…): of a distribution its mean.
func (o Output) Mean() nn.Node {
	return o.examples(func(g *nn.Graph, y nn.Node, f example.Field) nn.Node { return o.Likelihood.Mean(g, y, f) })
}

// Draw returns draws from p(x|z) (batch, shape…); of a decoder that gives examples, those.
func (o Output) Draw() nn.Node {
	return o.examples(func(g *nn.Graph, y nn.Node, f example.Field) nn.Node { return o.Likelihood.Draw(g, y, f) })
}

// examples joins what make gives for each field.
func (o Output) examples(make func(g *nn.Graph, y nn.Node, f example.Field) nn.Node) nn.Node {
	if o.Likelihood == nil {
		return o.Params
	}
	var all []nn.Node
	o.each(func(g *nn.Graph, y nn.Node, f example.Field, _ int) {
		x := make(g, y, f)
		if len(o.schema.Fields) > 1 {
			x = nn.Flatten{}.Forward(g, x)
		}
		all = append(all, x)
	})
	if len(all) == 1 {
		return all[0]
	}
	return nn.Concat(1, all...)
}
