package models

import (
	"latentspace/latent"
	"latentspace/nn"
	"latentspace/tensor"
)

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
	usage := g.Moving("usage", nn.Moving{Rate: codeRate, Positive: true}, places, words)
	if g.Training {
		now := used.Reshape(batch, places*words).SumRows().Scale(1/float64(batch)).Reshape(places, words)
		g.SetState("usage", usage.Scale(1-codeRate).Add(now.Scale(codeRate)))
	}
	share := used.SumRows().Scale(1 / float64(size))
	return share.Mul(share.AddScalar(1e-10).Log()).Sum().Neg().Exp()
}

// wordPrior draws words with the frequencies that [observeWords] kept in a scope, and gives the
// vectors (words, width) that they stand for.
func wordPrior(p *nn.Params, scope, book string) (latent.Prior, error) {
	return latent.NewWords(p.Get(scope+".usage"), p.Get(book))
}
