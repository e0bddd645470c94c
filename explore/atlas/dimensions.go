package atlas

import (
	"context"
	"slices"

	"latentspace/explore"
	"latentspace/metrics"
	"latentspace/tensor"
)

// dimensions finds what each dimension of the codes carries.
func (a *Atlas) dimensions(ctx context.Context) error {
	if a.codes == nil {
		for j := range a.Space.Dim {
			a.Space.Dimensions = append(a.Space.Dimensions, Dimension{Index: j, Deviation: 1})
		}
		a.Space.Order = "index"
		return nil
	}
	dims := explore.Dimensions(a.m, a.codes, a.logvar)
	a.logvar = nil
	measured, err := a.sensitivities(ctx, dims)
	if err != nil {
		return err
	}
	by := ""
	if !measured && dims[0].KL == nil {
		by = "index"
	}
	a.Space.Order = explore.Order(dims, by)
	for _, d := range dims {
		of := Dimension{Index: d.Index, Mean: d.Mean, Deviation: d.Deviation, KL: d.KL}
		if measured {
			of.Sensitivity = &d.Sensitivity
		}
		a.Space.Dimensions = append(a.Space.Dimensions, of)
	}
	return nil
}

// mostMoved is how many codes are decoded to measure sensitivities, and fewestMoved how many for a
// dimension.
const (
	mostMoved   = 16_384
	fewestMoved = 4
)

// sensitivities measures them, unless there are too many dimensions or the examples are texts, whose
// tokens have no differences.
func (a *Atlas) sensitivities(ctx context.Context, dims []explore.Dimension) (bool, error) {
	around := min(mostMoved/(2*len(dims)), a.codes.Shape[0])
	if a.o.Like != nil {
		around = min(around, fewestMoved)
	}
	if !a.m.CanDecode() || a.Space.View == text || around < fewestMoved {
		return false, nil
	}
	if err := (explore.Options{Seed: a.o.Seed}).Sensitivities(ctx, a.m, spread(a.codes, around), dims); err != nil {
		return false, err
	}
	return true, nil
}

// spread is n rows of a matrix, evenly over all.
func spread(z *tensor.Tensor, n int) *tensor.Tensor {
	d := z.Shape[1]
	out := tensor.New(n, d)
	for i := range n {
		k := i * z.Shape[0] / n
		copy(out.Data[i*d:(i+1)*d], z.Data[k*d:(k+1)*d])
	}
	return out
}

const (
	nearestCodes = 5    // which neighbour tells how near codes are
	mostAsked    = 2000 // codes of which neighbours are sought
	fewAsked     = 500  // the same in training
	hundredths   = 100
)

// density finds how far codes are from their neighbours.
func (a *Atlas) density(ctx context.Context) error {
	if a.codes == nil {
		return nil
	}
	if a.Space.N < 2 {
		a.lacks("One point has no neighbours.", "nearest")
		return nil
	}
	k := min(nearestCodes, a.Space.N-1)
	most := mostAsked
	if a.o.Like != nil {
		most = fewAsked
	}
	asked := spread(a.codes, min(most, a.Space.N))
	near, err := metrics.Nearest(ctx, asked, a.codes, k+1, false)
	if err != nil {
		return err
	}
	distances := make([]float64, asked.Shape[0])
	for i := range distances {
		distances[i] = near.Distances[i*near.K+k] // the first is the code itself, or one equal to it
	}
	slices.Sort(distances)
	quantiles := make([]float64, hundredths+1)
	for q := range quantiles {
		quantiles[q] = distances[q*(len(distances)-1)/hundredths]
	}
	a.Space.Nearest = &Nearest{K: k, Quantiles: quantiles}
	return nil
}
