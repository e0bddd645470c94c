package explore

import (
	"context"
	"fmt"

	"latentspace/example"
	"latentspace/tensor"
	"latentspace/training"
)

// Reconstruct encodes and decodes N examples of the split or of files, drawn by the seed.
type Reconstruct struct{ Options }

// ReconstructResult is what [Reconstruct] makes of examples.
type ReconstructResult struct {
	Schema                    example.Schema
	Originals, Reconstruction *tensor.Tensor // (n, shape…)
	Report                    ReconstructReport
}

// ReconstructReport is what [Reconstruct] reports.
type ReconstructReport struct {
	Index        []int   `json:"index"`         // of the examples in the split
	SquaredError float64 `json:"squared_error"` // per example, summed over values
}

func (r ReconstructReport) String() string {
	return fmt.Sprintf("squared error %.4g per example\n", r.SquaredError)
}

// All is the originals and then what became of them.
func (r ReconstructResult) All() *tensor.Tensor { return joined(r.Originals, r.Reconstruction) }

// Run reconstructs.
func (r Reconstruct) Run(ctx context.Context, m *training.Trained) (ReconstructResult, error) {
	if err := r.check(); err != nil {
		return ReconstructResult{}, err
	}
	if err := checkHeld(2*r.N, m.Shape); err != nil {
		return ReconstructResult{}, err
	}
	if !m.CanEncode() {
		return ReconstructResult{}, m.Lacks("encoder")
	}
	ds, where, err := r.source(ctx, m)
	if err != nil {
		return ReconstructResult{}, err
	}
	n, err := r.take(ds.Len(), where)
	if err != nil {
		return ReconstructResult{}, err
	}
	some := r.some(ds, n)
	x, err := m.Read(some, 0, n)
	if err != nil {
		return ReconstructResult{}, err
	}
	y, err := m.Reconstruct(ctx, x)
	if err != nil {
		return ReconstructResult{}, err
	}
	report := ReconstructReport{Index: some.index, SquaredError: squaredError(x.X, y) / float64(n)}
	if err := checkFigures(report); err != nil {
		return ReconstructResult{}, err
	}
	return ReconstructResult{m.Schema, x.X, y, report}, nil
}
