package trained

import (
	"context"
	"fmt"
	"math"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// FirstLayer returns the values (n, features) that the first layer of the decoder has for codes, after
// its normalisation and activation: what the second layer takes.
func (m *Model) FirstLayer(ctx context.Context, z, about *tensor.Tensor) (*tensor.Tensor, error) {
	return m.firstLayer(ctx, firstActive, z, about)
}

// FirstMatrix returns the matrix A (dim, features) of the first layer of the decoder, y = z·A + b,
// where b may depend on what is known of an example. A decoder that is not linear up to there is an
// error.
func (m *Model) FirstMatrix(ctx context.Context, about *tensor.Tensor) (*tensor.Tensor, error) {
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	// The rows of z are 0, the unit vectors, and then each of them twice: of a linear map the last
	// are as far as those before, again.
	z := tensor.New(1+2*dim, dim)
	for k := range dim {
		z.Data[(1+k)*dim+k], z.Data[(1+dim+k)*dim+k] = 1, 2
	}
	y, err := m.firstLayer(ctx, firstLinear, z, repeated(about, 1+2*dim))
	if err != nil {
		return nil, err
	}
	f := y.Shape[1]
	a := tensor.New(dim, f)
	largest, off := 0.0, 0.0
	for i := range a.Data {
		k, j := i/f, i%f
		a.Data[i] = y.Data[(1+k)*f+j] - y.Data[j]
		again := float64(y.Data[(1+dim+k)*f+j]) - float64(y.Data[(1+k)*f+j])
		largest, off = max(largest, math.Abs(float64(a.Data[i]))), max(off, math.Abs(again-float64(a.Data[i])))
	}
	if off > 1e-3*largest {
		return nil, fmt.Errorf("trained: the first layer of the decoder of a model of kind %s is not linear in the code: it is off by %.2g of %.2g", m.Kind, off, largest)
	}
	return a, nil
}

func (m *Model) firstLayer(ctx context.Context, what mapping, z, about *tensor.Tensor) (*tensor.Tensor, error) {
	d, ok := m.Net.(models.Decoder)
	if _, writes := d.(models.Sequential); !ok || writes {
		return nil, m.Lacks("decoder that makes an example at once, of which there could be a first layer")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	var failed error
	layer := func(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
		linear, active, err := nn.FirstLayer(z, d.Decode(g, z, given).Mean())
		if err != nil {
			failed = err
			return []nn.Node{z}
		}
		y := active
		if what == firstLinear {
			y = linear
		}
		n := y.Shape()[0]
		return []nn.Node{y.Reshape(n, tensor.Size(y.Shape())/n)}
	}
	g := nn.NewGraph(m.params, nn.Options{Name: "layer"})
	m.maps.mu.Lock()
	shape := layer(g, g.Input(models.InputName, 1, dim), models.NewBatch(g, m.Told, 1, nn.Node{}))[0].Shape()
	m.maps.mu.Unlock()
	if failed != nil {
		return nil, fmt.Errorf("trained: the decoder of a model of kind %s: %w", m.Kind, failed)
	}
	y, err := m.apply(ctx, what, Examples{z, about}, []int{dim}, shape[1:], 1, layer)
	if err != nil {
		return nil, err
	}
	return y[0], nil
}
