package show

import (
	"context"
	"fmt"
	"image"
	"path/filepath"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/render"
	"latentspace/training"
)

// Reconstruct writes originals and reconstructions, in pairs of rows or, for vectors, one after
// another. Of sounds it writes both of each, beside the picture.
func Reconstruct(ctx context.Context, m *training.Trained, v explore.Reconstruct, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "reconstruct"+export.Extension(m.Schema))
	lines, also, err := writePairs(file, r.Pairs)
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Report.Index), file, also...).saying(lines), r.Report}, nil
}

// writePairs writes originals and reconstructions to a file, and sounds beside it. Of texts it also
// returns the lines.
func writePairs(file string, r explore.Pairs) (lines, also []string, err error) {
	if r.Schema.IsPicture() && strings.EqualFold(filepath.Ext(file), ".png") {
		img, err := pairs(r)
		if err != nil {
			return nil, nil, err
		}
		if err := export.PNG(file, img); err != nil {
			return nil, nil, err
		}
		if also, err = writeTracks(file, r.Schema, append(each(r.Originals, "original"), each(r.Reconstruction, "reconstruction")...), 0); err != nil {
			return nil, nil, err
		}
	} else if asTexts(file, r.Schema) {
		lines = export.Pairs(r.Schema.Fields[0], r.Originals, r.Reconstruction)
		if err := export.WriteLines(file, lines); err != nil {
			return nil, nil, err
		}
	} else if err := export.Examples(file, r.Schema, r.All()); err != nil {
		return nil, nil, err
	}
	return lines, also, nil
}

// pairs are the originals with what the model makes of their codes below.
func pairs(r explore.Pairs) (image.Image, error) {
	return render.Pairs(r.Originals, r.Reconstruction, render.GridOptions{})
}
