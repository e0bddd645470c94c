package explore

import (
	"context"
	"fmt"
	"time"

	"latentspace/export"
)

// Draw draws N examples from the model's prior and writes them.
type Draw struct{ Options }

// Run draws and writes.
func (d Draw) Run(ctx context.Context, m Model) (fmt.Stringer, error) {
	start := time.Now()
	if err := d.check(".png", ".csv"); err != nil {
		return nil, err
	}
	z, err := m.Draw(d.N, d.Seed)
	if err != nil {
		return nil, err
	}
	x, err := m.Decode(ctx, z)
	if err != nil {
		return nil, err
	}
	file := d.file(m, "sample", export.Extension(m.Shape))
	if err := export.Examples(file, x); err != nil {
		return nil, err
	}
	return written(m, start, d.N, file), nil
}
