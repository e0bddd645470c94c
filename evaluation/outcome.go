package evaluation

import (
	"context"
	"errors"
	"fmt"
	"math"

	"latentspace/metrics"
	"latentspace/trained"
)

// Training says what is known about the training of a model.
type Training struct {
	Steps int
	// Losses are the losses at the ends of epochs, in validation or else in training; empty for a
	// model whose phases play against each other.
	Losses []float64
}

const (
	outcomeExamples = 500
	outcomeMean     = 2000 // training examples that the mean is of
	fewSteps        = 500
	stillFalling    = 0.02 // of the loss, in the last epoch
	farWorse        = 2    // times what it is compared with
)

// outcome compares a trained model with its first weights, and with a model that
// reconstructs everything as the mean of the training set. Texts have no mean, and a token that is
// left out moves all that follow, so that they are judged by their −ELBO alone.
type outcome struct {
	n                    int
	wrong, byMean, power float64 // squared error per example of the model and of the mean, and Σx²
	first                float64 // squared error with the first weights
	loss, firstLoss      float64 // −ELBO of both, where there is a likelihood
	began, likely        bool    // the first weights are known, and a likelihood
	text                 bool    // without squared errors
}

// outcomeOf returns nil for a model that cannot reconstruct.
func (m *measurement) outcomeOf(ctx context.Context) (*outcome, error) {
	n := min(outcomeExamples, m.Held.Len())
	if !m.Model.CanReconstruct() || n == 0 || m.Train.Len() == 0 {
		return nil, nil
	}
	x, err := m.read(0, n)
	if err != nil {
		return nil, err
	}
	o := &outcome{n: n, text: m.Model.Schema.IsText()}
	if !o.text {
		mean, err := m.meanExample()
		if err != nil {
			return nil, err
		}
		zero := make([]float32, len(mean))
		vectors := m.Model.Vectors(x.X)
		for i := range n {
			o.byMean += squaredError(row(vectors, i), mean) / float64(n)
			o.power += squaredError(row(vectors, i), zero) / float64(n)
		}
	}
	if o.wrong, o.loss, o.likely, err = m.costs(ctx, m.Model, x); err != nil || m.Untrained == nil {
		return o, err
	}
	untrained, err := m.Untrained()
	if err != nil {
		return nil, err
	}
	o.began = true
	o.first, o.firstLoss, _, err = m.costs(ctx, untrained, x)
	return o, err
}

// meanExample is the mean of training examples.
func (m *measurement) meanExample() ([]float32, error) {
	n := min(outcomeMean, m.Train.Len())
	sum := make([]float64, len(m.Model.VectorFields()))
	for lo := 0; lo < n; lo += reconstructionBatch {
		x, err := m.Model.Values(m.Train, lo, min(reconstructionBatch, n-lo))
		if err != nil {
			return nil, err
		}
		for i, v := range m.Model.Vectors(x).Data {
			sum[i%len(sum)] += float64(v) / float64(n)
		}
	}
	mean := make([]float32, len(sum))
	for k, v := range sum {
		mean[k] = float32(v)
	}
	return mean, nil
}

// costs returns the mean squared error of a model's reconstructions of x, 0 for texts, and, if it has a
// likelihood, its −ELBO.
func (m *measurement) costs(ctx context.Context, model *trained.Model, x trained.Examples) (wrong, loss float64, likely bool, err error) {
	n := x.Len()
	if !model.Schema.IsText() {
		y, err := model.Reconstruct(ctx, x)
		if err != nil {
			return 0, 0, false, err
		}
		a, b := model.Vectors(x.X), model.Vectors(y)
		for i := range n {
			wrong += squaredError(row(a, i), row(b, i)) / float64(n)
		}
	}
	of := *m
	of.Model = model
	if _, likely = model.Likelihood(); !likely {
		return wrong, 0, false, nil
	}
	var lacks lacking
	if _, err := of.evidence(); errors.As(err, &lacks) {
		return wrong, 0, false, nil
	}
	all, err := of.likelihoods(ctx, n, 1)
	if err != nil {
		return 0, 0, false, err
	}
	return wrong, metrics.Mean(all.NegELBO).Value, true, nil
}

// diverged returns a sentence if the model is far worse than with its first weights,
// else "".
func (o *outcome) diverged() string {
	const beside = "After training %s is %.4g %s, and %.4g with the first weights."
	switch {
	case o.likely && o.began && !(o.loss-o.firstLoss <= (farWorse-1)*math.Abs(o.firstLoss)):
		return fmt.Sprintf(beside, "−ELBO", o.loss, "nats per example", o.firstLoss)
	case o.began && !(o.wrong <= farWorse*o.first) && o.worse():
		return fmt.Sprintf(beside, "the squared error", o.wrong, "per example", o.first)
	}
	return ""
}

// worse reports whether the reconstructions are far worse than the mean of the training set,
// by more than rounding.
func (o *outcome) worse() bool {
	return !o.text && !(o.wrong <= float64(farWorse*o.byMean)+float64(1e-3*o.power)+1e-6)
}

// besideMean returns a sentence if the reconstructions are far worse than the mean of the training
// set, else "".
func (o *outcome) besideMean() string {
	if !o.worse() {
		return ""
	}
	return fmt.Sprintf("The reconstructions of %d examples have a squared error of %.4g per example, and the mean of the training set in place of each has %.4g.", o.n, o.wrong, o.byMean)
}

const remedyOfDivergence = "Go back to an earlier checkpoint; train with a lower rate (train.optimizer.lr), a bound on the gradient (train.clip) or train.on_nonfinite."

// finding returns the problem that the outcome shows, nil for none.
func (o *outcome) finding() *Finding {
	if o == nil {
		return nil
	}
	if why := o.diverged(); why != "" {
		return &Finding{"diverged", why, remedyOfDivergence}
	}
	if why := o.besideMean(); why != "" {
		return &Finding{"worse than the mean", why, "Train for longer or at another rate (train.optimizer.lr), and look at the range of the data: first weights and learning rates are for values of about one."}
	}
	return nil
}

// Outcome reports a model that is far worse than with its first weights, or than reconstructing
// everything as the mean of the training set. It is nil if neither holds, and for a model that
// cannot reconstruct.
func Outcome(ctx context.Context, s Subject, o Options) (*Finding, error) {
	out, err := newMeasurement(s, o).outcomeOf(ctx)
	if err != nil {
		return nil, fmt.Errorf("evaluation: outcome: %w", err)
	}
	return out.finding(), nil
}

// early returns a sentence if the model was trained for few steps or was still learning, "" if
// neither is known.
func (t *Training) early() string {
	if t == nil {
		return ""
	}
	if n := len(t.Losses); n >= 2 {
		before, last := t.Losses[n-2], t.Losses[n-1]
		if fell := before - last; fell > stillFalling*math.Abs(before) {
			return fmt.Sprintf("The loss was still falling, from %.4g to %.4g in the last of %d epochs.", before, last, n)
		}
	}
	if t.Steps < fewSteps {
		return fmt.Sprintf("It was trained for %d steps, which is few.", t.Steps)
	}
	return ""
}
