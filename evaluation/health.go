package evaluation

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/models"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// health is the part about how a model uses its latent space:
//
//	active_units        dimensions whose posterior mean varies by more than 0.01
//	unused_codes        dimensions whose KL is below 0.01 nats; of a code that is a point, whose variance is below 0.01 of the largest
//	kl_max              the KL of the dimension that says most
//	kl_above_free_bits  Σ max(KL − free bits, 0) over dimensions, of a model whose loss has free bits
//
// where the prior's dimensions are independent, of a code of words
//
//	perplexity  e to the entropy of the frequencies of words: how many there would be, were they used alike
//	words_used  share of the words that any example has
//
// and
//
//	mutual_information  what a code tells about which of n examples it is of, at most ln n
//	marginal_kl         KL(q(z) ‖ p(z)), the mismatch of all codes and the prior
var health = part{
	name:    "health",
	figures: []string{"active_units", "unused_codes", "kl_max", "kl_above_free_bits", "mutual_information", "marginal_kl", "perplexity", "words_used"},
	measure: measureHealth,
}

// The columns of the table of dimensions that show how much each is used: the KL, if each dimension
// has its own, or else the variance.
const (
	DivergenceColumn = "KL in nats"
	VarianceColumn   = "variance of the mean"
)

const (
	healthExamples = 2000
	// mostAggregated bounds the examples of figures whose cost is the square of their
	// number.
	mostAggregated = 10_000
)

func measureHealth(ctx context.Context, m *measurement) (Section, error) {
	if !m.Model.CanEncode() {
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no encoder: nothing is known of its codes.", m.Model.Kind))
	}
	n := m.some(healthExamples)
	if n < 2 {
		return Section{}, lacking(tooFew(m.Split, n))
	}
	mu, logvar, err := m.posteriors(ctx, n)
	if err != nil {
		return Section{}, err
	}
	p := Protocol{Split: m.Split, N: n, Seed: m.Seed}
	by := func(method string) Protocol { p.Method = method; return p }
	all := metrics.Dimensions(mu, logvar)
	var prior latent.Density
	var unknown error // why the divergence from the prior is
	apart := false    // each dimension has a divergence of its own
	if logvar != nil {
		if prior, unknown = m.density("no divergence from it is known"); unknown == nil {
			apart = divergences(all, mu, logvar, prior)
		}
	}
	s := Section{Tables: []Table{dimensionTable(all, logvar != nil, apart)}}
	s.Figures = append(s.Figures, figure("active_units", metrics.CountAbove(variances(all), metrics.ActiveVariance), "of "+dimensions(len(all)),
		by("variance of the posterior mean above 0.01 (Burda et al. 2016)")))
	if logvar == nil {
		largest := 0.0
		for _, d := range all {
			largest = max(largest, d.Variance.Value)
		}
		s.Figures = append(s.Figures, figure("unused_codes", below(variances(all), largest/100), "of "+dimensions(len(all)), by("variance below 0.01 of the largest")))
		words, err := m.wordFigures(ctx, n, by)
		if err != nil {
			return Section{}, err
		}
		s.Figures = append(s.Figures, words...)
		s.leave(fmt.Sprintf("The codes of a model of kind %s are points: they have no KL, no mutual information and no mismatch with a prior.", m.Model.Kind))
		return s, nil
	}
	switch {
	case unknown != nil:
		if sentence, lacks := lackOf(unknown); lacks {
			s.leave(sentence)
		} else {
			return Section{}, unknown
		}
	case apart:
		s.Figures = append(s.Figures, usedFigures(all, by)...)
		if free, ok := m.Model.Net.(models.FreeBits); ok {
			if nats, key := free.FreeNats(); nats > 0 {
				s.Figures = append(s.Figures, aboveFigure(all, nats, key, by))
			}
		}
	default:
		s.leave("The KL of a dimension is not defined, as the dimensions of the model's prior are not independent: unused_codes and kl_max are left out.")
	}
	if !m.wants("mutual_information") && !m.wants("marginal_kl") {
		return s, nil
	}
	p.N = min(n, mostAggregated)
	eps := tensor.New(p.N, len(all))
	kernel.Normal(eps.Data, kernel.Seed(m.Seed, "evaluation.health"))
	var under func(z *tensor.Tensor, dst []float64) error
	if prior != nil && !latent.IsStandard(prior) {
		under = prior.LogDensity
	}
	a, err := metrics.AggregateUnder(ctx, first(mu, p.N), first(logvar, p.N), eps, under)
	if err != nil {
		return Section{}, err
	}
	p.Draws = 1
	s.Figures = append(s.Figures,
		figure("mutual_information", a.MutualInformation, "nats", by(fmt.Sprintf("aggregate posterior of %d examples, at most ln n = %.3g (Hoffman and Johnson 2016)", p.N, elementary.Log(float64(p.N))))))
	if prior != nil {
		s.Figures = append(s.Figures, figure("marginal_kl", a.MarginalKL, "nats", by("aggregate posterior against the prior (Hoffman and Johnson 2016)")))
	}
	return s, nil
}

