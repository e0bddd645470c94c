package latent

import (
	"fmt"

	"latentspace/tensor"
)

// The names of the tensors of a PCA.
const (
	pcaMean       = "mean"
	pcaComponents = "components"
	pcaVariance   = "variance"
	pcaTotal      = "total"
	pcaWhiten     = "whiten"
)

// Tensors returns the analysis as named tensors, for a file:
//
//	mean (d)   components (k, d)   variance (k)   total ()   whiten (), 0 or 1
//
// They share memory with it.
func (p *PCA) Tensors() map[string]*tensor.Tensor {
	d, k := len(p.Mean), len(p.Variance)
	whiten := float32(0)
	if p.Whiten {
		whiten = 1
	}
	return map[string]*tensor.Tensor{
		pcaMean:       {Shape: []int{d}, Data: p.Mean},
		pcaComponents: {Shape: []int{k, d}, Data: p.Components},
		pcaVariance:   {Shape: []int{k}, Data: p.Variance},
		pcaTotal:      {Data: []float32{p.Total}},
		pcaWhiten:     {Data: []float32{whiten}},
	}
}

// PCAOf is the inverse of [PCA.Tensors]. It ignores other tensors. A tensor that is
// missing, or has a wrong shape or an impossible value, is an error.
func PCAOf(tensors map[string]*tensor.Tensor) (*PCA, error) {
	get := func(name string, shape ...int) ([]float32, error) {
		values, err := namedValues(tensors, name, shape...)
		if err != nil {
			err = fmt.Errorf("latent: pca: %w", err)
		}
		return values, err
	}
	var p PCA
	var err error
	if p.Mean, err = get(pcaMean, -1); err != nil {
		return nil, err
	}
	if p.Variance, err = get(pcaVariance, -1); err != nil {
		return nil, err
	}
	if p.Components, err = get(pcaComponents, len(p.Variance), len(p.Mean)); err != nil {
		return nil, err
	}
	total, err := get(pcaTotal)
	if err != nil {
		return nil, err
	}
	whiten, err := get(pcaWhiten)
	if err != nil {
		return nil, err
	}
	for i, v := range p.Variance {
		if v < 0 {
			return nil, fmt.Errorf("latent: pca: tensor %s, element %d: %v, want at least 0", pcaVariance, i, v)
		}
	}
	p.Total, p.Whiten = total[0], whiten[0] != 0
	return &p, nil
}
