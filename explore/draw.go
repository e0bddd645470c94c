package explore

import (
	"context"
	"fmt"
	"time"

	"latentspace/export"
)

// Draw draws N examples from the model's prior, or one fitted to codes, and writes
// them.
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
func (d Draw) Run(ctx context.Context, m Model) (fmt.Stringer, error) {
	start := time.Now()
	if err := d.check(".png", ".csv"); err != nil {
		return nil, err
	}
	if err := d.Prior.check(); err != nil {
		return nil, err
	}
	z, fit, err := d.Prior.draw(ctx, m, d.N, d.Seed)
	if err != nil {
		return nil, err
	}
	x, err := m.Decode(ctx, z)
	if err != nil {
		return nil, err
	}
	if err := checkFigures(fit); err != nil {
		return nil, err
	}
	file := d.file(m, "sample", export.Extension(m.Shape))
	if err := export.Examples(file, x); err != nil {
		return nil, err
	}
	return Drawn{written(m, start, d.N, file), fit}, nil
}
