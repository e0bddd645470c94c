package evaluation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/tensor"
)

// samples is the part that compares draws of a model with unseen data:
//
//	frechet_distance     of the features' moments
//	frechet_training     the same with training pictures in place of samples: what no model is expected to beat
//	frechet_gaussian     the same with pictures of pixels that are normal, with the mean and the covariance of training pictures: what any model should beat
//	kernel_distance      of the features
//	precision, recall    by balls around 3 neighbours; density, coverage around 5
//	classifier_accuracy  of the network whose features these are, on the held-out examples
//	classifier_chance    the share of the most frequent class among them, which is the accuracy of always telling it
//	feature_rank         how many independent features the held-out examples have
//	feature_variance     the variance of the samples' features over that of held-out examples
//	diversity            the variance of the samples over that of held-out examples, summed over values
//	class_entropy        of the classes of the samples, at most ln of their number
//	condition_accuracy   of a model that is told a class: share of samples whose class, as the network tells it, is that one
//	copy_ratio           how far samples are from the nearest training example, over how far held-out ones are, medians
//	copies               samples nearer than a tenth of the latter
//	modes, high_quality  of points around known modes: how many have a sample within three deviations; share of samples that are
var samples = part{
	name: "samples",
	figures: []string{"frechet_distance", "frechet_training", "frechet_gaussian", "kernel_distance", "precision", "recall", "density", "coverage",
		"classifier_accuracy", "classifier_chance", "feature_rank", "feature_variance", "diversity", "class_entropy", "condition_accuracy", "copy_ratio", "copies", "modes", "high_quality"},
	measure: measureSamples,
}

const (
	samplesDrawn     = 1000
	fullSamples      = 10_000
	nearestExamples  = 20_000 // of the training set
	nearestShown     = 16     // in the table
	leastCompared    = 20
	mostComponents   = 64
	copyShare        = 0.1
	modeDeviations   = 3
	modesDrawn       = 2500
	samplesReduction = "mean over samples"
)

func measureSamples(ctx context.Context, m *measurement) (Section, error) {
	switch {
	case m.Model.Schema.IsTable():
		return Section{}, lacking("Samples are rows of a table: their figures are those of fidelity.")
	case m.Model.Schema.IsText():
		return Section{}, lacking("Samples are texts, between which no distance is known that means something: nll and what comes back of examples judge the model.")
	case !m.Model.CanDecode():
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no decoder: it draws nothing.", m.Model.Kind))
	case !m.Model.HasPrior():
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no prior of its own to draw codes from.", m.Model.Kind))
	}
	n := samplesDrawn
	if m.Full {
		n = fullSamples
	}
	if m.N > 0 {
		n = min(n, m.N)
	}
	n = min(n, m.Held.Len())
	if n < leastCompared {
		return Section{}, lacking(fmt.Sprintf("%d held-out examples are too few to compare samples with: want at least %d.", n, leastCompared))
	}
	drawn := n
	if m.Modes != nil {
		drawn = max(n, modesDrawn)
	}
	if err := m.differ(n); err != nil {
		return Section{}, err
	}
	z, err := m.Model.Draw(drawn, m.Seed)
	if err != nil {
		return Section{}, metrics.Unfit(fmt.Sprintf("no code can be drawn: %v", err))
	}
	about, err := m.Model.Conditions(drawn, m.Seed, nil)
	if err != nil {
		return Section{}, err
	}
	x, err := m.Model.Decode(ctx, z, about)
	if err != nil {
		return Section{}, err
	}
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		return Section{}, metrics.Unfit(fmt.Sprintf("sample %d has a value of %v, which is no number", i/(x.Len()/drawn), x.Data[i]))
	}
	if m.Binarize { // as the data are drawn
		u := make([]float32, x.Len())
		kernel.Uniform(u, kernel.Seed(m.Seed, "evaluation.samples"))
		for i, p := range x.Data {
			x.Data[i] = 0
			if u[i] < p {
				x.Data[i] = 1
			}
		}
	}
	held, err := m.Model.Values(m.Held, 0, n)
	if err != nil {
		return Section{}, err
	}
	c := comparison{m: m, x: x, about: about, held: held}
	for _, step := range []struct {
		figures []string
		measure func(context.Context) error
	}{
		{append([]string{"classifier_accuracy", "classifier_chance", "feature_rank", "condition_accuracy"}, bySamples...), c.features},
		{[]string{"diversity"}, c.diversity},
		{[]string{"copy_ratio", "copies"}, c.copies},
		{[]string{"modes", "high_quality"}, c.modes},
	} {
		if !slices.ContainsFunc(step.figures, m.wants) {
			continue
		}
		var lacks lacking
		var unfit metrics.Unfit
		switch err := step.measure(ctx); {
		case errors.As(err, &lacks):
			c.leave(string(lacks))
		case errors.As(err, &unfit):
			c.leave("Samples cannot be compared: " + string(unfit) + ".")
		case err != nil:
			return Section{}, err
		}
	}
	return c.Section, nil
}

