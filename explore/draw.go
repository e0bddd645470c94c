package explore

import (
	"context"
	"fmt"
	"time"

	"latentspace/export"
	"latentspace/tensor"
	"latentspace/training"
)

// Draw draws N examples from the model's prior, or one fitted to codes, and writes
// them: of .csv a batch at a time, so that memory grows with their codes alone.
type Draw struct {
	Options
	Prior Prior
}

// Drawn is the report of [Draw].
type Drawn struct {
	Written
	*PriorFit
}

func (d Drawn) String() string { return d.Written.String() + d.PriorFit.String() }

// Run draws and writes.
func (d Draw) Run(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
	start := time.Now()
	if err := d.check(".png", ".csv"); err != nil {
		return nil, err
	}
	if err := d.Prior.check(); err != nil {
		return nil, err
	}
	if d.everyClass() {
		return d.byClass(ctx, m, start)
	}
	z, fit, err := d.Prior.draw(ctx, m, d.N, d.Seed)
	if err != nil {
		return nil, err
	}
	if err := checkFigures(fit); err != nil {
		return nil, err
	}
	about, err := d.conditions(m, d.N)
	if err != nil {
		return nil, err
	}
	file := d.file(m, "sample", export.Extension(m.Schema))
	each := func(f func(x *tensor.Tensor) error) error {
		dim := z.Shape[1]
		for lo := 0; lo < d.N; lo += readBatch {
			hi := min(lo+readBatch, d.N)
			part, _ := tensor.From(z.Data[lo*dim:hi*dim], hi-lo, dim)
			x, err := m.Decode(ctx, part, rowsOf(about, lo, hi-lo))
			if err != nil {
				return err
			}
			if err := f(x); err != nil {
				return err
			}
		}
		return nil
	}
	if err := writeExamples(file, d.N, m.Schema, each); err != nil {
		return nil, err
	}
	return Drawn{Written: written(m, start, d.N, file), PriorFit: fit}, nil
}
