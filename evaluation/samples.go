package evaluation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"latentspace/data"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/nn/kernel"
	"latentspace/nn/tensor"
	"latentspace/probe"
)

// samples is the part about what a model draws, beside data that it has not seen:
//
//	frechet_distance     of the features' moments
//	kernel_distance      of the features
//	precision, recall    by balls around 3 neighbours; density, coverage around 5
//	classifier_accuracy  of the network whose features these are, on the held-out examples
//	class_entropy        of the classes of the samples, at most ln of their number
//	copy_ratio           how far samples are from the nearest training example, over how far held-out ones are, medians
//	copies               samples nearer than a tenth of the latter
//	modes, high_quality  of points around known modes: how many have a sample within three deviations; share of samples that are
var samples = part{
	name: "samples",
	figures: []string{"frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage",
		"classifier_accuracy", "class_entropy", "copy_ratio", "copies", "modes", "high_quality"},
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
	if _, err := m.Model.Prior(); err != nil {
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no latent space to draw from.", m.Model.Kind))
	}
	n := samplesDrawn
	if m.Full {
		n = fullSamples
	}
	if m.N > 0 {
		n = min(n, m.N)
	}
	n = min(n, m.Held.Len())
	if m.Modes != nil {
		n = max(n, modesDrawn)
	}
	if n < leastCompared {
		return Section{}, lacking(fmt.Sprintf("%d held-out examples are too few to compare samples with: want at least %d.", n, leastCompared))
	}
	z, err := m.Model.Draw(n, m.Seed)
	if err != nil {
		return Section{}, err
	}
	x, err := m.Model.Decode(ctx, z)
	if err != nil {
		return Section{}, err
	}
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		return Section{}, metrics.Unfit(fmt.Sprintf("sample %d has a value of %v, which is no number", i/(x.Len()/n), x.Data[i]))
	}
	held, err := m.read(0, min(n, m.Held.Len()))
	if err != nil {
		return Section{}, err
	}
	c := comparison{m: m, x: x, held: held}
	for _, step := range []struct {
		figures []string
		measure func(context.Context) error
	}{
		{[]string{"classifier_accuracy", "class_entropy", "frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage"}, c.features},
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
}

// add adds a figure of a number of samples, unless it is an error that keeps it out.
func (c *comparison) add(name string, e metrics.Estimate, unit, reduction, method string) {
	c.Figures = append(c.Figures, figure(name, e, unit, Protocol{
		Split: c.m.Split, N: c.held.Shape[0], Draws: c.x.Shape[0], Reduction: reduction, Method: method, Seed: c.m.Seed,
	}))
}

// features compares features, those of a classifier where the data have classes, or else
// principal components.
func (c *comparison) features(ctx context.Context) error {
	drawn, real, method, err := c.classified(ctx)
	var lacks lacking
	if errors.As(err, &lacks) {
		c.leave("The samples are compared by principal components, not by a classifier: the data have no classes to tell apart.")
		drawn, real, method, err = c.components(ctx)
	}
	if err != nil {
		return err
	}
	n := min(drawn.Shape[0], real.Shape[0])
	drawn, real = first(drawn, n), first(real, n)
	if c.m.wants("frechet_distance") {
		e, err := metrics.Frechet(drawn, real)
		if err != nil {
			return err
		}
		c.add("frechet_distance", e, "squared feature units", "", fmt.Sprintf("%s; %d of each; biased upwards by few (Heusel et al. 2017)", method, n))
	}
	if c.m.wants("kernel_distance") {
		e, err := metrics.KernelDistance(drawn, real)
		if err != nil {
			return err
		}
		c.add("kernel_distance", e, "squared discrepancy", "mean over ten parts", method+"; cubic kernel, no bias (Bińkowski et al. 2018)")
	}
	if !slices.ContainsFunc([]string{"precision", "recall", "density", "coverage"}, c.m.wants) {
		return nil
	}
	a, err := metrics.CompareManifolds(ctx, drawn, real)
	if err != nil {
		return err
	}
	c.add("precision", a.Precision, "share of samples", samplesReduction, method+"; 3 neighbours (Kynkäänniemi et al. 2019)")
	c.add("recall", a.Recall, "share of examples", "mean over examples", method+"; 3 neighbours (Kynkäänniemi et al. 2019)")
	c.add("density", a.Density, "1 for the data themselves", samplesReduction, method+"; 5 neighbours (Naeem et al. 2020)")
	c.add("coverage", a.Coverage, "share of examples", "mean over examples", method+"; 5 neighbours (Naeem et al. 2020)")
	return nil
}

