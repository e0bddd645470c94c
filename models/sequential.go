package models

import (
	"fmt"

	"latentspace/example"
	"latentspace/nn"
)

// Sequential is a [Decoder] whose examples are sequences of tokens, each of which depends on those
// before it:
//
//	p(x|z) = Πₜ p(xₜ | x₁ … xₜ₋₁, z)
//
// The parameters of the likelihood need the example, and one is made token by token: Start gives the
// state before the first, and Next from a token the logits of the one after it.
type Sequential interface {
	Decoder
	// Start returns the state before the first token, values (batch, …) each.
	Start(g *nn.Graph, z nn.Node, given Batch) []nn.Node
	// Next returns the logits (batch, words) of the token that follows a token (batch), and the state
	// after that. The token before the first is −1.
	Next(g *nn.Graph, z, token nn.Node, state []nn.Node, given Batch) (logits nn.Node, next []nn.Node)
}

// TokensOf is the only field of examples, a sequence of tokens.
func TokensOf(s example.Schema) (example.Field, error) {
	if f := s.Fields[0]; len(s.Fields) == 1 && f.Kind == example.Tokens && len(f.Shape) == 1 && !f.Gaps {
		return f, nil
	}
	return example.Field{}, fmt.Errorf("examples of the fields %v, the first of which is %s, want text: one field of tokens", s.Names(), s.Fields[0].Kind)
}
