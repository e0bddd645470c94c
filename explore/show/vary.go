package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Vary writes a row for each code that is moved along an attribute as a strip and, if the examples
// are pictures, an animation beside it.
func Vary(ctx context.Context, m *training.Trained, v explore.Vary, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "vary"+export.Extension(m.Schema))
	also, err := writeAnimated(file, r.Rows, layout(r.Rows), to.Delay)
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Rows.Examples), file, also...).sayingRows(r.Rows), r.Report}, nil
}

// Walk writes a row for each code that is moved along a direction, as [Vary] does.
func Walk(ctx context.Context, m *training.Trained, v explore.Vary, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Walk(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "vary"+export.Extension(m.Schema))
	also, err := writeAnimated(file, r.Rows, layout(r.Rows), to.Delay)
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Rows.Examples), file, also...).sayingRows(r.Rows), r.Report}, nil
}
