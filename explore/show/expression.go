package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// wide is the number of pixels that a picture has at least where there are few, so
// that a weight and a name fit above it.
const wide = 100

// Expression writes the decoded operands of code arithmetic and its result, in a row.
func Expression(ctx context.Context, m *training.Trained, v explore.Expression, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "arithmetic"+export.Extension(m.Schema))
	strip := layout(r.Rows)
	if shape := r.Rows.Examples[0].Shape; m.Schema.IsPicture() && len(r.Report.Operands) < 12 {
		longer := max(shape[1], shape[2])
		strip.Scale = (wide + longer - 1) / longer
	}
	also, err := writeRows(file, r.Rows, strip)
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Rows.Examples), file, also...), r.Report}, nil
}