// wordFigures are those of a code of words; of another there are none. Where codebooks take turns, the
// entropy is their mean.
func (m *measurement) wordFigures(ctx context.Context, n int, by func(method string) Protocol) ([]Figure, error) {
	words, books, ok := m.Model.Vocabulary()
	if !ok || !m.wants("perplexity") && !m.wants("words_used") {
		return nil, nil
	}
	x, err := m.Model.Wording(ctx, m.Held, n)
	if err != nil {
		return nil, err
	}
	slots := x.Shape[1]
	counts, used := make([]float64, books*words), 0.0
	at := func(i int) int { return i%slots%books*words + int(x.Data[i]) }
	for i := range x.Data {
		if counts[at(i)]++; counts[at(i)] == 1 {
			used++
		}
	}
	surprise := make([]float64, n) // of each example's words, in the mean; the mean over examples is the entropy
	for i := range x.Data {
		surprise[i/slots] -= elementary.Log(counts[at(i)]*float64(books)/float64(len(x.Data))) / float64(slots)
	}
	e := metrics.Mean(surprise)
	e.Value = elementary.Exp(e.Value)
	e.Error *= e.Value
	unit := fmt.Sprintf("of %d words", words)
	return []Figure{
		figure("perplexity", e, unit, by("e to the entropy of the frequencies of words over all places and examples")),
		figure("words_used", metrics.Estimate{Value: used / float64(len(counts))}, "share "+unit, by("words that any place of an example has")),
	}, nil
}

// divergences sets the KL of each dimension from a prior with independent dimensions. It reports
// whether the prior is one.
func divergences(all []metrics.Dimension, mu, logvar *tensor.Tensor, prior latent.Density) bool {
	if latent.IsStandard(prior) {
		return true
	}
	mean, deviation, ok := latent.Independent(prior)
	if !ok || len(mean) != len(all) {
		return false
	}
	// In units of the prior it is N(0, I).
	u, lv := mu.Clone(), logvar.Clone()
	for i, v := range mu.Data {
		k := i % len(all)
		s := float64(deviation[k])
		u.Data[i] = float32((float64(v) - float64(mean[k])) / s)
		lv.Data[i] = float32(float64(logvar.Data[i]) - float64(2*elementary.Log(s)))
	}
	for k, d := range metrics.Dimensions(u, lv) {
		all[k].KL = d.KL
	}
	return true
}

// usedFigures returns the number of unused dimensions, and the largest value of one.
func usedFigures(all []metrics.Dimension, by func(method string) Protocol) []Figure {
	kls := make([]metrics.Estimate, len(all))
	most := metrics.Estimate{Value: math.Inf(-1)}
	for k, d := range all {
		kls[k] = d.KL
		if d.KL.Value > most.Value {
			most = d.KL
		}
	}
	return []Figure{
		figure("unused_codes", below(kls, metrics.UsedKL), "of "+dimensions(len(all)), by("mean KL below 0.01 nats")),
		figure("kl_max", most, "nats", by("largest mean KL of a dimension")),
	}
}

// aboveFigure returns what the code says beyond what the loss of the model lets each dimension say for
// nothing.
func aboveFigure(all []metrics.Dimension, nats float64, key string, by func(method string) Protocol) Figure {
	e, squares := metrics.Estimate{}, 0.0
	for _, d := range all {
		if d.KL.Value > nats {
			e.Value += d.KL.Value - nats
			squares += float64(d.KL.Error * d.KL.Error)
		}
	}
	e.Error = math.Sqrt(squares)
	return figure("kl_above_free_bits", e, "nats", by(fmt.Sprintf("mean KL of each dimension above %s, %g; errors of dimensions taken for independent", key, nats)))
}

func dimensions(n int) string {
	if n == 1 {
		return "1 dimension"
	}
	return fmt.Sprintf("%d dimensions", n)
}

func variances(all []metrics.Dimension) []metrics.Estimate {
	v := make([]metrics.Estimate, len(all))
	for k, d := range all {
		v[k] = d.Variance
	}
	return v
}

// below returns the number of estimates that are not above a bound.
func below(all []metrics.Estimate, bound float64) metrics.Estimate {
	above := metrics.CountAbove(all, bound)
	return metrics.Estimate{Value: float64(len(all)) - above.Value, Error: above.Error}
}

// first returns the first n rows of a matrix.
func first(x *tensor.Tensor, n int) *tensor.Tensor {
	d := x.Shape[1]
	return &tensor.Tensor{Shape: []int{n, d}, Data: x.Data[:n*d]}
}

// posteriors returns the means and the log-variances (n, dim) of the codes of the first n
// held-out examples. Of codes that are points the log-variances are nil.
func (m *measurement) posteriors(ctx context.Context, n int) (mu, logvar *tensor.Tensor, err error) {
	if !m.Model.HasPosterior() {
		mu, err = m.codes(ctx, held, n)
		return mu, nil, err
	}
	return m.Model.Posteriors(ctx, m.Held, n)
}

// dimensionTable has a row for each dimension, by its number, of posteriors with their variance
// and, where each dimension has a divergence of its own, with that.
func dimensionTable(all []metrics.Dimension, posterior, apart bool) Table {
	t := Table{Name: "dimensions", Title: "Use of each dimension of the code", Columns: []string{"mean", VarianceColumn}}
	if apart {
		t.Columns = append(t.Columns, DivergenceColumn)
	}
	if posterior {
		t.Columns = append(t.Columns, "mean variance of the posterior")
	}
	for k, d := range all {
		values := []float64{d.Mean, d.Variance.Value}
		if apart {
			values = append(values, d.KL.Value)
		}
		if posterior {
			values = append(values, d.Noise)
		}
		t.Rows, t.Values = append(t.Rows, fmt.Sprint(k)), append(t.Values, values)
	}
	return t
}
