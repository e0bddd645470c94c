package rundir

import (
	"path/filepath"
	"slices"

	"latentspace/export"
	"latentspace/render"
)

// Curves says what is drawn of the records of a run.
type Curves struct {
	Title   string
	Figures []string               // the names of those that are drawn
	Epoch   func(step int) float64 // the epoch, or the part of one, that a step ends
}

// Write draws the loss and each term by epoch, on the training and the validation set, and the
// figures that were measured, into curves.png in a run's folder.
func (c Curves) Write(dir string, records []Record) error {
	epochs := slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return !r.EndsEpoch() })
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
	for _, name := range c.Figures {
		if s := c.figure(name, records); len(s.X) > 0 {
			panels = append(panels, render.Panel{Title: name + ", evaluated", Series: []render.Series{s}})
		}
	}
	if s := c.diversity(records); len(s.X) > 0 {
		panels = append(panels, render.Panel{Title: "diversity of samples", Series: []render.Series{s}})
	}
	if len(panels) == 0 {
		return nil
	}
	img, err := render.Panels(panels, c.Title, "epoch")
	if err != nil {
		return err
	}
	return export.PNG(filepath.Join(dir, "curves.png"), img)
}

// figure is a figure on the validation set over the epochs, by the steps where it was measured.
func (c Curves) figure(name string, records []Record) render.Series {
	s := render.Series{Name: "valid"}
	for _, r := range records {
		if f, ok := r.Figures[name]; ok {
			s.X, s.Y = append(s.X, c.Epoch(r.Step)), append(s.Y, f.Value)
		}
	}
	return s
}

// diversity is that of the samples over the epochs, where it was looked at.
func (c Curves) diversity(records []Record) render.Series {
	s := render.Series{Name: "samples"}
	for _, r := range records {
		if r.Diversity != nil {
			s.X, s.Y = append(s.X, c.Epoch(r.Step)), append(s.Y, r.Diversity.Value)
		}
	}
	return s
}
