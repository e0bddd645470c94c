package evaluation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"latentspace/data/columns"
	"latentspace/example"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/metrics/tables"
	"latentspace/tensor"
)

// fidelity is the part that compares synthetic rows of a table with its real ones, and says what
// they give away of the training rows:
//
//	column_shapes       how alike the distributions of each column are, mean over columns
//	pair_trends         how alike the relations of each pair of columns are, mean over pairs
//	related_trends      the same, over pairs that are related in the training rows
//	synthetic_accuracy  of a classifier of the label, trained on synthetic rows and tested on held-out ones
//	real_accuracy       of one that is trained on as many training rows
//	label_chance        of always telling the label that is the most frequent
//	discriminator       how well a classifier tells synthetic rows from training rows, as an area
//	row_copies          share of synthetic rows that are a training row
//	nearest_ratio       how far synthetic rows are from the nearest training row, over how far held-out ones are, medians
//	membership          how well the nearest synthetic row tells training rows from held-out ones, as an area
//	imputation_error    squared error of hidden numbers that the model fills, over that of the mean of their column
//	imputation_accuracy share of hidden words that the model fills right
//	column_shapes_ceiling, pair_trends_ceiling, related_trends_ceiling, discriminator_ceiling, row_copies_ceiling  the same of held-out rows in place of synthetic ones: no model is expected to be better
var fidelity = part{
	name: "fidelity",
	figures: []string{"column_shapes", "column_shapes_ceiling", "pair_trends", "pair_trends_ceiling", "related_trends", "related_trends_ceiling",
		"synthetic_accuracy", "real_accuracy", "label_chance", "discriminator", "discriminator_ceiling",
		"row_copies", "row_copies_ceiling", "nearest_ratio", "membership", "imputation_error", "imputation_accuracy"},
	measure: measureFidelity,
}

const (
	syntheticRows = 25_000
	shownPairs    = 12
)

func measureFidelity(ctx context.Context, m *measurement) (Section, error) {
	switch {
	case !m.Model.Schema.IsTable():
		return Section{}, lacking("Examples are no rows of a table.")
	case !m.Model.CanDecode() || !m.Model.HasPrior():
		return Section{}, lacking(fmt.Sprintf("A model of kind %s draws no rows.", m.Model.Kind))
	}
	n := m.learned(syntheticRows)
	if m.N > 0 {
		n = min(n, m.N)
	}
	held := min(m.Held.Len(), syntheticRows)
	if min(n, held) < leastCompared {
		return Section{}, lacking(fmt.Sprintf("%d training and %d held-out rows are too few to compare synthetic ones with: want at least %d of each.", n, held, leastCompared))
	}
	f := faithful{m: m}
	for _, rows := range []struct {
		to   *tables.Table
		read func() (*tensor.Tensor, error)
	}{
		{&f.synthetic, func() (*tensor.Tensor, error) { return m.Model.Samples(ctx, n, m.Seed) }},
		{&f.train, func() (*tensor.Tensor, error) { return m.Model.Values(m.Train, 0, n) }},
		{&f.held, func() (*tensor.Tensor, error) { return m.Model.Values(m.Held, 0, held) }},
	} {
		x, err := rows.read()
		if err != nil {
			return Section{}, err
		}
		if i := kernel.FirstNonFinite(x.Data); i >= 0 {
			return Section{}, metrics.Unfit(fmt.Sprintf("row %d has a value of %v, which is no number", i/m.Model.Schema.Width(), x.Data[i]))
		}
		*rows.to = columnsOf(m.Model.Schema, x, kernel.Seed(m.Seed, "evaluation.columns"))
	}
	for _, step := range []func(context.Context) error{f.similarity, f.learning, f.discrimination, f.privacy, f.imputation} {
		var unfit metrics.Unfit
		if err := step(ctx); errors.As(err, &unfit) {
			f.leave("Rows cannot be compared: " + string(unfit) + ".")
		} else if err != nil {
			return Section{}, err
		}
	}
	return f.Section, nil
}

