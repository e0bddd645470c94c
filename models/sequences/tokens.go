package sequences

import "latentspace/nn"

// Table is the vectors of the tokens of a vocabulary, in the graph's scope:
//
//	y = E[token]
//
//	token (…), indices   E "vectors" (Words+1, Width)   y (…, Width)
//
// The token −1, which stands before the first and after the end of a sequence, is a vector of zeros.
// The last row of E is of a token that was dropped, [Table.Dropped].
type Table struct{ Words, Width int }

// Of is the vectors of tokens.
func (t Table) Of(g *nn.Graph, token nn.Node) nn.Node {
	return g.Param("vectors", nn.Normal(0.1), t.Words+1, t.Width).Gather(token)
}

// Dropped are the tokens with some of them dropped in training, each with a probability. It is noise
// of the graph, and in evaluation none is dropped. Padding stays what it is.
//
// Bowman et al., Generating Sentences from a Continuous Space, CoNLL 2016, section 3.1.1.
func (t Table) Dropped(g *nn.Graph, token nn.Node, probability float64) nn.Node {
	if !g.Training || probability == 0 {
		return token
	}
	drop := g.Bernoulli("dropped", float32(probability), token.Shape()...).Mul(Known(token))
	return token.Add(drop.Mul(token.Neg().AddScalar(float64(t.Words))))
}

// Before are the tokens before each of x (steps, batch): −1 and then all but the last.
func Before(x nn.Node) nn.Node {
	s := x.Shape()
	if len(s) != 2 {
		return x // of a layer that failed
	}
	none := x.Slice(0, 0, 1).Like(-1)
	if s[0] == 1 {
		return none
	}
	return nn.Concat(0, none, x.Slice(0, 0, s[0]-1))
}

// Known is 1 for each token and 0 for the padding −1, in the shape of x.
func Known(x nn.Node) nn.Node { return x.AddScalar(1).Clamp(0, 1) }
