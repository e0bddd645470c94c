package trained

import (
	"fmt"

	"latentspace/data"
	"latentspace/tensor"
)

// Read returns examples first to first+n−1 (n, shape…) of a data set.
func (m *Model) Read(ds data.Dataset, first, n int) (*tensor.Tensor, error) {
	if first < 0 || first+n > ds.Len() {
		return nil, fmt.Errorf("trained: examples %d to %d, want them from 0 to %d", first, first+n-1, ds.Len()-1)
	}
	x := tensor.New(append([]int{n}, m.Shape...)...)
	size := tensor.Size(m.Shape)
	for i := range n {
		if err := ds.Read(first+i, x.Data[i*size:(i+1)*size]); err != nil {
			return nil, err
		}
	}
	return x, nil
}
