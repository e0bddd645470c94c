package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Invert writes examples and what the codes that were found for them are decoded to, as [Reconstruct]
// does.
func Invert(ctx context.Context, m *training.Trained, v explore.Invert, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "invert"+export.Extension(m.Schema))
	lines, also, err := writePairs(file, r.Pairs)
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Report.Index), file, also...).saying(lines), r.Report}, nil
}