// columnsOf are the columns of rows, as a file would have them.
func columnsOf(s example.Schema, x *tensor.Tensor, key kernel.Key) tables.Table {
	n, width := x.Shape[0], s.Width()
	t, at := make(tables.Table, len(s.Fields)), 0
	for k, f := range s.Fields {
		t[k] = tables.Column{Name: f.Name, Values: make([]float64, n)}
		if f.Indexed() && (f.Column == nil || len(f.Column.Bins) == 0) {
			t[k].Words = len(f.Words)
		}
		of := key.Mix(uint64(k))
		for i := range n {
			t[k].Values[i] = columns.Amount(f, x.Data[i*width+at:i*width+at+f.Width()], float64(of.Uniform(i)))
		}
		at += f.Width()
	}
	return t
}

// faithful is synthetic rows beside real ones.
type faithful struct {
	Section
	m                      *measurement
	synthetic, train, held tables.Table
}

func (f *faithful) add(name string, e metrics.Estimate, unit, method string) {
	f.Figures = append(f.Figures, figure(name, e, unit, Protocol{
		Split: f.m.Split, N: f.held.Len(), Draws: f.synthetic.Len(), Prior: f.m.Prior, Method: method, Seed: f.m.Seed,
	}))
}

// addKnown adds a figure, or says why the data do not have it: that it is not defined, or that its
// error is not, says nothing of the model.
func (f *faithful) addKnown(name string, e metrics.Estimate, unit, method, why string) {
	if sum := e.Value + e.Error; math.IsNaN(sum) || math.IsInf(sum, 0) {
		f.leave(name + ": " + why)
		return
	}
	f.add(name, e, unit, method)
}

// similarity compares columns and pairs of columns.
func (f *faithful) similarity(context.Context) error {
	made, err := tables.Compare(f.train, f.synthetic)
	if err != nil {
		return err
	}
	ceiling, err := tables.Compare(f.train, f.held)
	if err != nil {
		return err
	}
	const unit = "1 for the same"
	for _, s := range []struct {
		name, method, lack string
		made, real         metrics.Estimate
	}{
		{"column_shapes", "1 − Kolmogorov–Smirnov distance of numbers, 1 − total variation of words, mean over columns, beside training rows", "too many cells are missing.", made.Shape, ceiling.Shape},
		{"pair_trends", fmt.Sprintf("correlations of numbers, contingencies with words, mean over %d pairs, beside training rows", len(made.Pairs)), "there are no two columns that vary enough.", made.Trend, ceiling.Trend},
		{"related_trends", "the same over pairs with a correlation beyond ±0.5 or Cramér's V above 0.3 in training rows", "no two columns are related so much in training rows, or too few rows vary.", made.RelatedTrend, ceiling.RelatedTrend},
	} {
		f.addKnown(s.name, s.made, unit, s.method, s.lack)
		f.addKnown(s.name+"_ceiling", s.real, unit, s.method+"; of held-out rows", s.lack)
		if s.made.Value > s.real.Value {
			f.leave(fmt.Sprintf("%s is above its ceiling: %d held-out rows differ by chance from the training rows more than %d synthetic ones, which says nothing for the model.", s.name, f.held.Len(), f.synthetic.Len()))
		}
	}
	shapes := Table{Name: "shapes", Title: "How alike each column is", Columns: []string{"synthetic", "held-out rows"}}
	for k, c := range f.train {
		shapes.Rows = append(shapes.Rows, c.Name)
		shapes.Values = append(shapes.Values, []float64{made.Shapes[k], ceiling.Shapes[k]})
	}
	order := make([]int, len(made.Pairs))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(made.Pairs[a].Alike, made.Pairs[b].Alike) })
	pairs := Table{Name: "pairs", Title: "The pairs of columns that are least alike", Columns: []string{"synthetic", "held-out rows"}}
	for _, k := range order {
		if p := made.Pairs[k]; !math.IsNaN(p.Alike) && len(pairs.Rows) < shownPairs {
			pairs.Rows = append(pairs.Rows, f.train[p.A].Name+", "+f.train[p.B].Name)
			pairs.Values = append(pairs.Values, []float64{p.Alike, ceiling.Pairs[k].Alike})
		}
	}
	f.Tables = append(f.Tables, shapes, pairs)
	return nil
}

