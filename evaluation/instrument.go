package evaluation

import (
	"errors"
	"fmt"
	"strings"

	"latentspace/data"
	"latentspace/metrics"
	"latentspace/probe"
	"latentspace/tensor"
)

// A figure measured with a network, or with principal components, is only as good as they are. So
// they are first tried on the held-out examples. If they fail, the figures made with them are left
// out: a network that has learned nothing gives all examples the same features, by which any
// samples look like the data.

// surelyAbove is the number of standard errors by which the accuracy must exceed chance
// for a classifier that has learned something.
const surelyAbove = 3

// leastAlive is the least number of [probe.Features] that vary in a classifier that works: for
// digits, letters and points about half do. If it fails, they are the same for all examples.
const leastAlive = 8

// bySamples are the figures that compare features of samples and of data.
var bySamples = []string{"class_entropy", "feature_variance", "frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage"}

// untrusted is the reason why the figures of an instrument are left out.
func untrusted(format string, args ...any) error {
	return lacking(fmt.Sprintf(format, args...) + ": " + strings.Join(bySamples, ", ") + " are left out.")
}

// accurate adds the accuracy of the classifier on the held-out examples, and the share of the most
// frequent class. An accuracy that is not clearly higher is [lacking].
func (c *comparison) accurate(told []int, method string) error {
	classes, err := data.ClassesOf(c.m.Held, len(told))
	if err != nil {
		return err
	}
	if classes == nil {
		return untrusted("The %s examples have no classes, so that the classifier cannot be tried on them", c.m.Split)
	}
	labels := classes.Labels
	accuracy, chance := metrics.Accuracy(told, labels), metrics.Chance(labels)
	c.add("classifier_accuracy", accuracy, "share of examples", "mean over examples", method)
	c.add("classifier_chance", chance, "share of examples", "mean over examples", "examples of the most frequent class: the accuracy of always telling that one")
	if gain := metrics.AboveChance(told, labels); !(gain.Value > surelyAbove*gain.Error) {
		return untrusted("The classifier has learned nothing that shows: it tells %.3g ± %.2g of %d %s examples right, and %.3g are of the most frequent class",
			accuracy.Value, accuracy.Error, len(told), c.m.Split, chance.Value)
	}
	return nil
}

// spread adds how many independent features the held-out examples have. Fewer features that
// vary than least, and features that are no numbers, are [lacking].
func (c *comparison) spread(real *tensor.Tensor, least int, method string) error {
	s, err := metrics.SpreadOf(real)
	var unfit metrics.Unfit
	switch {
	case errors.As(err, &unfit):
		return untrusted("The features of the %s examples cannot be used, as %s", c.m.Split, string(unfit))
	case err != nil:
		return err
	}
	d := real.Shape[1]
	c.add("feature_rank", s.Rank, fmt.Sprintf("of %d features, %d of which vary", d, s.Alive), "", method+"; participation ratio of the eigenvalues of the covariance over held-out examples")
	if s.Alive < least {
		return untrusted("The features do not tell the %s examples apart: %d of %d vary, want at least %d", c.m.Split, s.Alive, d, least)
	}
	return nil
}

// learnedBy says how the classifier's features were learned.
func learnedBy(n int) string {
	return fmt.Sprintf("%d features of a classifier trained on %d examples in %d steps", probe.Features, n, probe.Steps(n))
}
