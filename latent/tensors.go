package latent

import (
	"fmt"
	"strings"

	"latentspace/kernel"
	"latentspace/tensor"
)

// namedValues returns the values of a tensor by its name. The tensor must have a shape, in which −1
// stands for any size of at least 1, and finite values.
func namedValues(tensors map[string]*tensor.Tensor, name string, shape ...int) ([]float32, error) {
	t := tensors[name]
	if t == nil {
		return nil, fmt.Errorf("no tensor %s, want %s", name, wantedShape(shape))
	}
	fits := len(t.Shape) == len(shape) && len(t.Data) == tensor.Size(t.Shape)
	for i := range shape {
		fits = fits && (t.Shape[i] == shape[i] || shape[i] < 0 && t.Shape[i] > 0)
	}
	if !fits {
		return nil, fmt.Errorf("tensor %s of shape %v, want %s", name, t.Shape, wantedShape(shape))
	}
	if i := kernel.FirstNonFinite(t.Data); i >= 0 {
		return nil, fmt.Errorf("tensor %s, element %d: %v, want a finite value", name, i, t.Data[i])
	}
	return t.Data, nil
}

// wantedShape writes a shape in which −1 is any size.
func wantedShape(shape []int) string {
	if len(shape) == 1 && shape[0] < 0 {
		return "a vector"
	}
	return strings.ReplaceAll(fmt.Sprint(shape), "-1", "any")
}
