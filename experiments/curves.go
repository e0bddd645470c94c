package experiments

import (
	"path/filepath"

	"latentspace/export"
	"latentspace/render"
)

// curves draws the loss and each term by epoch, on the training and the
// validation set, into curves.png.
func (r *run) curves() error {
	epochs := r.progress.Epochs
	if len(epochs) == 0 {
		return nil
	}
	var panels []render.Panel
	for _, m := range epochs[len(epochs)-1].Train {
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
	img, err := render.Panels(panels, r.cfg.Name, "epoch")
	if err != nil {
		return err
	}
	return export.PNG(filepath.Join(r.dir, "curves.png"), img)
}
