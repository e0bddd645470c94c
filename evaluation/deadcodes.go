package evaluation

import (
	"context"
	"fmt"
	"math"

	"latentspace/models"
)

const (
	deadExamples  = 1000
	deadFeatures  = 0.1  // share of a dictionary that is lost
	deadDeviation = 1e-3 // of the root of the mean square of a dimension, below which it counts as constant
)

// deadCodes finds dimensions of the code that are the same for every example: dead units, or all
// dimensions if the encoder is dead. Features of a dictionary are dead if no example has them.
func deadCodes(ctx context.Context, d *diagnosis) (*Finding, error) {
	if _, ok := d.m.Model.Net.(models.Dictionary); ok {
		dead, ok := d.Figure("dead_features")
		if !ok || dead.Value <= deadFeatures {
			return nil, nil
		}
		return &Finding{"dead features", fmt.Sprintf("%.0f %% %s are of no example.", 100*dead.Value, dead.Unit),
			"Raise model.auxiliary or lower model.dead_after, so that more dead features come back sooner; train for longer; measure with more examples, of which rare features have few."}, nil
	}
	n := min(deadExamples, d.m.Held.Len())
	if !d.m.Model.CanEncode() || n < 2 {
		return nil, nil
	}
	z, err := d.m.codes(ctx, held, n)
	if err != nil {
		return nil, err
	}
	dim := z.Shape[1]
	dead, largest := 0, 0.0
	for k := range dim {
		mean, square, spread := 0.0, 0.0, 0.0
		for i := range n {
			mean += float64(row(z, i)[k]) / float64(n)
		}
		for i := range n {
			v := float64(row(z, i)[k])
			e := v - mean
			square += float64(v*v) / float64(n)
			spread += float64(e*e) / float64(n)
		}
		if spread <= deadDeviation*deadDeviation*square {
			dead++
		}
		largest = max(largest, math.Sqrt(spread))
	}
	const remedy = "Lower train.optimizer.lr, begin anew with another seed, or use an activation that does not die, such as leaky_relu, and he for first weights; check that the examples differ."
	switch {
	case dead == dim:
		return &Finding{"dead codes", fmt.Sprintf("The codes of %d examples are all the same, to %.2g: the decoder makes one and the same of every example.", n, largest), remedy}, nil
	case 3*dead >= dim && dead > 0:
		return &Finding{"dead codes", fmt.Sprintf("%d of %s of the code are the same for all of %d examples.", dead, dimensions(dim), n), "A smaller model.latent loses nothing. " + remedy}, nil
	}
	return nil, nil
}
