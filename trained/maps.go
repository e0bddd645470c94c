package trained

import (
	"context"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Decode returns the examples (n, shape…) of codes (n, dim), of a distribution its mean, of a
// sequence the likeliest token at each step. Of a
// model with conditions, about (n, width) has what is known of them, as [Model.Conditions] or
// [Model.Read] has it; of others it is nil.
func (m *Model) Decode(ctx context.Context, z, about *tensor.Tensor) (*tensor.Tensor, error) {
	d, ok := m.Net.(models.Decoder)
	if !ok {
		return nil, m.Lacks("decoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	if s, ok := d.(models.Sequential); ok {
		return m.write(ctx, s, z, about, Decoding{}, 0, 0)
	}
	y, err := m.apply(ctx, decoding, Examples{z, about}, []int{dim}, m.Shape, 1, meanOf(d))
	if err != nil {
		return nil, err
	}
	return y[0], nil
}

// meanOf is the mean of what a decoder gives.
func meanOf(d models.Decoder) mapped {
	return func(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
		return []nn.Node{d.Decode(g, z, given).Mean()}
	}
}

// Encode returns the codes (n, dim) of examples: of a distribution, its mean. A model that
// [Model.Inverting] made finds them by descent.
func (m *Model) Encode(ctx context.Context, x Examples) (*tensor.Tensor, error) {
	z, err := m.encode(ctx, encoding, x, 1)
	if err != nil {
		return nil, err
	}
	return z[0], nil
}

// Posterior returns the means and the log-variances (n, dim) of the codes of examples.
func (m *Model) Posterior(ctx context.Context, x Examples) (mu, logvar *tensor.Tensor, err error) {
	if !m.posterior {
		return nil, nil, m.Lacks("posterior: its codes are points")
	}
	z, err := m.encode(ctx, posterior, x, 2)
	if err != nil {
		return nil, nil, err
	}
	return z[0], z[1], nil
}

// encode returns the means and, of two outputs, the log-variances of codes.
func (m *Model) encode(ctx context.Context, what mapping, x Examples, outputs int) ([]*tensor.Tensor, error) {
	if m.inversion != nil {
		z, err := m.invert(ctx, x)
		return []*tensor.Tensor{z}, err
	}
	e, ok := m.Net.(models.Encoder)
	if !ok {
		return nil, m.Lacks("encoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	return m.apply(ctx, what, x, m.Shape, []int{dim}, outputs, func(g *nn.Graph, x nn.Node, b models.Batch) []nn.Node {
		code := e.Encode(g, b.Of(x))
		return []nn.Node{code.Mean, code.LogVar}[:outputs]
	})
}

// Reconstruct decodes the codes of examples.
func (m *Model) Reconstruct(ctx context.Context, x Examples) (*tensor.Tensor, error) {
	z, err := m.Encode(ctx, x)
	if err != nil {
		return nil, err
	}
	return m.Decode(ctx, z, x.About)
}
