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
	"latentspace/nn/tensor"
	"latentspace/probe"
)

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
	method = fmt.Sprintf("%d features of a classifier trained on %d examples", probe.Features, classifierLearns(c.m.Train, c.m.Model.Shape))
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

// entropy is that of the shares of n classes,
//
//	−Σ p·ln p + (K − 1)/(2·n)
//
// with the correction for the K classes seen among n samples, and the error of the mean
// of −ln p over the samples beside that of the correction.
//
// Miller, Note on the Bias of Information Estimates, in Information Theory in Psychology, 1955.
func entropy(seen []int, n int) metrics.Estimate {
	count := make([]float64, n)
	for _, class := range seen {
		count[class]++
	}
	surprise := make([]float64, len(seen))
	for i, class := range seen {
		surprise[i] = -math.Log(count[class] / float64(len(seen)))
	}
	classes := 0.0
	for _, c := range count {
		if c > 0 {
			classes++
		}
	}
	bias := (classes - 1) / float64(2*len(seen))
	e := metrics.Mean(surprise)
	return metrics.Estimate{Value: min(e.Value+bias, math.Log(float64(n))), Error: math.Hypot(e.Error, bias)}
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
