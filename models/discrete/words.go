package discrete

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/tensor"
)

// encodeVectors are the vectors that an encoder in the scope "encoder" gives examples, one after
// another (batch, places·width): places of them, or of a convolutional one as many as its smallest
// map has.
func encodeVectors(g *nn.Graph, network networks.Network, b models.Batch, places, width int) nn.Node {
	x := network.Map(g.In("encoder"), b.X, networks.Codes(network, b.Shape(), places, width))
	return nn.Flatten{}.Forward(g, x)
}

// decodeVectors is what a decoder in the scope "decoder" makes of such vectors.
func decodeVectors(g *nn.Graph, network networks.Network, z nn.Node, given models.Batch, places, width int) models.Output {
	z = nn.Reshape{Shape: networks.Codes(network, given.Shape(), places, width)}.Forward(g, z)
	return models.Exactly(g, network.Map(g.In("decoder"), z, given.Shape()))
}

// nearestWord returns the word nearest to each vector of z (batch, places·width), in its shape, and
// their indices (batch·places). The words are the parameter "words" (words, width).
func nearestWord(g *nn.Graph, z nn.Node, words, width int) (word, index nn.Node) {
	book := g.Param("words", nn.Uniform(1/float32(words)), words, width)
	v := z.Reshape(parts.Size(z)/width, width)
	index = v.MatMulT(book).Scale(-2).AddRow(book.Square().SumCols()).ArgMin() // |v|² is the same for all
	return book.Gather(index).Reshape(z.Shape()...), index
}

// checkWords reports sizes of a code of words that cannot be meant.
func checkWords(report func(key, format string, args ...any), words, width, places int) {
	parts.CheckBetween(report, "words", words, 2, 1<<16)
	parts.CheckBetween(report, "width", width, 1, 1<<16)
	parts.CheckBetween(report, "places", places, 1, 1<<16)
}

// observeWords moves the frequencies of words at each place of a code, "usage" (places, words) in
// the graph's scope, towards those of the batch, whose words are index (batch·places). It returns
// the perplexity of the batch: e to the entropy of the frequencies of words in it, a scalar.
func observeWords(g *nn.Graph, index nn.Node, batch, words int) nn.Node {
	size := tensor.Size(index.Shape())
	if size == 0 || size%batch != 0 {
		return index // of an encoder that failed
	}
	places := size / batch
	used := index.OneHot(words)
	usage := g.Moving("usage", nn.Moving{Rate: parts.CodeRate, Positive: true}, places, words)
	if g.Training {
		now := used.Reshape(batch, places*words).SumRows().Scale(1/float64(batch)).Reshape(places, words)
		g.SetState("usage", usage.Scale(1-parts.CodeRate).Add(now.Scale(parts.CodeRate)))
	}
	share := used.SumRows().Scale(1 / float64(size))
	return share.Mul(share.AddScalar(1e-10).Log()).Sum().Neg().Exp()
}

// wordPrior draws words with the frequencies that [observeWords] kept in a scope, and gives the
// vectors (words, width) that they stand for.
func wordPrior(p *nn.Params, scope, book string) (latent.Prior, error) {
	return latent.NewWords(p.Get(scope+".usage"), p.Get(book))
}
