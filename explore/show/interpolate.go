package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Interpolate writes rows from one code to another as a strip and, if the examples are pictures,
// an animation beside it. Of sounds it writes one for each row, that goes from one to the other.
func Interpolate(ctx context.Context, m *training.Trained, v explore.Interpolate, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "interpolate"+export.Extension(m.Schema))
	strip := layout(r.Rows)
	strip.Ends = r.Report.From != nil
	var also []string
	if m.Schema.IsSound() {
		also, err = writeMorphs(file, r.Rows, strip)
	} else {
		also, err = writeAnimated(file, r.Rows, strip, to.Delay)
	}
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Rows.Examples), file, also...).sayingRows(r.Rows), r.Report}, nil
}
