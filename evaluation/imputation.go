package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/metrics/tables"
	"latentspace/tensor"
	"latentspace/trained"
)

const (
	imputedRows   = 1000
	imputedShare  = 0.1 // of the cells of a row that are hidden
	imputedRounds = 20
)

// imputation hides a tenth of the known cells of held-out rows, has the model fill them, and compares
// what it fills with what was there.
func (f *faithful) imputation(ctx context.Context) error {
	if !f.m.wants("imputation_error") && !f.m.wants("imputation_accuracy") {
		return nil
	}
	if !f.m.Model.CanEncode() {
		f.leave(fmt.Sprintf("A model of kind %s has no encoder: it fills no missing cells.", f.m.Model.Kind))
		return nil
	}
	n := f.m.some(imputedRows)
	x, err := f.m.read(0, n)
	if err != nil {
		return err
	}
	truth := columnsOf(f.m.Model.Schema, x.X, kernel.Seed(f.m.Seed, "evaluation.columns"))
	key := kernel.Seed(f.m.Seed, "evaluation.hidden")
	hidden := make([][]bool, n)
	for i := range hidden {
		hidden[i] = make([]bool, len(truth))
		for k, c := range truth {
			hidden[i][k] = !math.IsNaN(c.Values[i]) && key.Uniform(i*len(truth)+k) < imputedShare
		}
	}
	y, err := f.m.Model.Fill(ctx, trained.Examples{X: hide(f.m.Model, x, hidden), About: x.About}, hidden, trained.Filling{Rounds: imputedRounds, Seed: f.m.Seed})
	if err != nil {
		return err
	}
	filled := columnsOf(f.m.Model.Schema, y, kernel.Seed(f.m.Seed, "evaluation.filled"))
	wrong, byMean, right := imputed(truth, filled, f.train, hidden)
	method := fmt.Sprintf("a tenth of the cells of %d held-out rows hidden, %d rounds of drawing codes and cells in turn, and as many to average", n, imputedRounds)
	if sumOf(byMean, nil) > 0 {
		e, err := metrics.Jackknife(n, func(out func(int) bool) ([]float64, error) {
			return []float64{sumOf(wrong, out) / sumOf(byMean, out)}, nil
		})
		if err != nil {
			return err
		}
		f.addKnown("imputation_error", e[0], "1 as for the mean of the column", method+"; numbers in units of their column's deviation, summed over cells", "too few cells are hidden.")
	}
	if len(right) > 0 {
		f.add("imputation_accuracy", metrics.Mean(right), "share of hidden words", method)
	}
	return nil
}

// sumOf is the sum of the values that are not out; of all without out.
func sumOf(values []float64, out func(int) bool) float64 {
	sum := 0.0
	for i, v := range values {
		if out == nil || !out(i) {
			sum += v
		}
	}
	return sum
}

// hide is the rows with zeros in place of the hidden fields.
func hide(m *trained.Model, x trained.Examples, hidden [][]bool) *tensor.Tensor {
	out := x.X.Clone()
	width := m.Schema.Width()
	for i, row := range hidden {
		at := i * width
		for k, field := range m.Schema.Fields {
			if row[k] {
				clear(out.Data[at : at+field.Width()])
			}
			at += field.Width()
		}
	}
	return out
}

// imputed are, of each row, the squared errors of the hidden numbers and those of the means of their
// columns in the training rows, in units of the variance there, and of each hidden word whether it is
// right.
func imputed(truth, filled, train tables.Table, hidden [][]bool) (wrong, byMean, right []float64) {
	wrong, byMean = make([]float64, len(hidden)), make([]float64, len(hidden))
	for k, c := range truth {
		known := slices.DeleteFunc(slices.Clone(train[k].Values), math.IsNaN)
		mean := metrics.Mean(known).Value
		variance := 0.0
		for _, v := range known {
			variance += squareOf(v-mean) / float64(len(known))
		}
		for i, v := range c.Values {
			switch {
			case !hidden[i][k]:
			case c.Words > 0:
				right = append(right, 0)
				if filled[k].Values[i] == v {
					right[len(right)-1] = 1
				}
			case variance > 0:
				wrong[i] += squareOf(filled[k].Values[i]-v) / variance
				byMean[i] += squareOf(mean-v) / variance
			}
		}
	}
	return wrong, byMean, right
}

func squareOf(x float64) float64 { return float64(x * x) }
