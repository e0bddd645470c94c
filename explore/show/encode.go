package show

import (
	"context"
	"fmt"
	"os"
	"time"

	"latentspace/explore"
	"latentspace/training"
)

// Encode writes codes as .npz or .csv, a batch at a time.
func Encode(ctx context.Context, m *training.Trained, v explore.Encode, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".npz", ".csv"); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "codes.npz")
	if err := r.Codes.Write(file, r.Precision); err != nil {
		return nil, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("explore: %w", err)
	}
	r.Report.FileBytes = info.Size()
	return Report{written(m, start, r.Codes.N, file), r.Report}, nil
}
