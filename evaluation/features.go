package evaluation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/trained"
)

// features compares features: those of a classifier if the data have classes, else principal
// components. If the features do not distinguish held-out examples, nothing is compared.
func (c *comparison) features(ctx context.Context) error {
	made := c.classified
	classes, err := c.m.classes()
	if err != nil {
		return err
	}
	if classes == nil {
		c.leave("The samples are compared by principal components, not by a classifier: the data have no classes to tell apart.")
		made = c.components
	}
	drawn, real, method, err := made(ctx)
	if err != nil {
		return err
	}
	n := min(drawn.Shape[0], real.Shape[0])
	drawn, real = first(drawn, n), first(real, n)
	vary, err := c.variance(drawn, real, method)
	if err != nil {
		return err
	}
	if c.m.wants("frechet_distance") {
		e, err := metrics.Frechet(drawn, real)
		if err = c.compared([]string{"frechet_distance"}, err, func() {
			c.add("frechet_distance", e, "squared feature units", "", fmt.Sprintf("%s; %d of each; biased upwards by few (Heusel et al. 2017)", method, n))
		}); err != nil {
			return err
		}
	}
	if err := c.baselines(real, method); err != nil {
		return err
	}
	if c.m.wants("kernel_distance") {
		e, err := metrics.KernelDistance(drawn, real)
		if err = c.compared([]string{"kernel_distance"}, err, func() {
			c.add("kernel_distance", e, "squared discrepancy", "mean over ten parts", method+"; cubic kernel, no bias (Bińkowski et al. 2018)")
		}); err != nil {
			return err
		}
	}
	manifolds := []string{"precision", "recall", "density", "coverage"}
	if !slices.ContainsFunc(manifolds, c.m.wants) {
		return nil
	}
	a, err := metrics.CompareManifolds(ctx, drawn, real)
	return c.compared(manifolds, err, func() {
		left, why := fooled(vary)
		if left == nil {
			left, why = contradicted(a, n)
		}
		if why != "" {
			c.leave(why)
			c.passing = append(c.passing, left...)
		}
		for _, f := range []struct {
			name            string
			e               metrics.Estimate
			unit, reduction string
			neighbours      string
		}{
			{"precision", a.Precision, "share of samples", samplesReduction, "3 neighbours (Kynkäänniemi et al. 2019)"},
			{"density", a.Density, "1 for the data themselves", samplesReduction, "5 neighbours (Naeem et al. 2020)"},
			{"recall", a.Recall, "share of examples", "mean over examples", "3 neighbours (Kynkäänniemi et al. 2019)"},
			{"coverage", a.Coverage, "share of examples", "mean over examples", "5 neighbours (Naeem et al. 2020)"},
		} {
			if !slices.Contains(left, f.name) {
				c.add(f.name, f.e, f.unit, f.reduction, method+"; "+f.neighbours)
			}
		}
	})
}

// variance adds the variance of the samples' features over that of the data, and returns it; 1 if
// it is not known. Samples that are nearly alike are a finding about the model, and say nothing
// against the features.
func (c *comparison) variance(drawn, real *tensor.Tensor, method string) (ratio float64, err error) {
	ratio = 1
	e, err := metrics.VarianceRatio(drawn, real)
	err = c.compared([]string{"feature_variance"}, err, func() {
		c.add("feature_variance", e, "1 as for the data", "", method+"; variance of the samples' features over that of held-out ones")
		ratio = e.Value
	})
	return ratio, err
}

// compared adds figures that were measured without an error, and leaves out those that are
// not defined for these samples and data: the others are measured all the same.
func (c *comparison) compared(names []string, err error, add func()) error {
	var unfit metrics.Unfit
	switch {
	case errors.As(err, &unfit):
		c.leave(strings.Join(names, ", ") + " cannot be measured: " + string(unfit) + ".")
		c.passing = append(c.passing, names...)
	case err != nil:
		return err
	default:
		add()
	}
	return nil
}

