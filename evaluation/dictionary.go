package evaluation

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/metrics"
	"latentspace/models"
	"latentspace/tensor"
	"latentspace/trained"
)

// dictionary is the part about the features of a [models.Dictionary]:
//
//	dead_features   share of the features that no example has
//	l0              features of an example
//	explained       1 − Σ |x − y|² / Σ |x − mean|², the share of the variance that comes back
//	loss_recovered  (L(mean) − L(y)) / (L(mean) − L(x))
//
// for codes x of a run, which are what the model learned from, and what the model makes of them, y: L is
// the loss of the run's decoder with the mean of the codes, y or x in place of x, −ln p of its examples
// or else the squared error. It is 1 if nothing is lost, and 0 if a model is as good as the mean.
var dictionary = part{
	name:    "features",
	figures: []string{"dead_features", "l0", "explained", "loss_recovered"},
	measure: measureDictionary,
}

// Through is the run whose codes a model learned from.
type Through struct {
	Model *trained.Model
	Held  data.Dataset // examples of the run
	Name  string
}

const (
	dictionaryExamples = 10_000
	dictionaryBatch    = 512
	dictionaryRows     = 100 // of the table
)

func measureDictionary(ctx context.Context, m *measurement) (Section, error) {
	d, ok := m.Model.Net.(models.Dictionary)
	if !ok {
		return Section{}, lacking(fmt.Sprintf("The codes of a model of kind %s are no features of a dictionary.", m.Model.Kind))
	}
	n := m.some(dictionaryExamples)
	if n < 2 {
		return Section{}, lacking(tooFew(m.Split, n))
	}
	mean, err := meanOf(n, m.read)
	if err != nil {
		return Section{}, err
	}
	use := metrics.NewFeatureUse(d.Features(), 0)
	var kept, variance []float64
	for lo := 0; lo < n; lo += dictionaryBatch {
		x, err := m.read(lo, min(dictionaryBatch, n-lo))
		if err != nil {
			return Section{}, err
		}
		z, err := m.Model.Encode(ctx, x)
		if err != nil {
			return Section{}, err
		}
		y, err := m.Model.Decode(ctx, z, x.About)
		if err != nil {
			return Section{}, err
		}
		use.Add(lo, z)
		for i := range x.Len() {
			v := squaredError(row(x.X, i), mean)
			kept, variance = append(kept, v-squaredError(row(x.X, i), row(y, i))), append(variance, v)
		}
	}
	p := Protocol{Split: m.Split, N: n, Seed: m.Seed}
	by := func(method string) Protocol { p.Method = method; return p }
	s := Section{Figures: []Figure{
		figure("dead_features", use.Dead(), fmt.Sprintf("of %d features", d.Features()), by("share that no example has")),
		figure("l0", metrics.Mean(use.Counts), "features", by("mean over examples of the features that are not zero")),
	}, Tables: []Table{featureTable(use, n)}}
	if metrics.Mean(variance).Value > 0 {
		s.Figures = append(s.Figures, figure("explained", metrics.Ratio(kept, variance), "of the variance", by("1 − Σ |x − y|² / Σ |x − mean|²")))
	} else {
		s.leave("The examples are all the same: there is no variance to explain.")
	}
	if !m.wants("loss_recovered") {
		return s, nil
	}
	if m.Through == nil {
		s.leave("loss_recovered is of codes of another run, which -through names.")
		return s, nil
	}
	f, err := m.lossRecovered(ctx)
	if sentence, lacks := lackOf(err); lacks {
		s.leave(sentence)
	} else if err != nil {
		return Section{}, err
	} else {
		s.Figures = append(s.Figures, f)
	}
	return s, nil
}

// featureTable has a row for each of the features that most of n examples have.
func featureTable(use *metrics.FeatureUse, n int) Table {
	t := Table{Name: "features", Title: "The most used features", Columns: []string{"share of examples", "mean where it is"}}
	for _, k := range use.MostUsed(dictionaryRows) {
		f := use.Features[k]
		t.Rows, t.Values = append(t.Rows, fmt.Sprint(k)), append(t.Values, []float64{float64(f.Count) / float64(n), f.Mean})
	}
	return t
}

