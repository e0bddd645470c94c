package explore

import (
	"fmt"
	"image"
	"io"
	"slices"
	"strings"

	"latentspace/evaluation"
	"latentspace/export"
	"latentspace/render"
)

// The figures that are drawn where none are named: of models with a likelihood, of those
// with an encoder, and of all.
var defaultAxes = [][2]string{{"kl", "reconstruction_nll"}, {"active_units", "squared_error"}, {"recall", "precision"}}

func writeChart(w Written, img image.Image, marks []render.Mark, o render.MarkOptions) error {
	if err := export.File(w.Also[0], func(f io.Writer) error { return render.WriteMarksSVG(f, marks, o) }); err != nil {
		return err
	}
	return export.PNG(w.File, img)
}

// axes are the figures to draw: those asked for, or the first pair that all reports have.
func (c Compare) axes(reports []Evaluated) (x, y string, err error) {
	pairs := defaultAxes
	if c.X != "" {
		pairs = [][2]string{{c.X, c.Y}}
	}
	for _, pair := range pairs {
		if !slices.ContainsFunc(reports, func(r Evaluated) bool {
			_, a := r.Figure(pair[0])
			_, b := r.Figure(pair[1])
			return !a || !b
		}) {
			return pair[0], pair[1], nil
		}
	}
	if c.X != "" {
		return "", "", fmt.Errorf("explore: not every run has %s and %s", c.X, c.Y)
	}
	return "", "", fmt.Errorf("explore: the runs have no two figures in common that could be drawn; -x and -y name two")
}

// markOf is the chart of two figures.
func markOf(reports []Evaluated, names []string, x, y string) ([]render.Mark, render.MarkOptions) {
	o := render.MarkOptions{Title: y + " over " + x}
	if x == "kl" && y == "reconstruction_nll" {
		o.Title = "Distortion over rate"
	}
	var all []render.Mark
	for i, r := range reports {
		a, _ := r.Figure(x)
		b, _ := r.Figure(y)
		o.X, o.Y = axisLabel(a), axisLabel(b)
		all = append(all, render.Mark{Name: names[i], X: a.Value, Y: b.Value, XError: a.Error, YError: b.Error})
	}
	return all, o
}

func axisLabel(f evaluation.Figure) string {
	label := fmt.Sprintf("%s in %s", f.Name, f.Unit)
	if strings.HasPrefix(f.Unit, "of ") {
		label = f.Name + " " + f.Unit
	}
	switch higher, ok := evaluation.HigherIsBetter(f.Name); {
	case ok && higher:
		label += ", higher is better"
	case ok:
		label += ", lower is better"
	}
	return label
}
