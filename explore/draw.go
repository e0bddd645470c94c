package explore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/example"
	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/training"
)

// Draw draws N examples from the model's prior, or one fitted to codes; or, with the condition
// [ClassField] of [AllClasses], a row of examples for each class.
type Draw struct {
	Options
	Prior Prior
}

// DrawResult is what [Draw] draws.
type DrawResult struct {
	N        int
	Examples Stream // decoded when needed, so that memory grows only with the codes
	Classes  *Rows  // instead, if every class was requested: a row for each
	Report   DrawReport
}

// DrawReport is what [Draw] reports: of a fitted prior, and of draws under values of fields.
type DrawReport struct {
	*PriorFit
	*Given
}

func (r DrawReport) String() string { return r.PriorFit.String() + r.Given.String() }

// ClassField is the name of the condition that is an example's class, and AllClasses the value of
// it that stands for each class in turn.
const (
	ClassField = example.ClassField
	AllClasses = "all"
)

// everyClass reports whether examples of every class are requested.
func (o Options) everyClass() bool { return o.Conditions[ClassField] == AllClasses }

// Run draws.
func (d Draw) Run(ctx context.Context, m *training.Trained) (DrawResult, error) {
	if err := d.check(); err != nil {
		return DrawResult{}, err
	}
	if err := d.Prior.check(); err != nil {
		return DrawResult{}, err
	}
	if d.everyClass() {
		return d.byClass(ctx, m)
	}
	given, told, err := d.fields(m)
	if err != nil {
		return DrawResult{}, err
	}
	if len(given) > 0 {
		return d.underGiven(ctx, m, given, told)
	}
	z, fit, err := d.Prior.draw(ctx, m, d.N, d.Options)
	if err != nil {
		return DrawResult{}, err
	}
	if err := checkFigures(fit); err != nil {
		return DrawResult{}, err
	}
	about, err := d.Told(m, d.N)
	if err != nil {
		return DrawResult{}, err
	}
	each := func(f func(x *tensor.Tensor) error) error {
		dim := z.Shape[1]
		for lo := 0; lo < d.N; lo += readBatch {
			hi := min(lo+readBatch, d.N)
			part, _ := tensor.From(z.Data[lo*dim:hi*dim], hi-lo, dim)
			x, err := m.Generate(ctx, part, rowsOf(about, lo, hi-lo), lo, d.Seed)
			if err != nil {
				return err
			}
			if err := f(x); err != nil {
				return err
			}
		}
		return nil
	}
	return DrawResult{N: d.N, Examples: Stream{d.N, m.Schema, each}, Report: DrawReport{PriorFit: fit}}, nil
}

// byClass draws a row of examples for each class: the examples of a column share a code, and the
// other conditions of one training example. There are N examples in all, but at least one column.
func (d Draw) byClass(ctx context.Context, m *training.Trained) (DrawResult, error) {
	f, at, ok := m.Told.About.Lookup(ClassField)
	if !ok || !f.Indexed() {
		return DrawResult{}, fmt.Errorf("explore: -class all: %w", m.Lacks(`condition "class"`))
	}
	columns := max(1, d.N/len(f.Words))
	if columns*len(f.Words) > mostExamples {
		return DrawResult{}, experiments.Usagef("-class all: %d classes, want at most %d", len(f.Words), mostExamples)
	}
	if err := checkHeld(columns*len(f.Words), m.Shape); err != nil {
		return DrawResult{}, err
	}
	z, fit, err := d.Prior.draw(ctx, m, columns, d.Options)
	if err != nil {
		return DrawResult{}, err
	}
	if err := checkFigures(fit); err != nil {
		return DrawResult{}, err
	}
	o := d.Options
	o.Conditions = maps.Clone(d.Conditions)
	o.Conditions[ClassField] = f.Words[0]
	about, err := o.Told(m, columns)
	if err != nil {
		return DrawResult{}, err
	}
	rows := make([]*tensor.Tensor, len(f.Words))
	for k := range rows {
		for i := range columns {
			about.Data[i*about.Shape[1]+at] = float32(k)
		}
		if rows[k], err = m.Generate(ctx, z, about, 0, d.Seed); err != nil {
			return DrawResult{}, err
		}
	}
	return DrawResult{N: columns * len(f.Words), Classes: &Rows{Schema: m.Schema, Examples: rows, Names: f.Words}, Report: DrawReport{PriorFit: fit}}, nil
}

// Given is how rows were drawn under values of some of their fields: see [trained.Model.DrawGiven].
type Given struct {
	Fields     []string `json:"given"`
	Candidates int      `json:"candidates"`           // codes that were weighed
	Effective  float64  `json:"effective_candidates"` // that the rows come from
}

// fewEffective is the number of effective candidates below which rows are too much alike.
const fewEffective = 100

func (g *Given) String() string {
	if g == nil {
		return ""
	}
	s := fmt.Sprintf("given %s: %.0f effective codes of %d\n", strings.Join(g.Fields, ", "), g.Effective, g.Candidates)
	if g.Effective < fewEffective {
		s += "what is given is rare under the model, so that the rows are more alike than they should be\n"
	}
	return s
}

// underGiven draws rows with the given values of some fields.
func (d Draw) underGiven(ctx context.Context, m *training.Trained, given map[int]float32, told Options) (DrawResult, error) {
	if err := checkHeld(d.N, m.Shape); err != nil {
		return DrawResult{}, err
	}
	model, fit, err := d.Prior.Of(ctx, m, d.Options)
	if err != nil {
		return DrawResult{}, err
	}
	about, err := told.Told(m, d.N)
	if err != nil {
		return DrawResult{}, err
	}
	rows, err := model.DrawGiven(ctx, d.N, d.Seed, given, about)
	if err != nil {
		return DrawResult{}, err
	}
	g := &Given{Candidates: rows.Candidates, Effective: rows.Effective}
	for _, k := range slices.Sorted(maps.Keys(given)) {
		g.Fields = append(g.Fields, m.Schema.Fields[k].Name)
	}
	schema, err := d.exactly(m.Schema, given)
	if err != nil {
		return DrawResult{}, err
	}
	each := func(f func(x *tensor.Tensor) error) error { return f(rows.X) }
	return DrawResult{N: d.N, Examples: Stream{d.N, schema, each}, Report: DrawReport{fit, g}}, nil
}
