package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Traverse writes a row for each dimension as a strip and, if the examples are pictures, an
// animation beside it.
func Traverse(ctx context.Context, m *training.Trained, v explore.Traverse, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "traverse"+export.Extension(m.Schema))
	also, err := writeAnimated(file, r.Rows, layout(r.Rows), to.Delay)
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, r.Report.Shown, file, also...).sayingRows(r.Rows), r.Report}, nil
}
