package show

import (
	"fmt"
	"strings"

	"latentspace/evaluation"
	"latentspace/explore"
	"latentspace/render"
)

// marksOf is the chart of the two figures of a comparison, with a mark for each report.
func marksOf(reports []explore.EvaluateReport, c explore.CompareReport) ([]render.Mark, render.MarkOptions) {
	x, y := c.X, c.Y
	o := render.MarkOptions{Title: y + " over " + x}
	if x == "kl" && y == "reconstruction_nll" {
		o.Title = "Distortion over rate"
	}
	var all []render.Mark
	for i, r := range reports {
		a, _ := r.Figure(x)
		b, _ := r.Figure(y)
		o.X, o.Y = axisLabel(a), axisLabel(b)
		all = append(all, render.Mark{Name: c.Names[i], X: a.Value, Y: b.Value, XError: a.Error, YError: b.Error})
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
