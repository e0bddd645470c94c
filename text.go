package latentspace

import (
	"fmt"

	"latentspace/tensor"
)

// Text is an example as text: what its tokens spell up to the end. Values that are no tokens are passed
// over. A model of something else and an example of another length are errors.
func (m *Model) Text(x []float32) (string, error) {
	if !m.of.Schema.IsText() {
		return "", fmt.Errorf("latentspace: an example of a model of shape %v is no text", m.of.Shape)
	}
	if size := tensor.Size(m.of.Shape); len(x) != size {
		return "", fmt.Errorf("latentspace: a text of %d tokens, want %d", len(x), size)
	}
	return m.of.Schema.Fields[0].Spell(x), nil
}
