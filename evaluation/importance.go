package evaluation

import (
	"context"
	"fmt"
	"slices"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/tensor"
)

// importantCodes adds a table of the dimensions of the code by their worth to logistic
// regression, if it predicts the classes better than chance.
func (m *measurement) importantCodes(ctx context.Context, classes int, train, held labelled, s *Section) error {
	fit, err := metrics.FitLogistic(ctx, train.x, train.labels, classes)
	if err != nil {
		return err
	}
	if gain := metrics.AboveChance(fit.Predict(held.x), held.labels); !(gain.Value > surelyAbove*gain.Error) {
		s.leave("Logistic regression tells no more of the classes by the codes than chance does: no dimension is of more worth than another.")
		return nil
	}
	worth := metrics.PermutationImportance(held.x, held.labels, fit.Predict, kernel.Seed(m.Seed, "evaluation.importance"))
	t := Table{Name: "important_codes", Title: "Dimensions of the code by what they tell of the class", Columns: []string{"loss of accuracy when shuffled", "standard error"}}
	for _, k := range ranked(len(worth), func(k int) float64 { return worth[k].Value }) {
		t.Rows, t.Values = append(t.Rows, fmt.Sprint(k)), append(t.Values, []float64{worth[k].Value, worth[k].Error})
	}
	s.Tables = append(s.Tables, t)
	return nil
}

// ranked returns the first indices by falling value.
func ranked(n int, value func(k int) float64) []int {
	order := make([]int, n)
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch va, vb := value(a), value(b); {
		case va > vb:
			return -1
		case va < vb:
			return 1
		}
		return 0
	})
	return order[:min(n, shownImportant)]
}

// importantFeatures ranks the values of an example by the share of their variance that
// the code preserves.
func (m *measurement) importantFeatures(ctx context.Context, n int) (Table, error) {
	x, err := m.read(0, n)
	if err != nil {
		return Table{}, err
	}
	y, err := m.Model.Reconstruct(ctx, x)
	if err != nil {
		return Table{}, err
	}
	originals, remade := m.features(x.X), m.features(y)
	d := originals.Shape[1]
	mean, variance, wrong := make([]float64, d), make([]float64, d), make([]float64, d)
	for i := range n {
		for k, v := range row(originals, i) {
			mean[k] += float64(v) / float64(n)
		}
	}
	for i := range n {
		a, b := row(originals, i), row(remade, i)
		for k, v := range a {
			e, f := float64(v)-mean[k], float64(v)-float64(b[k])
			variance[k] += float64(e*e) / float64(n)
			wrong[k] += float64(f*f) / float64(n)
		}
	}
	if len(m.Model.Schema.Fields) > 1 {
		variance, wrong = m.byField(variance), m.byField(wrong)
		d = len(variance)
	}
	t := Table{Name: "important_features", Title: "Input features by how much of their variance comes back", Columns: []string{"variance explained", "variance", "share explained"}}
	for _, k := range ranked(d, func(k int) float64 { return variance[k] - wrong[k] }) {
		share := 0.0
		if variance[k] > 0 {
			share = 1 - wrong[k]/variance[k]
		}
		t.Rows, t.Values = append(t.Rows, m.featureName(k)), append(t.Values, []float64{variance[k] - wrong[k], variance[k], share})
	}
	return t, nil
}

// byField adds the values of vectors up that are of one field.
func (m *measurement) byField(values []float64) []float64 {
	sums := make([]float64, len(m.Model.Schema.Fields))
	for k, field := range m.Model.VectorFields() {
		sums[field] += values[k]
	}
	return sums
}

// features are the values of examples that are ranked: those of their vectors, and of a text how often
// it has each word.
func (m *measurement) features(x *tensor.Tensor) *tensor.Tensor {
	if !m.Model.Schema.IsText() {
		return m.Model.Vectors(x)
	}
	n, words := x.Shape[0], len(m.Model.Schema.Fields[0].Words)
	counts := tensor.New(n, words)
	for i := range n {
		for _, v := range row(x, i) {
			if v >= 0 {
				counts.Data[i*words+int(v)]++
			}
		}
	}
	return counts
}

// featureName describes the position of a value in an example, or names its field or its word.
func (m *measurement) featureName(k int) string {
	fields := m.Model.Schema.Fields
	if len(fields) > 1 {
		return fields[k].Name
	}
	if m.Model.Schema.IsText() {
		return fmt.Sprintf("%q", fields[0].Words[k])
	}
	if s := m.Model.Shape; len(s) == 3 {
		name := fmt.Sprintf("row %d, column %d", k/s[2]/s[1], k/s[2]%s[1])
		if s[2] > 1 {
			name += fmt.Sprintf(", channel %d", k%s[2])
		}
		return name
	}
	return fmt.Sprint(k)
}
