package evaluation

import (
	"context"
	"slices"

	"latentspace/data"
	"latentspace/latent"
	"latentspace/nn/tensor"
)

// measurement is a subject while it is measured, with what several parts need of it.
type measurement struct {
	Subject
	Options
	codesOf    map[data.Dataset]*tensor.Tensor
	classifies *classifier // nil before the first use
	components *latent.PCA // likewise
}

func newMeasurement(s Subject, o Options) *measurement {
	return &measurement{Subject: s, Options: o, codesOf: map[data.Dataset]*tensor.Tensor{}}
}

// wants reports whether a figure is asked for.
func (m *measurement) wants(name string) bool {
	return len(m.Metrics) == 0 || slices.Contains(m.Metrics, name)
}

// some is how many held-out examples a part takes that would take most of them, or all
// with Full: no more than there are and, where it is given, than N.
func (m *measurement) some(most int) int {
	n := m.Held.Len()
	if !m.Full {
		n = min(n, most)
	}
	if m.N > 0 {
		n = min(n, m.N)
	}
	return n
}

// codes returns the codes (n, dim) of the first n examples of the training or the
// held-out set: of a posterior, its means. They are encoded once.
func (m *measurement) codes(ctx context.Context, ds data.Dataset, n int) (*tensor.Tensor, error) {
	z, ok := m.codesOf[ds]
	if !ok || z.Shape[0] < n {
		var err error
		if z, err = m.Model.Codes(ctx, ds, n); err != nil {
			return nil, err
		}
		m.codesOf[ds] = z
	}
	dim := z.Shape[1]
	return tensor.From(z.Data[:n*dim], n, dim)
}
