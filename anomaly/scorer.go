// Package anomaly measures how odd examples are to a model, by scores that are larger for odder
// examples, beside those of training examples; and which values of an example make it odd.
package anomaly

import (
	"context"
	"errors"
	"fmt"

	"latentspace/data"
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/tensor"
	"latentspace/trained"
)

// The scores of an example, of which a model has those that it can give.
const (
	// Reconstruction is −ln p(x|z) in nats at the mean code z of x; of a model without a likelihood
	// the squared error of the reconstruction.
	Reconstruction = "reconstruction"
	// Likelihood is the importance-weighted estimate of −ln p(x) in nats.
	Likelihood = "likelihood"
	// Density is −ln of the density of the code, in nats, under a mixture of normal distributions
	// that is fitted to the codes of training examples.
	Density = "density"
	// Neighbours is the logarithm of the local outlier factor of the code among those of training examples.
	Neighbours = "neighbours"
	// Combined is the sum of two parts, each in units of its spread among training examples: how far
	// the likelihood, or without one the reconstruction, is from that of a typical example, to either
	// side, since what is too simple, such as an empty picture, is more probable than any usual
	// example; and how far the density of the code is below that of a typical one.
	//
	// Nalisnick, Matsukawa, Teh and Lakshminarayanan, Detecting Out-of-Distribution Inputs to Deep
	// Generative Models Using Typicality, 2019.
	Combined = "score"
)

// The defaults of [Options].
const (
	DefaultTraining = 5_000
	DefaultDraws    = 64
)

// Options say what examples are compared with, and at what cost.
type Options struct {
	Training int // most training examples; 0 for [DefaultTraining]
	Draws    int // of the likelihood, of each example; 0 for [DefaultDraws]
	Seed     uint64
}

// Scorer scores examples beside those of a training set.
type Scorer struct {
	Names []string // of the scores, the combined one first
	// Reasons say why a score is missing.
	Reasons []string
	// Training is how many training examples there are to compare with.
	Training int

	m      *trained.Model
	o      Options
	codes  latent.Density // nil without codes or without a density
	near   *factor
	scales map[string]scale
	known  map[string][]float64 // scores of training examples, rising
	places *places
}

// Scores are those of some examples.
type Scores struct {
	Values    map[string][]float64 // of each example, by the name of the score
	Quantiles []float64            // the share of training examples whose combined score is lower
}

// New measures the examples of a training set to compare with: some of them, which the seed draws.
func New(ctx context.Context, m *trained.Model, train data.Dataset, o Options) (*Scorer, error) {
	if o.Training == 0 {
		o.Training = DefaultTraining
	}
	if o.Draws == 0 {
		o.Draws = DefaultDraws
	}
	if !m.CanEncode() {
		return nil, m.Lacks("encoder")
	}
	some := data.Subset(train, data.Some(train.Len(), o.Training, o.Seed, "anomaly"))
	if some.Len() < 2 {
		return nil, fmt.Errorf("anomaly: %d training examples to compare with, want at least 2", some.Len())
	}
	s := &Scorer{Training: some.Len(), m: m, o: o, scales: map[string]scale{}, known: map[string][]float64{}}
	if err := s.fit(ctx, some); err != nil {
		return nil, err
	}
	values, err := s.raw(ctx, some, "training")
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("anomaly: a model of kind %s gives no score: %v", m.Kind, s.Reasons)
	}
	s.Names = []string{Combined}
	for _, name := range []string{Likelihood, Reconstruction, Density, Neighbours} {
		if values[name] != nil {
			s.Names = append(s.Names, name)
			s.scales[name] = scaleOf(values[name])
		}
	}
	values[Combined] = s.combined(values)
	for name, v := range values {
		s.known[name] = rising(v)
	}
	return s, nil
}

// fit fits the density of the codes, and what training examples cost at each of their places.
func (s *Scorer) fit(ctx context.Context, some data.Dataset) error {
	z, err := s.m.Codes(ctx, some, some.Len())
	if err != nil {
		return err
	}
	if s.near, err = newFactor(ctx, z); err != nil {
		return err
	}
	prior, _, err := fitting.Fit(ctx, fitting.Spec{Kind: "gmm", Seed: s.o.Seed}, z, nil)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	density, ok := prior.(latent.Density)
	if err == nil && ok {
		err = density.LogDensity(z, make([]float64, z.Shape[0]))
	}
	if err != nil || !ok {
		s.Reasons = append(s.Reasons, fmt.Sprintf("The codes of training examples have no density: %v.", err))
	} else {
		s.codes = density
	}
	if !s.m.CanDecode() {
		s.Reasons = append(s.Reasons, fmt.Sprintf("A model of kind %s has no decoder: nothing is reconstructed.", s.m.Kind))
		return nil
	}
	s.places, err = fitPlaces(ctx, s.m, some)
	return err
}

