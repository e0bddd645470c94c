package anomaly

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/data"
	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/trained"
)

// places are the parts of an example that may be odd, with what they cost in training examples: the
// columns of a table, the pixels of a picture, the coordinates of a point.
//
// A cost is −ln p of the part given the mean code, in nats. Where the model does not give that of
// single values it is their squared error or, of values in [0, 1] with a Bernoulli likelihood, their
// cross-entropy. Of a pixel it is the sum over channels.
type places struct {
	m               *trained.Model
	names           []string // nil for pixels
	height, width   int      // of pixels
	mean, deviation []float64
}

// placesOf are those of a model.
func placesOf(m *trained.Model) *places {
	p := &places{m: m}
	s := m.Schema
	switch {
	case s.IsPicture():
		p.height, p.width = m.Shape[0], m.Shape[1]
	case p.byField():
		p.names = s.Names()
	default:
		for k := range s.Width() {
			p.names = append(p.names, fmt.Sprintf("x%d", k))
		}
	}
	return p
}

// byField reports whether a place is a field of several.
func (p *places) byField() bool {
	_, ok := p.m.Likelihood()
	return ok && (len(p.m.Schema.Fields) > 1 || p.m.Schema.IsTable())
}

// count is the number of places.
func (p *places) count() int {
	if p.names == nil {
		return p.height * p.width
	}
	return len(p.names)
}

// fitPlaces measures the costs of training examples.
func fitPlaces(ctx context.Context, m *trained.Model, ds data.Dataset) (*places, error) {
	p := placesOf(m)
	n := p.count()
	p.mean, p.deviation = make([]float64, n), make([]float64, n)
	squares := make([]float64, n)
	for lo := 0; lo < ds.Len(); lo += readBatch {
		costs, _, err := p.costs(ctx, ds, lo, min(readBatch, ds.Len()-lo))
		if err != nil {
			return nil, err
		}
		for i, c := range costs {
			p.mean[i%n] += c / float64(ds.Len())
			squares[i%n] += float64(c*c) / float64(ds.Len())
		}
	}
	all := 0.0
	for k, mean := range p.mean {
		v := max(0, squares[k]-float64(mean*mean))
		all += v / float64(n)
		p.deviation[k] = math.Sqrt(v)
	}
	// A place that never varies must not be odder than all others for a trifle.
	least := float64(leastDeviation * math.Sqrt(all))
	for k := range p.deviation {
		if p.deviation[k] = max(p.deviation[k], least); p.deviation[k] == 0 {
			p.deviation[k] = 1
		}
	}
	return p, nil
}

// leastDeviation is the least deviation of the cost at a place, in parts of that of all.
const leastDeviation = 0.1

// costs are those of n examples at each place (n, places), and their reconstructions.
func (p *places) costs(ctx context.Context, ds data.Dataset, first, n int) ([]float64, *tensor.Tensor, error) {
	x, err := p.m.Read(ds, first, n)
	if err != nil {
		return nil, nil, err
	}
	z, err := p.m.Encode(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	y, err := p.m.Decode(ctx, z, x.About)
	if err != nil {
		return nil, nil, err
	}
	out := make([]float64, n*p.count())
	if p.byField() {
		nll, err := p.m.FieldNLLs(ctx, z, x)
		if err != nil {
			return nil, nil, err
		}
		for i, v := range nll.Data {
			out[i] = float64(v)
		}
		return out, y, nil
	}
	cost := squared
	if kind, _ := p.m.Likelihood(); kind == "bernoulli" {
		cost = crossEntropy
	}
	each := len(x.X.Data) / len(out) // values of a place
	for i, v := range x.X.Data {
		out[i/each] += cost(float64(v), float64(y.Data[i]))
	}
	return out, y, nil
}

func squared(x, y float64) float64 { return float64((x - y) * (x - y)) }

// crossEntropy is −x·ln y − (1 − x)·ln(1 − y), with y not nearer to 0 and 1 than float32 is to 1.
func crossEntropy(x, y float64) float64 {
	const nearest = 1.0 / (1 << 24)
	y = min(max(y, nearest), 1-nearest)
	return -float64(x*elementary.Log(y)) - float64((1-x)*elementary.Log(1-y))
}

// Oddity is a part of an example that costs more than in training examples.
type Oddity struct {
	Place string  `json:"place"`
	Score float64 `json:"score"` // deviations above the mean of training examples
}

// Odd is what makes examples odd.
type Odd struct {
	// Scores (n, places…) are how many deviations the cost at each place is above the mean of
	// training examples: of pictures (n, height, width, 1).
	Scores *tensor.Tensor
	// Worst are the oddest places of each example, the oddest first.
	Worst [][]Oddity
	// Originals and Reconstructions are the examples and what the model makes of their mean codes.
	Originals, Reconstructions *tensor.Tensor
}

// Places finds what makes examples first to first+n−1 of a data set odd, with the worst places of
// each. A model without a decoder gives nil.
func (s *Scorer) Places(ctx context.Context, ds data.Dataset, first, n, worst int) (*Odd, error) {
	if s.places == nil {
		return nil, nil
	}
	p := s.places
	costs, y, err := p.costs(ctx, ds, first, n)
	if err != nil {
		return nil, err
	}
	x, err := s.m.Values(ds, first, n)
	if err != nil {
		return nil, err
	}
	count := p.count()
	odd := &Odd{Scores: tensor.New(n, count), Originals: x, Reconstructions: y}
	for i, c := range costs {
		odd.Scores.Data[i] = float32((c - p.mean[i%count]) / p.deviation[i%count])
	}
	for i := range n {
		odd.Worst = append(odd.Worst, p.worst(odd.Scores.Data[i*count:(i+1)*count], worst))
	}
	if p.names == nil {
		odd.Scores.Shape = []int{n, p.height, p.width, 1}
	}
	return odd, nil
}

// worst are the places with the largest scores.
func (p *places) worst(scores []float32, n int) []Oddity {
	order := make([]int, len(scores))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	var out []Oddity
	for _, k := range order[:min(n, len(order))] {
		name := ""
		if p.names != nil {
			name = p.names[k]
		} else {
			name = fmt.Sprintf("row %d, column %d", k/p.width, k%p.width)
		}
		out = append(out, Oddity{name, float64(scores[k])})
	}
	return out
}