// meanOf is the mean of each value of n examples.
func meanOf(n int, read func(first, n int) (trained.Examples, error)) ([]float32, error) {
	var sum []float64
	for lo := 0; lo < n; lo += dictionaryBatch {
		x, err := read(lo, min(dictionaryBatch, n-lo))
		if err != nil {
			return nil, err
		}
		if sum == nil {
			sum = make([]float64, x.X.Len()/x.Len())
		}
		for i, v := range x.X.Data {
			sum[i%len(sum)] += float64(v)
		}
	}
	mean := make([]float32, len(sum))
	for k, v := range sum {
		mean[k] = float32(v / float64(n))
	}
	return mean, nil
}

// lossRecovered puts what the model makes of the codes of another run in their place.
func (m *measurement) lossRecovered(ctx context.Context) (Figure, error) {
	of := m.Through
	dim, err := of.Model.Dim()
	if err != nil {
		return Figure{}, err
	}
	if want := tensor.Size(m.Model.Shape); dim != want || !of.Model.CanReconstruct() {
		return Figure{}, lacking(fmt.Sprintf("loss_recovered: %s, a model of kind %s with codes of %d values, want one with an encoder and a decoder whose codes have the %d values that this model learned from.", of.Name, of.Model.Kind, dim, want))
	}
	n := min(of.Held.Len(), dictionaryExamples)
	if m.N > 0 {
		n = min(n, m.N)
	}
	codes := func(first, n int) (trained.Examples, error) {
		x, err := of.Model.Read(of.Held, first, n)
		if err != nil {
			return trained.Examples{}, err
		}
		z, err := of.Model.Encode(ctx, x)
		return trained.Examples{X: z}, err
	}
	mean, err := meanOf(n, codes)
	if err != nil {
		return Figure{}, err
	}
	var gained, all []float64
	for lo := 0; lo < n; lo += dictionaryBatch {
		x, err := of.Model.Read(of.Held, lo, min(dictionaryBatch, n-lo))
		if err != nil {
			return Figure{}, err
		}
		z, err := of.Model.Encode(ctx, x)
		if err != nil {
			return Figure{}, err
		}
		y, err := m.Model.Reconstruct(ctx, trained.Examples{X: &tensor.Tensor{Shape: append([]int{z.Shape[0]}, m.Model.Shape...), Data: z.Data}})
		if err != nil {
			return Figure{}, err
		}
		ablated := tensor.New(z.Shape...)
		for i := range ablated.Data {
			ablated.Data[i] = mean[i%dim]
		}
		var losses [3][]float64
		for k, code := range []*tensor.Tensor{ablated, {Shape: z.Shape, Data: y.Data}, z} {
			if losses[k], err = of.losses(ctx, code, x); err != nil {
				return Figure{}, err
			}
		}
		for i, a := range losses[0] {
			gained, all = append(gained, a-losses[1][i]), append(all, a-losses[2][i])
		}
	}
	if !(metrics.Mean(all).Value > 0) {
		return Figure{}, lacking(fmt.Sprintf("loss_recovered: the decoder of %s does no better with the codes than with their mean: there is nothing to recover.", of.Name))
	}
	return figure("loss_recovered", metrics.Ratio(gained, all), "1 if nothing is lost", Protocol{Split: m.Split, N: n, Seed: m.Seed,
		Method: "loss of the decoder of " + of.Name + " with the codes' mean, what the model makes of the codes, and the codes (as SAELens, by mean ablation)"}), nil
}

// losses are those of examples by codes that stand for theirs.
func (t *Through) losses(ctx context.Context, z *tensor.Tensor, x trained.Examples) ([]float64, error) {
	out := make([]float64, x.Len())
	if _, ok := t.Model.Likelihood(); ok {
		nlls, err := t.Model.FieldNLLs(ctx, z, x)
		if err != nil {
			return nil, err
		}
		for i := range out {
			for _, v := range row(nlls, i) {
				out[i] += float64(v)
			}
		}
		return out, nil
	}
	y, err := t.Model.Decode(ctx, z, x.About)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i] = squaredError(row(x.X, i), row(y, i))
	}
	return out, nil
}
