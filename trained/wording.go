package trained

import (
	"context"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Vocabulary is how many words a codebook of the model has and how many codebooks there are: see
// [models.Worded]. ok is false of a model whose codes are no words.
func (m *Model) Vocabulary() (words, codebooks int, ok bool) {
	w, ok := m.Net.(models.Worded)
	if !ok {
		return 0, 0, false
	}
	words, codebooks = w.Vocabulary()
	return words, codebooks, true
}

// Wording returns the words of the first most examples of a data set (m, n), or of all if it has fewer.
// It is an error if there are none.
func (m *Model) Wording(ctx context.Context, ds example.Set, most int) (*tensor.Tensor, error) {
	w, ok := m.Net.(models.Worded)
	if !ok {
		return nil, m.Lacks("codebook")
	}
	n := min(most, ds.Len())
	if n < 1 {
		return nil, noCodes(most, ds)
	}
	g := nn.NewGraph(m.params, nn.Options{Name: "words"})
	shape := w.Wording(g, models.Input(g, m.Told, 1)).Shape()[1:]
	words := tensor.New(append([]int{n}, shape...)...)
	return words, m.eachRead(ds, n, func(first int, x Examples) error {
		y, err := m.apply(ctx, wording, x, m.Shape, shape, 1, func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node {
			return []nn.Node{w.Wording(g, b.Of(x))}
		})
		if err != nil {
			return err
		}
		copy(words.Data[first*tensor.Size(shape):], y[0].Data)
		return nil
	})
}
