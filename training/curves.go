package training

import (
	"path/filepath"

	"latentspace/export"
	"latentspace/render"
)

// curves draws the loss and each term by epoch, on the training and the validation set,
// and the figures that were measured, into curves.png.
func (r *run) curves() error {
	epochs := r.progress.epochs()
	var panels []render.Panel
	var terms Metrics
	if n := len(epochs); n > 0 {
		terms = epochs[n-1].Train
	}
	for _, m := range terms {
		train, valid := render.Series{Name: "train"}, render.Series{Name: "valid"}
		for _, e := range epochs {
			add := func(s *render.Series, from Metrics) {
				if v, ok := from.Get(m.Name); ok {
					s.X, s.Y = append(s.X, float64(e.Epoch)), append(s.Y, v)
				}
			}
			add(&train, e.Train)
			add(&valid, e.Valid)
		}
		panels = append(panels, render.Panel{Title: m.Name, Series: []render.Series{train, valid}})
	}
	for _, name := range r.cfg.Train.Evaluate.Metrics {
		if s := r.figureCurve(name); len(s.X) > 0 {
			panels = append(panels, render.Panel{Title: name + ", evaluated", Series: []render.Series{s}})
		}
	}
	if len(panels) == 0 {
		return nil
	}
	img, err := render.Panels(panels, r.cfg.Name, "epoch")
	if err != nil {
		return err
	}
	return export.PNG(filepath.Join(r.dir, "curves.png"), img)
}

// figureCurve is a figure on the validation set over the epochs, by the steps where it
// was measured.
func (r *run) figureCurve(name string) render.Series {
	s := render.Series{Name: "valid"}
	for _, e := range r.progress.Records {
		if f, ok := e.Figures[name]; ok {
			s.X, s.Y = append(s.X, float64(e.Step*r.perStep)/float64(r.perEpoch)), append(s.Y, f.Value)
		}
	}
	return s
}
