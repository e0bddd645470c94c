package evaluation

import (
	"context"
	"fmt"

	"latentspace/anomaly"
	"latentspace/data"
	"latentspace/metrics"
)

// outliers is the part about how well scores tell examples of classes that training never saw from
// held-out ones of the others, as areas under the receiver operating characteristic:
//
//	outlier_auroc                 of the combined score
//	outlier_auroc_likelihood      of the importance-weighted −ln p(x)
//	outlier_auroc_reconstruction  of −ln p(x|z) at the mean code, or the squared error
//	outlier_auroc_density         of −ln of the density of the code
//	outlier_auroc_neighbours      of the local outlier factor of the code
var outliers = part{
	name:    "outliers",
	figures: []string{"outlier_auroc", "outlier_auroc_likelihood", "outlier_auroc_reconstruction", "outlier_auroc_density", "outlier_auroc_neighbours"},
	measure: measureOutliers,
}

const (
	outlierExamples = 2000
	outlierDraws    = 16
)

func measureOutliers(ctx context.Context, m *measurement) (Section, error) {
	switch {
	case m.Outliers == nil || m.Outliers.Len() == 0:
		return Section{}, lacking("No class was kept from training: data.outliers names some.")
	case !m.Model.CanEncode():
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no encoder: it gives examples no score.", m.Model.Kind))
	}
	n := m.some(outlierExamples)
	if n < 2 {
		return Section{}, lacking(tooFew(m.Split, n))
	}
	draws := m.Draws
	if draws == 0 {
		draws = outlierDraws
	}
	scorer, err := anomaly.New(ctx, m.Model, m.Train, anomaly.Options{Draws: draws, Seed: m.Seed})
	if err != nil {
		return Section{}, err
	}
	odd := m.drawn(m.Outliers)
	usual, err := scorer.Score(ctx, firstOf(m.Held, n))
	if err != nil {
		return Section{}, err
	}
	strange, err := scorer.Score(ctx, data.Subset(odd, data.Some(odd.Len(), max(n, leastCompared), m.Seed, "outliers")))
	if err != nil {
		return Section{}, err
	}
	var s Section
	for _, why := range scorer.Reasons {
		s.leave(why)
	}
	for _, name := range scorer.Names {
		e, err := metrics.AUROC(strange.Values[name], usual.Values[name])
		if err != nil {
			return Section{}, err
		}
		figureName := "outlier_auroc_" + name
		if name == anomaly.Combined {
			figureName = "outlier_auroc"
		}
		s.Figures = append(s.Figures, figure(figureName, e, "area, 0.5 if it tells nothing", Protocol{
			Split: m.Split, N: n, Draws: draws, Seed: m.Seed,
			Method: fmt.Sprintf("%d examples of other classes beside %d held-out ones, scores by %d training examples", len(strange.Values[name]), n, scorer.Training),
		}))
	}
	return s, nil
}

// firstOf is the first n examples of a data set.
func firstOf(ds data.Dataset, n int) data.Dataset {
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return data.Subset(ds, index)
}
