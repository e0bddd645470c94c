package explore

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/export"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// ClassField is the name of the condition that is an example's class, and AllClasses the value of
// it that stands for each class in turn.
const (
	ClassField = "class"
	AllClasses = "all"
)

// everyClass reports whether examples of every class are asked for.
func (o Options) everyClass() bool { return o.Conditions[ClassField] == AllClasses }

// byClass draws a row of examples for each class: those of a column have one code, and the other
// conditions of one training example. There are as many columns as make N examples, or one.
func (d Draw) byClass(ctx context.Context, m *training.Trained, start time.Time) (fmt.Stringer, error) {
	f, at, ok := m.Told.About.Lookup(ClassField)
	if !ok || !f.Indexed() {
		return nil, fmt.Errorf("explore: -class all: %w", m.Lacks(`condition "class"`))
	}
	columns := max(1, d.N/len(f.Words))
	if columns*len(f.Words) > mostExamples {
		return nil, experiments.Usagef("-class all: %d classes, want at most %d", len(f.Words), mostExamples)
	}
	if err := checkHeld(columns*len(f.Words), m.Shape); err != nil {
		return nil, err
	}
	z, fit, err := d.Prior.draw(ctx, m, columns, d.Seed)
	if err != nil {
		return nil, err
	}
	if err := checkFigures(fit); err != nil {
		return nil, err
	}
	o := d.Options
	o.Conditions = maps.Clone(d.Conditions)
	o.Conditions[ClassField] = f.Words[0]
	about, err := o.conditions(m, columns)
	if err != nil {
		return nil, err
	}
	rows := make([]*tensor.Tensor, len(f.Words))
	for k := range rows {
		for i := range columns {
			about.Data[i*about.Shape[1]+at] = float32(k)
		}
		if rows[k], err = m.Decode(ctx, z, about); err != nil {
			return nil, err
		}
	}
	file := d.file(m, "classes", export.Extension(m.Schema))
	if !m.Schema.IsPicture() || strings.EqualFold(filepath.Ext(file), ".csv") {
		err = export.Examples(file, m.Schema, joined(rows))
	} else {
		err = d.classPicture(file, f.Words, rows)
	}
	if err != nil {
		return nil, err
	}
	return Drawn{Written: written(m, start, columns*len(f.Words), file), PriorFit: fit}, nil
}

// classPicture draws a labelled row for each class.
func (d Draw) classPicture(file string, names []string, rows []*tensor.Tensor) error {
	img, err := render.Strip(rows, render.StripOptions{Labels: render.Labels{Rows: names}})
	if err != nil {
		return err
	}
	return export.PNG(file, img)
}
