package atlas

import (
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// finite reports a value of rows that is not finite.
func finite(rows *tensor.Tensor, what string) error {
	if at := kernel.FirstNonFinite(rows.Data); at >= 0 {
		return fmt.Errorf("%s is %v, want finite numbers", what, rows.Data[at])
	}
	return nil
}

// Codes are those of points from one on, (n, Dim): at most n, fewer at the end. An index out of range
// is an error.
func (a *Atlas) Codes(from, n int) ([]float32, error) {
	lo, hi, err := a.some(from, n)
	if err != nil {
		return nil, err
	}
	return a.codes.Data[lo*a.Space.Dim : hi*a.Space.Dim], nil
}

// some is the range of at most n points from one on.
func (a *Atlas) some(from, n int) (lo, hi int, err error) {
	if from < 0 || from >= a.Space.N {
		return 0, 0, fmt.Errorf("point %d, want one from 0 to %d", from, a.Space.N-1)
	}
	if n < 1 {
		return 0, 0, fmt.Errorf("%d points, want at least 1", n)
	}
	return from, from + min(n, a.Space.N-from), nil
}

// Values are what is known of each point by the name of an attribute: a number, the index of a class,
// or NaN where it is not known.
func (a *Atlas) Values(attribute string) ([]float32, error) {
	for _, k := range a.known {
		if k.Name != attribute {
			continue
		}
		values := make([]float32, len(k.Values))
		for i, v := range k.Values {
			if values[i] = float32(v); math.IsInf(float64(values[i]), 0) {
				values[i] = float32(math.NaN())
			}
		}
		return values, nil
	}
	return nil, fmt.Errorf("there is no attribute %.60q", attribute)
}
