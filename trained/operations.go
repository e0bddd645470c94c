package trained

import (
	"fmt"

	"latentspace/models"
	"latentspace/nn"
)

// DecoderOperations is what [Model.Decode] computes of one code, for exporters. Their inputs are
// those of package models, [models.InputName] for the code and [models.AboutName] for what is known.
//
// A model that writes token by token has Start and Step in place of Decode. Start gives the state
// before the first token. Step takes the token before, −1 at first, as input "token", and the state as
// inputs "state0", "state1" and so on. It gives the logits of the next token and then the next state.
type DecoderOperations struct{ Decode, Start, Step []nn.Operation }

// DecoderOperations are those of this model.
func (m *Model) DecoderOperations() (all DecoderOperations, err error) {
	d, ok := m.Net.(models.Decoder)
	if !ok {
		return all, m.Lacks("decoder")
	}
	if s, ok := d.(models.Sequential); ok {
		if all.Start, err = m.operations(start(s)); err == nil {
			all.Step, err = m.operations(step(s, 1))
		}
		return all, err
	}
	all.Decode, err = m.operations(meanOf(d))
	return all, err
}

// operations are those of a mapping of one code.
func (m *Model) operations(f mapped) ([]nn.Operation, error) {
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	m.maps.mu.Lock()
	defer m.maps.mu.Unlock()
	g, y := m.graph(1, []int{dim}, f)
	all, err := nn.Operations(g, y...)
	if err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	return all, nil
}
