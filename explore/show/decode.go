package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Decode writes what the model makes of the codes of a file: pictures as a grid, or
// numbers as .csv or as the array examples (n, shape…) of an .npz.
func Decode(ctx context.Context, m *training.Trained, v explore.Decode, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv", ".npz")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "decode"+export.Extension(m.Schema))
	stream, said := listed(r.Examples)
	also, err := writeStream(file, stream, nil)
	if err != nil {
		return nil, err
	}
	return Report{said(written(m, start, r.Examples.N, file, also...)), r.Report}, nil
}
