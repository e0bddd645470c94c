package trained

import (
	"context"
	"fmt"
	"slices"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Classifies reports whether the model tells the class of examples: see [models.Classifier].
func (m *Model) Classifies() bool {
	_, ok := m.Net.(models.Classifier)
	return ok
}

// Classify returns the likeliest class of each example as the model tells it, an index into the
// words of the field "class".
func (m *Model) Classify(ctx context.Context, x Examples) ([]int, error) {
	c, ok := m.Net.(models.Classifier)
	if !ok {
		return nil, m.Lacks("classifier")
	}
	f, _, ok := m.Told.About.Lookup("class")
	if !ok || !f.Indexed() {
		return nil, fmt.Errorf("trained: classes of a model of kind %s: the data do not have any", m.Kind)
	}
	logits, err := m.apply(ctx, classifying, x, m.Shape, []int{len(f.Words)}, 1, func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node {
		return []nn.Node{c.Classify(g, b.Of(x))}
	})
	if err != nil {
		return nil, err
	}
	told := make([]int, x.Len())
	for i := range told {
		told[i] = likeliest(rows(logits[0], i, i+1))
	}
	return told, nil
}

// likeliest is the index of the largest value, of several the first, and −1 if
// one is no number.
func likeliest(logits *tensor.Tensor) int {
	return slices.Index(logits.Data, slices.Max(logits.Data))
}
