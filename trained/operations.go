package trained

import (
	"fmt"

	"latentspace/models"
	"latentspace/nn"
)

// DecoderOperations is what [Model.Decode] computes of a batch of codes, for exporters. Their inputs are
// those of package models, [models.InputName] for the code and [models.AboutName] for what is known.
//
// A model that writes token by token has Start and Step in place of Decode. Start gives the state
// before the first token. Step takes the token before, −1 at first, as input "token", and the state as
// inputs "state0", "state1" and so on. It gives the logits of the next token and then the next state.
type DecoderOperations struct{ Decode, Start, Step []nn.Operation }

// DecoderOperations are those of this model for a batch.
func (m *Model) DecoderOperations(batch int) (all DecoderOperations, err error) {
	d, ok := m.Net.(models.Decoder)
	if !ok {
		return all, m.Lacks("decoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return all, err
	}
	from := []int{dim}
	if s, ok := d.(models.Sequential); ok {
		if all.Start, err = m.operations(batch, from, start(s)); err == nil {
			all.Step, err = m.operations(batch, from, step(s, batch))
		}
		return all, err
	}
	all.Decode, err = m.operations(batch, from, meanOf(d))
	return all, err
}

// EncoderOperations is what [Model.Encode] computes of a batch of examples: the codes, or of a
// distribution its means and log-variances, as [Model.Posterior] has them.
func (m *Model) EncoderOperations(batch int) ([]nn.Operation, error) {
	e, ok := m.Net.(models.Encoder)
	if !ok {
		return nil, m.Lacks("encoder")
	}
	return m.operations(batch, m.Shape, func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node {
		code := e.Encode(g, b.Of(x))
		if code.IsPoint() {
			return []nn.Node{code.Mean}
		}
		return []nn.Node{code.Mean, code.LogVar}
	})
}

// operations are those of a mapping of a batch.
func (m *Model) operations(batch int, from []int, f mapped) ([]nn.Operation, error) {
	m.maps.mu.Lock()
	defer m.maps.mu.Unlock()
	g, y := m.graph(batch, from, f)
	all, err := nn.Operations(g, y...)
	if err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	return all, nil
}
