package discrete

import (
	"math"

	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
)

// codebook is how vectors become words. With a decay γ, which lies between 0 and 1, a word is the
// mean of the vectors that it was nearest to, of which a step forgets a part: with n vectors of sum s
// in the batch,
//
//	N ← γ·N + (1 − γ)·n   e ← e + (1 − γ)·(s − n·e)/N
//
// which is γ·m + (1 − γ)·s over N for m = N·e. The first batch gives all words their first values,
// vectors drawn from it, and a later one gives one of its vectors to each word whose N is below revival
// times the mean of all N. No two words get the same one, unless there are more words than vectors. Where
// vectors are dense they are drawn more often, so that words which are used much are divided.
//
// Without a decay words are parameters, and follow the gradient.
//
// Van den Oord, Vinyals and Kavukcuoglu, 2017, appendix A.1; Dhariwal et al., Jukebox: A Generative Model
// for Music, 2020, section 3, for the words that are replaced.
type codebook struct {
	words, width   int
	decay, revival float64
	// residual is of a codebook whose words leave residuals that others are of. The first batch is
	// spoken with the words that it gives, as only their residuals are those that later batches leave.
	residual bool
}

// spoken is what a codebook makes of vectors.
type spoken struct {
	word       nn.Node // the nearest word to each, in their shape
	index      nn.Node // its number (vectors)
	codebook   nn.Node // |sg(z) − e|² per example, for words that follow the gradient; else the zero Node
	commitment nn.Node // |z − sg(e)|² per example
}

// book is the words (words, width), "words" in the graph's scope.
func (c codebook) book(g *nn.Graph) nn.Node {
	init := nn.Uniform(1 / float32(c.words))
	if c.decay > 0 {
		return g.State("words", init, c.words, c.width)
	}
	return g.Param("words", init, c.words, c.width)
}

// speak is what the codebook makes of vectors z (batch, places·width). It moves the words of a
// codebook with a decay.
func (c codebook) speak(g *nn.Graph, z nn.Node) spoken {
	var s spoken
	book, n := c.book(g), parts.Size(z)/c.width
	var count, first, given nn.Node
	if c.decay > 0 {
		count = c.count(g) // a state in evaluation too
	}
	moves := c.decay > 0 && g.Training && n > 0
	if moves {
		first = below(count.Sum().AddScalar(-1e-20)).Broadcast(c.words)
		given = c.candidates(g, z.Reshape(n, c.width))
		if c.residual {
			book = book.MulCol(first.Neg().AddScalar(1)).Add(given.Stop().MulCol(first))
		}
	}
	s.word, s.index = c.nearestOf(book, z)
	s.commitment = nn.SquaredError(z, s.word.Stop()).Mean()
	if c.decay == 0 {
		s.codebook = nn.SquaredError(z.Stop(), s.word).Mean()
	}
	if moves {
		c.follow(g, z.Reshape(n, c.width), s.index, first, given)
	}
	return s
}

// count is N of the words, "count" in the graph's scope.
func (c codebook) count(g *nn.Graph) nn.Node { return g.State("count", nn.Zeros, c.words) }

// nearest returns the word nearest to each vector of z (batch, places·width), in its shape, and
// their indices (batch·places).
func (c codebook) nearest(g *nn.Graph, z nn.Node) (word, index nn.Node) {
	return c.nearestOf(c.book(g), z)
}

// nearestOf is nearest of the words of a book.
func (c codebook) nearestOf(book, z nn.Node) (word, index nn.Node) {
	v := z.Reshape(parts.Size(z)/c.width, c.width)
	index = v.MatMulT(book).Scale(-2).AddRow(book.Square().SumCols()).ArgMin() // |v|² is the same for all
	return book.Gather(index).Reshape(z.Shape()...), index
}

// follow moves the words, and "count", N, towards vectors v of the words of an index. given are vectors for
// words that are not used, and in the first batch, where first is 1, for all.
func (c codebook) follow(g *nn.Graph, v, index, first, given nn.Node) {
	book, count := c.book(g), c.count(g)
	used := v.Slice(1, 0, 1).Like(1).ScatterAdd(index, c.words).Reshape(c.words)
	sum := v.ScatterAdd(index, c.words)
	moved := count.Scale(c.decay).Add(used.Scale(1 - c.decay))
	part := moved.Max(moved.Like(1e-20)).Reciprocal().Scale(1 - c.decay) // of a count of zero there is nothing to add
	words := book.Add(sum.Sub(book.MulCol(used)).MulCol(part))

	even := float64(v.Shape()[0]) / float64(c.words)
	dead := below(moved.AddScalar(-c.revival * even)).Max(first)
	alive := dead.Neg().AddScalar(1)
	g.SetState("words", words.MulCol(alive).Add(given.MulCol(dead)))
	g.SetState("count", moved.Mul(alive).Add(dead.Scale(even)))
}

// below is 1 where x is below 0, and else 0.
func below(x nn.Node) nn.Node { return x.Sign().Neg().Clamp(0, 1) }

// candidates are vectors that words can become, (words, width): some of v, in an order that is new at
// every step.
func (c codebook) candidates(g *nn.Graph, v nn.Node) nn.Node {
	n := v.Shape()[0]
	at := make([]float32, c.words)
	for i := range at {
		at[i] = float32(i % n)
	}
	return v.Gather(g.Permutation("candidates", n).Gather(g.Constant(at, c.words)))
}

// wordsLoss is a loss of a squared error and of what a codebook made of the vectors, with terms.
func wordsLoss(rec nn.Node, s spoken, commitment float64, terms []models.Term) models.Loss {
	total := rec
	if (s.codebook != nn.Node{}) {
		total = total.Add(s.codebook)
	}
	return models.Loss{Total: total.Add(s.commitment.Scale(commitment)), Terms: append([]models.Term{{Name: "squared_error", Value: rec}, {Name: "commitment", Value: s.commitment}}, terms...)}
}

// check reports a decay and a revival that cannot be meant.
func (c codebook) check(report func(key, format string, args ...any)) {
	if !(c.decay >= 0 && c.decay < 1) {
		report("decay", "%v, want what a step keeps of the averages that words are, in [0, 1), 0 for words that follow the gradient", c.decay)
	}
	switch {
	case !(c.revival >= 0) || math.IsInf(c.revival, 0) || c.revival >= 1:
		report("revival", "%v, want a share of the mean use, in [0, 1), below which a word is replaced, 0 for never", c.revival)
	case c.revival > 0 && c.decay == 0:
		report("revival", "%v, and decay is 0: words that follow the gradient are not replaced, want a decay such as 0.99, or revival: 0", c.revival)
	}
}
