package explore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/training"
)

// Dimension is one of the latent space.
type Dimension struct {
	Index     int     `json:"index"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
	// KL is the information of a code in this dimension, averaged over examples, in
	// nats: ½(μ² + σ² − 1 − ln σ²); nil of a prior other than N(0, I), which has no such sum.
	KL *float64 `json:"kl,omitempty"`
	// Sensitivity is the mean squared change of a decoded example, summed over
	// values, when the dimension moves by a deviation, from half below a code to half
	// above it.
	Sensitivity float64 `json:"sensitivity"`
}

// label returns a dimension's name with the value it is ordered by.
func (d Dimension) label(order string) string {
	if order == "kl" {
		return fmt.Sprintf("z%d KL %.2f", d.Index, *d.KL)
	}
	return fmt.Sprintf("z%d Δ² %.3g", d.Index, d.Sensitivity)
}

// Order puts those that carry more first: by kl, sensitivity or index, or by the first of these that
// they have if it is empty. It returns by which.
func Order(dims []Dimension, by string) string {
	if by == "" {
		if by = "sensitivity"; dims[0].KL != nil {
			by = "kl"
		}
	}
	slices.SortStableFunc(dims, func(a, b Dimension) int { return compareDimensions(a, b, by) })
	return by
}

// compareDimensions orders those that carry more first, or by their indices.
func compareDimensions(a, b Dimension, order string) int {
	more := func(x, y float64) int {
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	}
	switch order {
	case "kl":
		return more(*a.KL, *b.KL)
	case "sensitivity":
		return more(a.Sensitivity, b.Sensitivity)
	}
	return a.Index - b.Index
}

// Dimensions are those of codes z (n, dim) of a model, by their indices: the moments, of the aggregate
// posterior if the codes have log-variances, else nil, and then, if the prior is N(0, I), their KL.
func Dimensions(m *training.Trained, z, logvar *tensor.Tensor) []Dimension {
	standard := standard(m)
	n, dim := z.Shape[0], z.Shape[1]
	dims := make([]Dimension, dim)
	for j := range dims {
		var mean, square, within, kl float64
		for i := range n {
			mu := float64(z.Data[i*dim+j])
			mean += mu / float64(n)
			square += float64(mu*mu) / float64(n)
			if logvar != nil {
				lv := float64(logvar.Data[i*dim+j])
				within += elementary.Exp(lv) / float64(n)
				kl += (float64(mu*mu) + elementary.Exp(lv) - 1 - lv) / 2 / float64(n)
			}
		}
		dims[j] = Dimension{Index: j, Mean: mean, Deviation: math.Sqrt(max(0, square-float64(mean*mean)) + within)}
		if logvar != nil && standard {
			dims[j].KL = &kl
		}
	}
	return dims
}

// sensitiveCodes is the number of codes around which the sensitivity is measured.
const sensitiveCodes = 64

// Sensitivities measures those of dimensions, around codes that are spread evenly over those given.
func (o Options) Sensitivities(ctx context.Context, m *training.Trained, z *tensor.Tensor, dims []Dimension) error {
	n, dim := min(sensitiveCodes, z.Shape[0]), z.Shape[1]
	given, err := o.Told(m, n)
	if err != nil {
		return err
	}
	for j := range dims {
		moved := [2]*tensor.Tensor{tensor.New(n, dim), tensor.New(n, dim)}
		for i := range n {
			k := i * z.Shape[0] / n
			for side, half := range []float64{-0.5, 0.5} {
				row := moved[side].Data[i*dim : (i+1)*dim]
				copy(row, z.Data[k*dim:(k+1)*dim])
				row[j] += float32(half * dims[j].Deviation)
			}
		}
		below, err := m.Decode(ctx, moved[0], given)
		if err != nil {
			return err
		}
		above, err := m.Decode(ctx, moved[1], given)
		if err != nil {
			return err
		}
		for i, v := range above.Data {
			change := float64(v) - float64(below.Data[i])
			dims[j].Sensitivity += float64(change*change) / float64(n)
		}
	}
	return nil
}