// classified returns features of the classifier, after adding its accuracy and the classes that it
// sees among the samples.
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
	method = learnedBy(c.m.classifierLearns(c.m.Full))
	accurate, spread := c.accurate(told, method), c.spread(real, leastAlive, method) // both tell of the network
	if err := cmp.Or(accurate, spread); err != nil {
		return nil, nil, "", err
	}
	classes := len(network.labels)
	c.add("class_entropy", entropy(seen, classes), fmt.Sprintf("nats, at most ln %d = %.3g", classes, elementary.Log(float64(classes))), "", "classes of the samples as the classifier tells them")
	unit := float32(1 / math.Sqrt(metrics.MeanVariance(real)))
	c.featuresOf = func(x *tensor.Tensor) (*tensor.Tensor, error) {
		_, f, err := network.read(ctx, x)
		if err != nil {
			return nil, err
		}
		return times(f, unit), nil
	}
	drawn, real = times(drawn, unit), times(real, unit)
	if err := c.conditions(seen, drawn, real, method); err != nil {
		return nil, nil, "", err
	}
	return drawn, real, method + ", scaled to a mean variance of 1 over held-out examples", nil
}

// times returns x times a factor. The size of a classifier's features is an accident of its
// training.
func times(x *tensor.Tensor, factor float32) *tensor.Tensor {
	y := x.Clone()
	for i := range y.Data {
		y.Data[i] *= factor
	}
	return y
}

// entropy returns the entropy of the shares of n classes,
//
//	−Σ p·ln p + (K − 1)/(2·n)
//
// with the correction for the K classes seen among n samples, and the error of the mean
// of −ln p over the samples beside that of the correction.
//
// Miller, Note on the Bias of Information Estimates, in Information Theory in Psychology, 1955.
func entropy(seen []int, n int) metrics.Estimate {
	count := map[int]float64{}
	for _, class := range seen {
		count[class]++
	}
	surprise := make([]float64, len(seen))
	for i, class := range seen {
		surprise[i] = -elementary.Log(count[class] / float64(len(seen)))
	}
	bias := float64(len(count)-1) / float64(2*len(seen))
	e := metrics.Mean(surprise)
	return metrics.Estimate{Value: min(e.Value+bias, elementary.Log(float64(n))), Error: elementary.Hypot(e.Error, bias)}
}

// components returns principal components of the training set, or examples of few values
// as they are.
func (c *comparison) components(ctx context.Context) (drawn, real *tensor.Tensor, method string, err error) {
	drawn, real = flat(c.x), flat(c.held)
	d := drawn.Shape[1]
	if d <= mostComponents {
		method = "the values themselves"
		c.featuresOf = func(x *tensor.Tensor) (*tensor.Tensor, error) { return flat(x), nil }
		return drawn, real, method, c.spread(real, 1, method)
	}
	n := min(classifierExamples, c.m.Train.Len())
	k := min(mostComponents, n-1)
	p, err := c.m.principal(ctx, n, d, k)
	if err != nil {
		return nil, nil, "", err
	}
	c.featuresOf = func(x *tensor.Tensor) (*tensor.Tensor, error) { return transformed(p, flat(x), k), nil }
	drawn, real, method = transformed(p, drawn, k), transformed(p, real, k), fmt.Sprintf("%d principal components of %d examples", k, n)
	return drawn, real, method, c.spread(real, 1, method)
}

// rowsOf returns the first n examples of a data set as rows, by the vectors of a model.
type rowsOf struct {
	data.Dataset
	m *trained.Model
	n int
}

// Len implements [latent.Rows].
func (r rowsOf) Len() int { return r.n }

// Read implements [latent.Rows].
func (r rowsOf) Read(i int, dst []float32) error {
	if !r.m.Schema.IsTable() && !r.m.Schema.IsText() {
		return r.Dataset.Read(i, dst)
	}
	x, err := r.m.Values(r.Dataset, i, 1)
	if err == nil {
		copy(dst, r.m.Vectors(x).Data)
	}
	return err
}

func transformed(p *latent.PCA, x *tensor.Tensor, k int) *tensor.Tensor {
	z := tensor.New(x.Shape[0], k)
	p.Transform(z.Data, x.Data)
	return z
}
