package explore

import (
	"context"
	"slices"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/training"
)

// ManifoldSide is the number of pictures in a row and in a column of a manifold.
const ManifoldSide = 20

// checkManifold returns an error if a model has no manifold.
func (o Map) checkManifold(m *training.Trained) error {
	dim, err := m.Dim()
	if err != nil {
		return err
	}
	if !m.CanDecode() {
		return m.Lacks("decoder")
	}
	if dim != 2 {
		return experiments.Usagef("-manifold: a latent space of %d dimensions, want 2", dim)
	}
	if !m.Schema.IsPicture() {
		return experiments.Usagef("-manifold: examples of shape %s are no pictures", tensor.FormatShape(m.Shape))
	}
	return nil
}

// manifold decodes a grid over a plane of codes. If the prior is the standard normal,
// the grid is at its quantiles, evenly spaced in probability,
//
//	z = Φ⁻¹((i + ½)/n)
//
// For another prior it is even over the range of the codes of a part of the data set, without the
// outer hundredth at either end of each axis. z0 rises to the right and z1 upwards, as in a chart.
// It is nil unless codes have two dimensions and examples are pictures.
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, figure 4.
func (o Map) manifold(ctx context.Context, m *training.Trained, ds part) (*tensor.Tensor, error) {
	if o.checkManifold(m) != nil {
		return nil, nil
	}
	axes, err := o.manifoldAxes(ctx, m, ds)
	if err != nil {
		return nil, err
	}
	z := tensor.New(ManifoldSide*ManifoldSide, 2)
	for row := range ManifoldSide {
		for column := range ManifoldSide {
			at := z.Data[2*(row*ManifoldSide+column):]
			at[0], at[1] = axes[0][column], axes[1][ManifoldSide-1-row]
		}
	}
	about, err := o.condition(m, 0, z.Shape[0])
	if err != nil {
		return nil, err
	}
	return m.Decode(ctx, z, about)
}

// manifoldAxes returns the values of z0 and of z1 in the grid.
func (o Map) manifoldAxes(ctx context.Context, m *training.Trained, ds part) (axes [2][]float32, err error) {
	normal := !m.HasEncoder()
	if m.HasPrior() {
		prior, err := m.Prior()
		if err != nil {
			return axes, err
		}
		normal = normal || latent.IsStandard(prior)
	}
	if normal {
		q := normalQuantiles(ManifoldSide)
		return [2][]float32{q, q}, nil
	}
	s, err := o.space(ctx, m, "codes", ds)
	if err != nil {
		return axes, err
	}
	codes, err := s.all(ctx)
	if err != nil {
		return axes, err
	}
	for d := range axes {
		axes[d] = overRange(codes, d, ManifoldSide)
	}
	return axes, nil
}

// normalQuantiles returns n quantiles of the standard normal distribution that are
// evenly spaced in probability.
func normalQuantiles(n int) []float32 {
	q := make([]float32, n)
	for i := range q {
		q[i] = float32(elementary.NormalQuantile((float64(i) + 0.5) / float64(n)))
	}
	return q
}

// overRange returns n values, evenly, over the range of a column of codes (m, 2), save the
// hundredth part of them at either end.
func overRange(codes *tensor.Tensor, column, n int) []float32 {
	var values []float32
	for i := column; i < codes.Len(); i += 2 {
		values = append(values, codes.Data[i])
	}
	slices.Sort(values)
	skip := len(values) / 100
	lo, hi := float64(values[skip]), float64(values[len(values)-1-skip])
	q := make([]float32, n)
	for i := range q {
		q[i] = float32(lo + float64((hi-lo)*(float64(i)/float64(n-1))))
	}
	return q
}