// Score scores the examples of a data set.
func (s *Scorer) Score(ctx context.Context, ds data.Dataset) (Scores, error) {
	values, err := s.raw(ctx, ds, "scored")
	if err != nil {
		return Scores{}, err
	}
	values[Combined] = s.combined(values)
	out := Scores{Values: values, Quantiles: make([]float64, ds.Len())}
	for i, v := range values[Combined] {
		out.Quantiles[i] = below(s.known[Combined], v)
	}
	return out, nil
}

// raw are the scores of examples but for the combined one.
func (s *Scorer) raw(ctx context.Context, ds data.Dataset, purpose string) (map[string][]float64, error) {
	values := map[string][]float64{}
	nll, err := s.m.ImportanceNLLs(ctx, ds, s.o.Draws, kernel.Seed(s.o.Seed, "anomaly."+purpose)[0])
	var unknown trained.Unknown
	switch {
	case err == nil:
		values[Likelihood] = nll
	case !errors.As(err, &unknown):
		return nil, err
	case purpose == "training":
		s.Reasons = append(s.Reasons, string(unknown))
	}
	for lo := 0; lo < ds.Len(); lo += readBatch {
		x, err := s.m.Read(ds, lo, min(readBatch, ds.Len()-lo))
		if err != nil {
			return nil, err
		}
		z, err := s.m.Encode(ctx, x)
		if err != nil {
			return nil, err
		}
		if purpose != "training" {
			f, err := s.near.of(ctx, z)
			if err != nil {
				return nil, err
			}
			values[Neighbours] = append(values[Neighbours], f...)
		}
		if s.codes != nil {
			d := make([]float64, x.Len())
			if err := s.codes.LogDensity(z, d); err != nil {
				return nil, fmt.Errorf("anomaly: the codes of examples %d to %d: %w", lo, lo+x.Len()-1, err)
			}
			for _, v := range d {
				values[Density] = append(values[Density], -v)
			}
		}
		if s.m.CanDecode() {
			r, err := reconstruction(ctx, s.m, x, z)
			if err != nil {
				return nil, err
			}
			values[Reconstruction] = append(values[Reconstruction], r...)
		}
	}
	if purpose == "training" {
		values[Neighbours] = s.near.own
	}
	for name, all := range values {
		for i, v := range all {
			if !finite(v) {
				return nil, fmt.Errorf("anomaly: the %s of example %d is %v, want a number", name, i, v)
			}
		}
	}
	return values, nil
}

// readBatch is how many examples are read at a time.
const readBatch = 256

// reconstruction is −ln p(x|z) of examples at codes z, or the squared error of a model without a
// likelihood.
func reconstruction(ctx context.Context, m *trained.Model, x trained.Examples, z *tensor.Tensor) ([]float64, error) {
	out := make([]float64, x.Len())
	if _, ok := m.Likelihood(); ok {
		done := false
		err := m.NLLs(ctx, x, func(into []float32) bool {
			if done {
				return false
			}
			copy(into, z.Data)
			done = true
			return true
		}, func(nll []float32) {
			for i, v := range nll {
				out[i] = float64(v)
			}
		})
		return out, err
	}
	y, err := m.Decode(ctx, z, x.About)
	if err != nil {
		return nil, err
	}
	size := tensor.Size(m.Shape)
	for i := range out {
		for k := i * size; k < (i+1)*size; k++ {
			d := float64(x.X.Data[k]) - float64(y.Data[k])
			out[i] += float64(d * d)
		}
	}
	return out, nil
}

// Enters are the scores that enter the combined one.
func (s *Scorer) Enters() []string {
	var of []string
	if _, ok := s.scales[Likelihood]; ok {
		of = append(of, Likelihood)
	} else if _, ok := s.scales[Reconstruction]; ok {
		of = append(of, Reconstruction)
	}
	if _, ok := s.scales[Density]; ok {
		of = append(of, Density)
	}
	return of
}

// combined adds the scores that enter it, each in units of its spread.
func (s *Scorer) combined(values map[string][]float64) []float64 {
	var out []float64
	for _, name := range s.Enters() {
		if out == nil {
			out = make([]float64, len(values[name]))
		}
		odd := s.scales[name].away
		if name == Density {
			odd = s.scales[name].beyond
		}
		for i, v := range values[name] {
			out[i] += odd(v)
		}
	}
	return out
}
