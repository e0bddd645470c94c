package show

import (
	"context"
	"fmt"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Draw writes draws as a picture, a grid or labelled rows of classes, or as .csv a batch at a time;
// sounds beside their picture, or as one .wav; texts as lines.
func Draw(ctx context.Context, m *training.Trained, v explore.Draw, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(endings(m, ".png", ".csv")...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	name := "sample"
	if r.Classes != nil {
		name = "classes"
	}
	file := to.path(m, name+export.Extension(m.Schema))
	var also []string
	stream, said := listed(r.Examples)
	switch {
	case r.Classes == nil:
		also, err = writeStream(file, stream, &v.Seed)
	case m.Schema.IsTable():
		all := r.Classes.All()
		err = export.Sheet(file, m.Schema, &v.Seed, func(write func([]float32) error) error { return export.Each(all, write) })
	default:
		also, err = writeRows(file, *r.Classes, layout(*r.Classes))
	}
	if err != nil {
		return nil, err
	}
	w := said(written(m, start, r.N, file, also...))
	if r.Classes != nil {
		w = w.sayingRows(*r.Classes)
	}
	return Report{w, r.Report}, nil
}