// comparison is samples beside held-out examples.
type comparison struct {
	Section
	m       *measurement
	x, held *tensor.Tensor // (n, shape…)
	about   *tensor.Tensor // what the model was told of each sample; nil of a model without conditions

	featuresOf func(x *tensor.Tensor) (*tensor.Tensor, error) // of other examples, once samples have theirs
}

// diversity compares the variances of samples and of held-out examples as they are. A generator that
// makes one example of every code has next to none, whatever its losses say.
func (c *comparison) diversity(context.Context) error {
	drawn, err := metrics.TotalVariance(c.x)
	if err != nil {
		return err
	}
	real, err := metrics.TotalVariance(c.held)
	if err != nil {
		return err
	}
	e, err := metrics.Diversity(drawn, real)
	return c.compared([]string{"diversity"}, err, func() {
		c.add("diversity", e, "1 as for the data", "sum over values, ratio of variances", fmt.Sprintf("variance of %d samples over that of %d held-out examples", c.x.Shape[0], c.held.Shape[0]))
	})
}

// add adds a figure of a number of samples, unless it is an error that keeps it out.
func (c *comparison) add(name string, e metrics.Estimate, unit, reduction, method string) {
	c.Figures = append(c.Figures, figure(name, e, unit, Protocol{
		Split: c.m.Split, N: c.held.Shape[0], Draws: c.x.Shape[0], Prior: c.m.Prior, Reduction: reduction, Method: method, Seed: c.m.Seed,
	}))
}

// baselines adds Fréchet distances of pictures that are no model's, beside which that of the samples
// means something: as many training pictures, and pictures of normal pixels.
func (c *comparison) baselines(real *tensor.Tensor, method string) error {
	if !c.m.Model.Schema.IsPicture() {
		return nil
	}
	n := min(c.x.Shape[0], c.m.Train.Len())
	for _, b := range []struct {
		name, what string
		pictures   func(n int) (*tensor.Tensor, error)
	}{
		{"frechet_training", "training pictures", func(n int) (*tensor.Tensor, error) { return c.m.Model.Values(c.m.Train, 0, n) }},
		{"frechet_gaussian", "normal pixels with the mean and the covariance of training pictures", c.m.gaussianPictures},
	} {
		if !c.m.wants(b.name) {
			continue
		}
		x, err := b.pictures(n)
		if err != nil {
			return err
		}
		f, err := c.featuresOf(x)
		if err != nil {
			return err
		}
		e, err := metrics.Frechet(f, first(real, min(n, real.Shape[0])))
		if err = c.compared([]string{b.name}, err, func() {
			c.add(b.name, e, "squared feature units", "", fmt.Sprintf("%s; %d %s in place of samples", method, n, b.what))
		}); err != nil {
			return err
		}
	}
	return nil
}

// gaussianFrom is how many training pictures the normal ones are made of.
const gaussianFrom = 1000

// gaussianPictures are n draws of the normal distribution of pictures with the mean and the
// covariance of m training pictures, within [0, 1]:
//
//	x = x̄ + Σᵢ εᵢ·(xᵢ − x̄)/√(m − 1),   ε ~ N(0, I)
func (m *measurement) gaussianPictures(n int) (*tensor.Tensor, error) {
	count := min(m.learned(gaussianFrom), m.Train.Len())
	if count < 2 {
		return nil, metrics.Unfit("there are too few training pictures for a normal distribution")
	}
	x, err := m.Model.Values(m.Train, 0, count)
	if err != nil {
		return nil, err
	}
	d := x.Len() / count
	mean := make([]float32, d)
	for k := range mean {
		sum := 0.0
		for i := range count {
			sum += float64(x.Data[i*d+k])
		}
		mean[k] = float32(sum / float64(count))
	}
	scale := float32(1 / math.Sqrt(float64(count-1)))
	for i, v := range x.Data {
		x.Data[i] = (v - mean[i%d]) * scale
	}
	eps := make([]float32, n*count)
	kernel.Normal(eps, kernel.Seed(m.Seed, "evaluation.gaussian"))
	out := tensor.New(append([]int{n}, m.Model.Shape...)...)
	kernel.MatMul(out.Data, eps, x.Data, n, d, count, false, false, false)
	for i := range out.Data {
		out.Data[i] = min(max(out.Data[i]+mean[i%d], 0), 1)
	}
	return out, nil
}
