package latent

import (
	"fmt"

	"latentspace/kernel"
	"latentspace/tensor"
)

// The names under which a PCA is kept.
const (
	pcaMean       = "mean"
	pcaComponents = "components"
	pcaVariance   = "variance"
	pcaTotal      = "total"
	pcaWhiten     = "whiten"
)

// Tensors is the analysis as tensors by name, for a file:
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

// PCAOf is the inverse of [PCA.Tensors]; others may be among the tensors. One that is
// missing, has another shape or a value that cannot be is an error.
func PCAOf(tensors map[string]*tensor.Tensor) (*PCA, error) {
	get := func(name string, shape ...int) ([]float32, error) {
		t, ok := tensors[name]
		if !ok {
			return nil, fmt.Errorf("latent: pca: no tensor %s, want the mean, components, variance, total and whiten of a fit", name)
		}
		fits := len(t.Shape) == len(shape) && len(t.Data) == tensor.Size(t.Shape)
		for i := range shape {
			fits = fits && (t.Shape[i] == shape[i] || shape[i] < 0 && t.Shape[i] > 0)
		}
		if !fits {
			return nil, fmt.Errorf("latent: pca: tensor %s of shape %v, want %s", name, t.Shape, wantedShape(shape))
		}
		if i := kernel.FirstNonFinite(t.Data); i >= 0 {
			return nil, fmt.Errorf("latent: pca: tensor %s, element %d: %v, want a finite value", name, i, t.Data[i])
		}
		return t.Data, nil
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

// wantedShape writes a shape in which any size is −1.
func wantedShape(shape []int) string {
	if len(shape) == 1 && shape[0] < 0 {
		return "a vector"
	}
	return fmt.Sprint(shape)
}
