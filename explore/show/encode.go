package show

import (
	"context"
	"fmt"
	"os"
	"time"

	"latentspace/explore"
	"latentspace/training"
)

// Encode writes codes as .npz, .npy or .csv, a batch at a time.
func Encode(ctx context.Context, m *training.Trained, v explore.Encode, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".npz", ".npy", ".csv"); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	name := "codes.npz"
	if v.Layer != "" {
		name = v.Layer + ".npz"
	}
	file := to.path(m, name)
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
