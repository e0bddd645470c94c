package discrete

import (
	"math"

	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
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

// ofEach are words (batch·n), one example's after another's, as (batch, n).
func ofEach(index nn.Node, b models.Batch) nn.Node {
	n := b.X.Shape()[0] // N, or a multiple of it
	if size := parts.Size(index); size%n == 0 {
		return index.Reshape(n, size/n)
	}
	return index // of an encoder that failed
}

// checkWords reports sizes of a code of words that cannot be meant.
func checkWords(report func(key, format string, args ...any), words, width, places int) {
	parts.CheckBetween(report, "words", words, 2, mostWords)
	parts.CheckBetween(report, "width", width, 1, 1<<16)
	checkPlaces(report, places)
}

func checkPlaces(report func(key, format string, args ...any), places int) {
	parts.CheckBetween(report, "places", places, 1, 1<<16)
}

// mostWords is how many words there may be.
const mostWords = 1 << 16

// observeWords moves the frequencies of words at each place of a code, "usage" (places·depth, words)
// in the graph's scope, towards those of the batch, whose words are index (batch·places·depth): a
// place has as many words as a code is deep, out of a codebook each. It returns terms of the batch:
//
//	perplexity   e to the entropy of the frequencies of words, of several codebooks to its mean
//	words_used   share of the words that are used
//	bits         per example, of a code that goes by the frequencies of words: their entropy in each place
func observeWords(g *nn.Graph, index nn.Node, batch, words, depth int) []models.Term {
	size := parts.Size(index)
	if size == 0 || size%(batch*depth) != 0 {
		return nil // of an encoder that failed
	}
	slots := size / batch
	if slots*words > 1<<24 { // indices are float32
		g.Failf("%d words of a code out of %d, want at most 2²⁴ as their product", slots, words)
		return nil
	}
	first := make([]float32, slots)
	for i := range first {
		first[i] = float32(i * words)
	}
	at := index.Reshape(batch, slots).AddRow(g.Constant(first, slots)).Reshape(size)
	counts := at.Like(1).ScatterAdd(at, slots*words)
	usage := g.Moving("usage", nn.Moving{Rate: parts.CodeRate, Positive: true}, slots, words)
	if g.Training {
		now := counts.Scale(1/float64(batch)).Reshape(slots, words)
		g.SetState("usage", usage.Scale(1-parts.CodeRate).Add(now.Scale(parts.CodeRate)))
	}
	used := counts.Reshape(slots/depth, depth*words).SumRows()
	share := used.Scale(1 / float64(size/depth))
	entropy := share.Mul(share.AddScalar(1e-10).Log()).Sum().Neg() // of all codebooks
	return []models.Term{
		{Name: "perplexity", Value: entropy.Scale(1 / float64(depth)).Exp()},
		{Name: "words_used", Value: used.Sign().Sum().Scale(1 / float64(depth*words))},
		{Name: "bits", Value: entropy.Scale(float64(slots/depth) / math.Ln2)},
	}
}
