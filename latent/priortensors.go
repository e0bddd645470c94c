package latent

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"latentspace/tensor"
)

// Kept is a [Prior] that tensors hold exactly, so that a file can keep it.
type Kept interface {
	Prior
	// Tensors returns the distribution as named tensors.
	Tensors() map[string]*tensor.Tensor
}

var (
	_ Kept = Gaussian{}
	_ Kept = (*Mixture)(nil)
)

// The names of the tensors of a prior.
const (
	priorMean    = "mean"
	priorChol    = "chol"
	priorWeights = "weights"
)

// Tensors implements [Kept]:
//
//	mean (d)   chol (d, d), unless it is the identity
//
// They share memory with it.
func (g Gaussian) Tensors() map[string]*tensor.Tensor {
	d := len(g.Mean)
	tensors := map[string]*tensor.Tensor{priorMean: {Shape: []int{d}, Data: g.Mean}}
	if g.Chol != nil {
		tensors[priorChol] = &tensor.Tensor{Shape: []int{d, d}, Data: g.Chol}
	}
	return tensors
}

// ReadGaussian is the inverse of Tensors. A tensor that is missing, one of another name or shape and a
// value that cannot be are errors. The result shares memory with the tensors.
func ReadGaussian(tensors map[string]*tensor.Tensor) (Kept, error) {
	if err := checkNames(tensors, priorMean, priorChol); err != nil {
		return nil, err
	}
	mean, err := namedValues(tensors, priorMean, -1)
	if err != nil {
		return nil, err
	}
	g := Gaussian{Mean: mean}
	if _, ok := tensors[priorChol]; !ok {
		return g, nil
	}
	if g.Chol, err = namedValues(tensors, priorChol, len(mean), len(mean)); err != nil {
		return nil, err
	}
	if err := g.checkFactor(); err != nil {
		return nil, fmt.Errorf("tensor %s: %w", priorChol, err)
	}
	return g, nil
}

// Tensors implements [Kept]:
//
//	weights (k)   mean (k, d)   chol (k, d, d)
func (m *Mixture) Tensors() map[string]*tensor.Tensor {
	k, d := len(m.Components), m.Dim()
	mean, chol := tensor.New(k, d), tensor.New(k, d, d)
	for i, g := range m.Components {
		copy(mean.Data[i*d:(i+1)*d], g.Mean)
		factor := chol.Data[i*d*d : (i+1)*d*d]
		copy(factor, g.Chol)
		if g.Chol == nil {
			for j := range d {
				factor[j*d+j] = 1
			}
		}
	}
	return map[string]*tensor.Tensor{
		priorWeights: {Shape: []int{len(m.Weights)}, Data: m.Weights},
		priorMean:    mean,
		priorChol:    chol,
	}
}

// ReadMixture is the inverse of Tensors, as [ReadGaussian].
func ReadMixture(tensors map[string]*tensor.Tensor) (Kept, error) {
	if err := checkNames(tensors, priorWeights, priorMean, priorChol); err != nil {
		return nil, err
	}
	weights, err := namedValues(tensors, priorWeights, -1)
	if err != nil {
		return nil, err
	}
	k := len(weights)
	mean, err := namedValues(tensors, priorMean, k, -1)
	if err != nil {
		return nil, err
	}
	d := len(mean) / k
	chol, err := namedValues(tensors, priorChol, k, d, d)
	if err != nil {
		return nil, err
	}
	if err := checkWeights(weights); err != nil {
		return nil, fmt.Errorf("tensor %s: %w", priorWeights, err)
	}
	m := &Mixture{Weights: weights, Components: make([]Gaussian, k)}
	for i := range m.Components {
		g := Gaussian{Mean: mean[i*d : (i+1)*d], Chol: chol[i*d*d : (i+1)*d*d]}
		if err := g.checkFactor(); err != nil {
			return nil, fmt.Errorf("tensor %s, component %d: %w", priorChol, i, err)
		}
		m.Components[i] = g
	}
	return m, nil
}

// checkFactor reports a factor that is not lower triangular with a diagonal of at least 0.
func (g Gaussian) checkFactor() error {
	d := len(g.Mean)
	for i := range d {
		if v := g.Chol[i*d+i]; v < 0 {
			return fmt.Errorf("element [%d][%d] is %v, want at least 0 on the diagonal", i, i, v)
		}
		for j := i + 1; j < d; j++ {
			if v := g.Chol[i*d+j]; v != 0 {
				return fmt.Errorf("element [%d][%d] is %v, want 0 above the diagonal", i, j, v)
			}
		}
	}
	return nil
}

// weightRounding is how far from 1 the sum of weights may be by rounding.
const weightRounding = 1e-5

// checkWeights reports weights that are not those of a mixture.
func checkWeights(weights []float32) error {
	sum := 0.0
	for i, w := range weights {
		if w < 0 {
			return fmt.Errorf("element %d is %v, want at least 0", i, w)
		}
		sum += float64(w)
	}
	if math.Abs(sum-1) > weightRounding {
		return fmt.Errorf("the weights add up to %v, want 1", sum)
	}
	return nil
}

// checkNames reports the first tensor, in sorted order, whose name is not one of names.
func checkNames(tensors map[string]*tensor.Tensor, names ...string) error {
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown tensor %s, want only %v", name, names)
		}
	}
	return nil
}