// classified returns features of the classifier, after telling how well it does and what
// classes it sees among the samples.
func (c *comparison) classified(ctx context.Context) (drawn, real *tensor.Tensor, method string, err error) {
	network, err := c.m.classifier(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	seen, drawn, err := network.read(ctx, c.x)
	if err != nil {
		return nil, nil, "", err
	}
	told, real, err := network.read(ctx, c.held)
	if err != nil {
		return nil, nil, "", err
	}
	method = fmt.Sprintf("%d features of a classifier trained on %d examples", probe.Features, min(classifierExamples, c.m.Train.Len()))
	if labels, ok := c.m.Held.(data.Labeled); ok {
		right := make([]float64, len(told))
		for i, class := range told {
			if class == labels.Label(i) {
				right[i] = 1
			}
		}
		c.add("classifier_accuracy", metrics.Mean(right), "share of examples", "mean over examples", method)
	}
	c.add("class_entropy", entropy(seen, network.classes), fmt.Sprintf("nats, at most ln %d = %.3g", network.classes, math.Log(float64(network.classes))), "", "classes of the samples as the classifier tells them")
	return drawn, real, method, nil
}

// entropy is that of the shares of n classes, −Σ p·ln p, with the error of the mean of
// −ln p over the samples.
func entropy(seen []int, n int) metrics.Estimate {
	count := make([]float64, n)
	for _, class := range seen {
		count[class]++
	}
	surprise := make([]float64, len(seen))
	for i, class := range seen {
		surprise[i] = -math.Log(count[class] / float64(len(seen)))
	}
	return metrics.Mean(surprise)
}

// components returns principal components of the training set, or examples of few values
// as they are.
func (c *comparison) components(ctx context.Context) (drawn, real *tensor.Tensor, method string, err error) {
	drawn, real = flat(c.x), flat(c.held)
	d := drawn.Shape[1]
	if d <= mostComponents {
		return drawn, real, "the values themselves", nil
	}
	n := min(classifierExamples, c.m.Train.Len())
	k := min(mostComponents, n-1)
	p, err := latent.FitPCA(ctx, rowsOf{c.m.Train, n}, d, k)
	if err != nil {
		return nil, nil, "", err
	}
	return transformed(p, drawn, k), transformed(p, real, k), fmt.Sprintf("%d principal components of %d examples", k, n), nil
}

// rowsOf are the first n examples of a data set as rows.
type rowsOf struct {
	data.Dataset
	n int
}

// Len implements [latent.Rows].
func (r rowsOf) Len() int { return r.n }

func transformed(p *latent.PCA, x *tensor.Tensor, k int) *tensor.Tensor {
	z := tensor.New(x.Shape[0], k)
	p.Transform(z.Data, x.Data)
	return z
}

// copies compares how near samples and held-out examples are to the training set.
func (c *comparison) copies(ctx context.Context) error {
	n := c.m.Train.Len()
	if !c.m.Full {
		n = min(n, nearestExamples)
	}
	train, err := c.m.Model.Read(c.m.Train, 0, n)
	if err != nil {
		return err
	}
	drawn, err := metrics.Nearest(ctx, flat(c.x), flat(train), 1, false)
	if err != nil {
		return err
	}
	real, err := metrics.Nearest(ctx, flat(c.held), flat(train), 1, false)
	if err != nil {
		return err
	}
	usual, far := median(real.Distances), median(drawn.Distances)
	method := fmt.Sprintf("Euclidean, the nearest of %d training examples", n)
	if usual.Value > 0 {
		ratio := far.Value / usual.Value
		c.add("copy_ratio", metrics.Estimate{Value: ratio, Error: ratio * math.Hypot(far.Error/max(far.Value, 1e-30), usual.Error/usual.Value)}, "1 as for held-out examples", "ratio of medians", method)
	} else {
		c.leave("Held-out examples are copies of training examples: how near samples are says nothing.")
		return nil
	}
	bound := copyShare * usual.Value
	c.add("copies", nearer(drawn.Distances, bound), fmt.Sprintf("of %d samples", len(drawn.Distances)), "count",
		fmt.Sprintf("%s; nearer than a tenth of the median of held-out examples, of which %.0f of %d are", method, nearer(real.Distances, bound).Value, len(real.Distances)))
	c.Tables = append(c.Tables, nearestTable(drawn))
	return nil
}

// nearer is how many distances are below a bound, with the error of a count.
func nearer(distances []float64, bound float64) metrics.Estimate {
	counted := make([]float64, len(distances))
	for i, d := range distances {
		if d < bound {
			counted[i] = float64(len(counted))
		}
	}
	return metrics.Mean(counted)
}

func nearestTable(near *metrics.Neighbours) Table {
	t := Table{Name: "nearest", Title: "The nearest training example of the first samples", Columns: []string{"training example", "distance"}}
	for i := range min(nearestShown, len(near.IDs)) {
		t.Rows = append(t.Rows, fmt.Sprint(i))
		t.Values = append(t.Values, []float64{float64(near.IDs[i]), near.Distances[i]})
	}
	return t
}

// median is that of values, with the error of the order statistics √n/2 ranks beside it.
func median(values []float64) metrics.Estimate {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	aside := int(math.Ceil(math.Sqrt(float64(n)) / 2))
	lo, hi := s[max(0, n/2-aside)], s[min(n-1, n/2+aside)]
	return metrics.Estimate{Value: s[n/2], Error: (hi - lo) / 2}
}

// modes counts the modes that samples hit.
func (c *comparison) modes(context.Context) error {
	centres := c.m.Modes
	if centres == nil {
		if len(c.m.Metrics) == 0 {
			return nil // few data have any, and their lack is no lack of the report
		}
		return lacking("Modes are counted of points around known centres.")
	}
	bound := modeDeviations * c.m.Spread
	hits := make([]int, len(centres))
	good := make([]float64, c.x.Shape[0])
	for i := range good {
		p := row(c.x, i)
		for k, centre := range centres {
			if math.Hypot(float64(p[0])-centre[0], float64(p[1])-centre[1]) <= bound {
				hits[k]++
				good[i] = 1
				break
			}
		}
	}
	c.add("modes", hitModes(hits, len(good)), fmt.Sprintf("of %d", len(centres)), "count", "a mode counts with a sample within three deviations (Srivastava et al. 2017)")
	c.add("high_quality", metrics.Mean(good), "share of samples", samplesReduction, "within three deviations of a mode (Srivastava et al. 2017)")
	return nil
}

// hitModes is how many modes have a sample of n. Its error is that of a count whose terms
// are true with the probability that one more sample set would hit the mode.
func hitModes(hits []int, n int) metrics.Estimate {
	var e metrics.Estimate
	for _, h := range hits {
		if h > 0 {
			e.Value++
		}
		if miss := math.Pow(1-float64(h)/float64(n), float64(n)); h > 0 && miss > 1e-12 {
			e.Error += float64(miss * (1 - miss))
		}
	}
	e.Error = math.Sqrt(e.Error)
	return e
}