// learning trains classifiers of the label.
func (f *faithful) learning(ctx context.Context) error {
	if !f.m.wants("synthetic_accuracy") && !f.m.wants("real_accuracy") && !f.m.wants("label_chance") {
		return nil
	}
	label := labelOf(f.m.Model.Schema)
	if label < 0 || f.train[label].Words < 2 {
		f.leave("No column of a row is its label: no classifier learns from the rows.")
		return nil
	}
	l, err := tables.Learn(ctx, f.synthetic, f.train, f.held, label)
	if err != nil {
		return err
	}
	method := fmt.Sprintf("gradient-boosted trees that tell %s, at most 10,000 rows, tested on held-out rows", f.train[label].Name)
	f.add("synthetic_accuracy", l.Synthetic, "share of rows", method+"; trained on synthetic rows")
	f.add("real_accuracy", l.Real, "share of rows", method+"; trained on as many training rows")
	f.add("label_chance", l.Chance, "share of rows", "held-out rows of the most frequent label")
	return nil
}

// labelOf is the field of a row that is its label, −1 for none.
func labelOf(s example.Schema) int {
	if s.Table == nil {
		return -1
	}
	for _, c := range s.Table.Columns {
		if c.Label && c.Field != "" {
			return slices.IndexFunc(s.Fields, func(f example.Field) bool { return f.Name == c.Field })
		}
	}
	return -1
}

// discrimination trains a classifier to tell synthetic rows from training rows.
func (f *faithful) discrimination(ctx context.Context) error {
	for _, c := range []struct {
		name string
		rows tables.Table
	}{{"discriminator", f.synthetic}, {"discriminator_ceiling", f.held}} {
		if !f.m.wants(c.name) {
			continue
		}
		e, err := tables.Discriminate(ctx, f.train, c.rows)
		if err != nil {
			return err
		}
		f.add(c.name, e, "area, 0.5 if it cannot tell", "gradient-boosted trees, trained on half of the rows and tested on the others, beside training rows")
	}
	return nil
}

// privacy finds what synthetic rows give away.
func (f *faithful) privacy(ctx context.Context) error {
	if !slices.ContainsFunc([]string{"row_copies", "row_copies_ceiling", "nearest_ratio", "membership"}, f.m.wants) {
		return nil
	}
	p, err := tables.Guard(ctx, f.synthetic, f.train, f.held)
	if err != nil {
		return err
	}
	f.add("row_copies", p.Copies, "share of rows", "synthetic rows that equal a training row")
	f.add("row_copies_ceiling", p.HeldCopies, "share of rows", "held-out rows that equal a training row")
	f.addKnown("nearest_ratio", p.Nearer, "1 as for held-out rows", "ratio of medians of the distance to the nearest training row, by ranks of numbers and equal words",
		"most held-out rows equal a training row, so that how near synthetic ones are says nothing.")
	f.add("membership", p.Membership, "area, 0.5 if it tells nothing", "the distance to the nearest synthetic row tells training rows from held-out ones (Chen et al. 2020)")
	t := Table{Name: "nearest_rows", Title: "The nearest training row of the first synthetic rows", Columns: []string{"training row", "distance"}}
	for i := range min(nearestShown, len(p.Nearest)) {
		t.Rows = append(t.Rows, fmt.Sprint(i))
		t.Values = append(t.Values, []float64{float64(f.m.numbers[p.Nearest[i]]), p.Distances[i]})
	}
	f.Tables = append(f.Tables, t)
	return nil
}
