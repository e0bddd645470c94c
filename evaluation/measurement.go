package evaluation

import (
	"context"
	"errors"
	"slices"

	"latentspace/data"
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/trained"
)

// measurement is a subject while it is measured, with values that several parts share. Its training
// and held-out sets are views in an order that is a function of the seed.
type measurement struct {
	Subject
	Options
	// fixed is the training set in an order that does not depend on the seed.
	fixed      data.Dataset
	numbers    []int             // of the examples of Train in the training set itself
	codesOf    [2]*tensor.Tensor // by side, nil before the first use
	classifies *classifier       // nil before the first use
	components *latent.PCA       // likewise
}

func newMeasurement(s Subject, o Options) *measurement {
	m := &measurement{Subject: s, Options: o}
	train, held := s.drawn(s.Train), s.drawn(s.Held)
	m.fixed, _ = viewOf(train, kernel.Seed(1, "evaluation.fixed"))
	m.Train, m.numbers = viewOf(train, kernel.Seed(o.Seed, "evaluation.train"))
	m.Held, _ = viewOf(held, kernel.Seed(o.Seed, "evaluation.held"))
	return m
}

// wants reports whether a figure is requested.
func (m *measurement) wants(name string) bool {
	return len(m.Metrics) == 0 || slices.Contains(m.Metrics, name)
}

// some returns the number of held-out examples for a part that takes at most most, or
// all with Full. It is bounded by the number of examples and, if given, by N.
func (m *measurement) some(most int) int {
	n := min(m.Held.Len(), max(1000, allValues/tensor.Size(m.Model.Shape)))
	if !m.Full {
		n = min(n, most)
	}
	if m.N > 0 {
		n = min(n, m.N)
	}
	return n
}

// side is one of the two data sets of a subject.
type side int

const (
	train side = iota
	held
)

// set is the data set of a side.
func (m *measurement) set(of side) data.Dataset {
	if of == train {
		return m.Train
	}
	return m.Held
}

// manyValues bounds how many values of training examples are held at once: 16 million, of
// which pictures of 28×28 are 21,000 and pictures of 64×64 4,096. With Full it is allValues,
// half a gigabyte, of those on either side.
const (
	manyValues = 1 << 24
	allValues  = 1 << 27
)

// learned returns the number of training examples for a part that takes at most most, or all with
// Full. It is bounded by the number of examples and, without Full, by manyValues.
func (m *measurement) learned(most int) int {
	if m.Full {
		return min(m.Train.Len(), max(1000, allValues/tensor.Size(m.Model.Shape)))
	}
	return min(m.Train.Len(), most, max(1000, manyValues/tensor.Size(m.Model.Shape)))
}

// codes returns the codes (n, dim) of the first n examples of a side: of a posterior, its
// means. They are encoded once.
func (m *measurement) codes(ctx context.Context, of side, n int) (*tensor.Tensor, error) {
	z := m.codesOf[of]
	if z == nil || z.Shape[0] < n {
		var err error
		if z, err = m.Model.Codes(ctx, m.set(of), n); err != nil {
			return nil, err
		}
		m.codesOf[of] = z
	}
	return first(z, n), nil
}

// viewOf returns a data set in an order that is a function of the key, and the number that each
// example has in the set itself: so the first examples are a random part.
func viewOf(ds data.Dataset, key kernel.Key) (view data.Dataset, order []int) {
	order = make([]int, ds.Len())
	kernel.Permute(order, key)
	return data.Subset(ds, order), order
}

// evidence returns the evidence of the model, [lacking] if the density of examples is not known.
func (m *measurement) evidence() (trained.Evidence, error) {
	e, err := m.Model.Evidence()
	return e, unknown(err)
}

// density returns the density of the model's own prior. If it has none it is [lacking], with the
// consequence as a sentence.
func (m *measurement) density(follows string) (latent.Density, error) {
	d, err := m.Model.PriorDensity(follows)
	return d, unknown(err)
}

// unknown is an error as [lacking] if it says that something is not known of the model.
func unknown(err error) error {
	var u trained.Unknown
	if errors.As(err, &u) {
		return lacking(u)
	}
	return err
}
