package explore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/training"
)

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
	s := fmt.Sprintf("given %s: %.0f effective codes of %d\n", joinedWords(g.Fields), g.Effective, g.Candidates)
	if g.Effective < fewEffective {
		s += "what is given is rare under the model, so that the rows are more alike than they should be\n"
	}
	return s
}

// joinedWords are words with commas between them.
func joinedWords(words []string) string {
	s := ""
	for k, w := range words {
		if k > 0 {
			s += ", "
		}
		s += w
	}
	return s
}

// fields divides the given conditions into values of the fields of a row, by the index of the
// field, and those that the model is told.
func (o Options) fields(m *training.Trained) (given map[int]float32, told Options, err error) {
	given, told = map[int]float32{}, o
	told.Conditions = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(o.Conditions)) {
		k := -1
		if m.Schema.IsTable() && !slices.Contains(m.Conditional(), name) {
			k = slices.Index(m.Schema.Names(), name)
			if k < 0 {
				return nil, told, experiments.Usagef("-given %s=…: no column of that name, want one of %s", name, joinedWords(m.Schema.Names()))
			}
		}
		if k < 0 {
			told.Conditions[name] = o.Conditions[name]
			continue
		}
		if given[k], err = valueOf(m.Schema.Fields[k], o.Conditions[name]); err != nil {
			return nil, told, err
		}
	}
	return given, told, nil
}

// underGiven draws rows with the given values of some fields.
func (d Draw) underGiven(ctx context.Context, m *training.Trained, given map[int]float32, told Options) (DrawResult, error) {
	if err := checkHeld(d.N, m.Shape); err != nil {
		return DrawResult{}, err
	}
	model, fit, err := d.Prior.of(ctx, m, d.Seed)
	if err != nil {
		return DrawResult{}, err
	}
	about, err := told.conditions(m, d.N)
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
	each := func(f func(x *tensor.Tensor) error) error { return f(rows.X) }
	return DrawResult{N: d.N, Examples: Stream{d.N, m.Schema, each}, Report: DrawReport{fit, g}}, nil
}
