package trained

import (
	"context"
	"fmt"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Generate returns the examples (n, shape…) of codes z (n, dim) as draws from the model are shown:
// the mean of p(x|z), of a row of a table a draw from p(x|z), since no word is the mean of words, and
// of a sequence one that is drawn token by token. About is as in [Model.Decode]. The codes are those
// from first on of all that are drawn, where first is a multiple of 64; example i is a function of the
// code, the seed and its place.
func (m *Model) Generate(ctx context.Context, z, about *tensor.Tensor, first int, seed uint64) (*tensor.Tensor, error) {
	if s, ok := m.Net.(models.Sequential); ok {
		if _, err := m.Dim(); err != nil {
			return nil, err
		}
		return m.write(ctx, s, z, about, Decoding{Temperature: 1}, seed, first)
	}
	if !m.Schema.IsTable() {
		return m.Decode(ctx, z, about)
	}
	return m.decodeDrawn(ctx, drawing, z, about, drawn{seed, first}, models.Output.Draw)
}

// decodeDrawn maps codes to what show makes of the decoder's output.
func (m *Model) decodeDrawn(ctx context.Context, what mapping, z, about *tensor.Tensor, noise drawn, show func(models.Output) nn.Node) (*tensor.Tensor, error) {
	d, ok := m.Net.(models.Decoder)
	if !ok {
		return nil, m.Lacks("decoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	if noise.first%mapBatch != 0 {
		return nil, fmt.Errorf("trained: examples from number %d on, want a multiple of %d", noise.first, mapBatch)
	}
	y, err := m.applyDrawn(ctx, what, Examples{z, about}, []int{dim}, m.Shape, 1, &noise, func(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
		return []nn.Node{show(d.Decode(g, z, given))}
	})
	if err != nil {
		return nil, err
	}
	return y[0], nil
}

// FieldNLLs returns −ln p(x|z) in nats of each field (n, fields) of examples under codes z (n,
// dim): the values of a field where it is known, and whether it is known.
func (m *Model) FieldNLLs(ctx context.Context, z *tensor.Tensor, x Examples) (*tensor.Tensor, error) {
	d, ok := m.Net.(models.Decoder)
	if !ok || m.likelihood == "" {
		return nil, m.Lacks("likelihood")
	}
	if err := m.fits(x, m.Shape); err != nil {
		return nil, err
	}
	n, dim, width := x.Len(), m.dim, tensor.Size(m.Shape)
	if len(z.Shape) != 2 || z.Shape[0] != n || z.Shape[1] != dim {
		return nil, fmt.Errorf("trained: codes of shape %v for %d examples, want (%d, %d)", z.Shape, n, n, dim)
	}
	both := tensor.New(n, dim+width) // a row has a code and its example
	for i := range n {
		row := both.Data[i*(dim+width) : (i+1)*(dim+width)]
		copy(row, z.Data[i*dim:(i+1)*dim])
		copy(row[dim:], x.X.Data[i*width:(i+1)*width])
	}
	fields := len(m.Schema.Fields)
	y, err := m.apply(ctx, fieldwise, Examples{both, x.About}, []int{dim + width}, []int{fields}, 1, func(g *nn.Graph, in nn.Node, given models.Batch) []nn.Node {
		values := in.Slice(1, dim, dim+width).Reshape(append([]int{given.N}, m.Shape...)...)
		return []nn.Node{d.Decode(g, in.Slice(1, 0, dim), given).FieldNLLs(values)}
	})
	if err != nil {
		return nil, err
	}
	return y[0], nil
}
