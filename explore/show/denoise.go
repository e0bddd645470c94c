package show

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"latentspace/data/npy"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// Denoise writes noisy examples with the clean ones: pictures in rows, of a split with the originals
// before them; as .csv the clean ones alone, as .npz in the array examples, beside the arrays noisy and,
// of a split, originals.
func Denoise(ctx context.Context, m *training.Trained, v explore.Denoise, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".png", ".csv", ".npz"); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "denoised"+export.Extension(m.Schema))
	switch {
	case strings.EqualFold(filepath.Ext(file), ".npz"):
		err = export.File(file, func(w io.Writer) error { return writeDenoised(w, r) })
	case asNumbers(file, m.Schema):
		err = export.Examples(file, m.Schema, r.Clean)
	default:
		rows := sideBySide(m, r)
		img, drawErr := render.Strip(rows.Examples, layout(rows))
		if drawErr != nil {
			return nil, drawErr
		}
		err = export.PNG(file, img)
	}
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Report.Index), file), r.Report}, nil
}

// sideBySide are the pictures of each example in a row.
func sideBySide(m *training.Trained, r explore.DenoiseResult) explore.Rows {
	rows := explore.Rows{Schema: m.Schema, Columns: []string{"noisy", "clean"}, Names: r.Report.Names}
	parts := []*tensor.Tensor{r.Noisy, r.Clean}
	if r.Originals != nil {
		rows.Columns, parts = append([]string{"original"}, rows.Columns...), append([]*tensor.Tensor{r.Originals}, parts...)
	}
	size := tensor.Size(m.Shape)
	for i := range r.Clean.Shape[0] {
		row := tensor.New(append([]int{len(parts)}, m.Shape...)...)
		for k, p := range parts {
			copy(row.Data[k*size:], p.Data[i*size:(i+1)*size])
		}
		rows.Examples = append(rows.Examples, row)
	}
	return rows
}

// writeDenoised writes a .npz file of the examples, before and after.
func writeDenoised(w io.Writer, r explore.DenoiseResult) error {
	z := npy.NewArchiveWriter(w)
	for _, array := range []struct {
		name string
		x    *tensor.Tensor
	}{{"examples", r.Clean}, {"noisy", r.Noisy}, {"originals", r.Originals}} {
		if array.x == nil {
			continue
		}
		a, err := z.Create(array.name, npy.Float32, array.x.Shape...)
		if err != nil {
			return err
		}
		if err := npy.Write(a, array.x.Data); err != nil {
			return err
		}
	}
	return z.Close()
}
