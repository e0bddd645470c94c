package trained

import (
	"context"
	"fmt"
	"strings"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// EachLayer calls f with what a layer gives for the examples of a data set, (batch, size) from first on,
// in order, as [Model.EachCode] does with their codes. The layer is the scope of its parameters, such
// as encoder.layer1, and what it gives is that after its normalisation and activation; one of the
// decoder gives it for the codes of the examples, of a distribution its mean.
func (m *Model) EachLayer(ctx context.Context, layer string, ds example.Set, f func(first int, z *tensor.Tensor) error) error {
	size, err := m.LayerDim(layer)
	if err != nil {
		return err
	}
	what := m.maps.layer(layer)
	return m.eachRead(ds, ds.Len(), func(first int, x Examples) error {
		y, err := m.apply(ctx, what, x, m.Shape, []int{size}, 1, func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node {
			y, _, _ := m.layer(g, x, b, layer)
			return []nn.Node{y.Reshape(b.N, size)}
		})
		if err != nil {
			return err
		}
		return f(first, y[0])
	})
}

// LayerDim is how many values a layer gives for an example. One that there is not is an error that
// names those that there are.
func (m *Model) LayerDim(layer string) (int, error) {
	const n = 3 // no axis of an example is as long by chance only
	if _, ok := m.Net.(models.Encoder); !ok {
		return 0, m.Lacks("encoder")
	}
	m.maps.mu.Lock()
	defer m.maps.mu.Unlock()
	g := nn.NewGraph(m.params, nn.Options{Name: "layer"})
	y, ok, all := m.layer(g, g.Input(models.InputName, append([]int{n}, m.Shape...)...), models.NewBatch(g, m.Told, n, nn.Node{}), layer)
	if err := g.Err(); err != nil {
		return 0, fmt.Errorf("trained: %w", err)
	}
	if !ok {
		return 0, fmt.Errorf("trained: a model of kind %s has no layer %q, want one of %s", m.Kind, layer, strings.Join(all, ", "))
	}
	if s := y.Shape(); s[0] != n {
		return 0, fmt.Errorf("trained: layer %s gives a tensor of shape %v for %d examples, want one whose first axis is the examples", layer, s, n)
	}
	return tensor.Size(y.Shape()) / n, nil
}

// layer builds the graph of codes and, where a decoder makes an example at once, of what it makes of
// them, and returns what a layer gives in it.
func (m *Model) layer(g *nn.Graph, x nn.Node, b models.Batch, layer string) (y nn.Node, ok bool, all []string) {
	z := m.Net.(models.Encoder).Encode(g, b.Of(x)).Mean
	if y, ok, all = g.Layer(layer); ok {
		return y, ok, all
	}
	d, decodes := m.Net.(models.Decoder)
	if _, writes := d.(models.Sequential); decodes && !writes {
		d.Decode(g, z, b).Mean()
		return g.Layer(layer)
	}
	return y, ok, all
}
