package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"latentspace/export"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// Reconstruct encodes and decodes N examples of the split, drawn by the seed, and writes
// originals and reconstructions, in pairs of rows or, for vectors, one after
// another.
type Reconstruct struct{ Options }

// Reconstructed is the report of [Reconstruct].
type Reconstructed struct {
	Written
	Index        []int   `json:"index"`         // of the examples in the split
	SquaredError float64 `json:"squared_error"` // per example, summed over values
}

func (r Reconstructed) String() string {
	return r.Written.String() + fmt.Sprintf("squared error %.4g per example\n", r.SquaredError)
}

// Run reconstructs and writes.
func (r Reconstruct) Run(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
	start := time.Now()
	if err := r.check(".png", ".csv"); err != nil {
		return nil, err
	}
	if err := checkHeld(2*r.N, m.Shape); err != nil {
		return nil, err
	}
	if !m.CanEncode() {
		return nil, m.Lacks("encoder")
	}
	ds, err := m.Split(ctx, r.Split)
	if err != nil {
		return nil, err
	}
	n, err := r.take(ds.Len(), "the "+r.Split+" split")
	if err != nil {
		return nil, err
	}
	some := r.some(ds, n)
	x, err := m.Read(some, 0, n)
	if err != nil {
		return nil, err
	}
	y, err := m.Reconstruct(ctx, x)
	if err != nil {
		return nil, err
	}
	report := Reconstructed{Index: some.index, SquaredError: squaredError(x.X, y) / float64(n)}
	if err := checkFigures(report); err != nil {
		return nil, err
	}
	file := r.file(m, "reconstruct", export.Extension(m.Schema))
	if m.Schema.IsPicture() && strings.EqualFold(filepath.Ext(file), ".png") {
		img, err := render.Pairs(x.X, y, render.GridOptions{})
		if err != nil {
			return nil, err
		}
		if err := export.PNG(file, img); err != nil {
			return nil, err
		}
	} else if err := export.Examples(file, m.Schema, joined([]*tensor.Tensor{x.X, y})); err != nil {
		return nil, err
	}
	report.Written = written(m, start, n, file)
	return report, nil
}
