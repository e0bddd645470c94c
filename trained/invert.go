package trained

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Inversion says how the code of an example is found without an encoder: as the one that the decoder
// makes most like it,
//
//	z* = argmin ‖x − G(z)‖² + Penalty·‖u‖²,   z = mean + deviation·u
//
// by Adam on u, from the Restarts nearest of [candidates] decoded draws from the prior. Mean and
// deviation are those of the prior in each dimension, so that u is about N(0, 1) for draws; a
// dimension in which they do not vary stays at its mean. The learning rate falls in a line from Rate
// to 0 over the Steps, and the best code on the way counts. With G's noise of variance Penalty in
// each value, z* is the likeliest code.
//
// Zhu, Krähenbühl, Shechtman and Efros, Generative Visual Manipulation on the Natural Image Manifold,
// ECCV 2016, section 3.1, by descent; Creswell and Bharath, Inverting the Generator of a Generative
// Adversarial Network, IEEE TNNLS 2018, with the prior.
type Inversion struct {
	Steps    int     // of descent from each start, from 1 to 100,000
	Restarts int     // starts of each example, from 1 to [candidates]
	Rate     float64 // first learning rate, in deviations of the prior, above 0
	Penalty  float64 // of codes far from the prior's mean, at least 0
	Seed     uint64  // of the candidates
}

// DefaultInversion is enough for pictures of digits; more steps and restarts come nearer.
var DefaultInversion = Inversion{Steps: 200, Restarts: 4, Rate: 0.1, Penalty: 0.03, Seed: 1}

// candidates are how many draws from the prior are decoded, among which a descent begins.
const candidates = 256

// Check reports options out of range.
func (o Inversion) Check() error {
	switch {
	case o.Steps < 1 || o.Steps > 100_000:
		return fmt.Errorf("steps %d, want it from 1 to 100000", o.Steps)
	case o.Restarts < 1 || o.Restarts > candidates:
		return fmt.Errorf("restarts %d, want it from 1 to %d", o.Restarts, candidates)
	case !(o.Rate > 0) || math.IsInf(o.Rate, 0):
		return fmt.Errorf("rate %v, want it above 0", o.Rate)
	case !(o.Penalty >= 0) || math.IsInf(o.Penalty, 0):
		return fmt.Errorf("penalty %v, want it at least 0", o.Penalty)
	}
	return nil
}

// inversion is an [Inversion] of a model, with the codes that were found.
type inversion struct {
	Inversion
	mean, deviation []float64      // of the prior
	draws           *tensor.Tensor // the candidates (candidates, dim)

	mu    sync.Mutex
	found map[[sha256.Size]byte][]float32 // by example and what is known of it
}

// Inverting is the model with the same weights that finds codes by descent through its decoder,
// whether it has an encoder or not. Its codes are points; the code of an example owes nothing to the
// others.
func (m *Model) Inverting(o Inversion) (*Model, error) {
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("trained: inversion: %w", err)
	}
	if _, ok := m.Net.(models.Sequential); ok || slices.ContainsFunc(m.Schema.Fields, example.Field.Indexed) {
		return nil, fmt.Errorf("trained: inversion: the model of kind %s makes words, through which there is no descent; want examples of numbers", m.Kind)
	}
	if !m.CanDecode() {
		return nil, m.Lacks("decoder to find codes by descent through")
	}
	draws, err := m.Draw(candidates, o.Seed)
	if err != nil {
		return nil, err
	}
	i := &inversion{Inversion: o, draws: draws, found: map[[sha256.Size]byte][]float32{}}
	i.mean, i.deviation = make([]float64, m.dim), make([]float64, m.dim)
	prior, err := m.Prior()
	if err != nil {
		return nil, err
	}
	if latent.IsStandard(prior) {
		for k := range i.deviation {
			i.deviation[k] = 1
		}
	} else if err := i.moments(); err != nil {
		return nil, err
	}
	inverting := *m
	inverting.inversion, inverting.posterior = i, false
	return &inverting, nil
}

// moments takes mean and deviation of the prior from the candidates.
func (i *inversion) moments() error {
	d := len(i.mean)
	for k, v := range i.draws.Data {
		i.mean[k%d] += float64(float64(v) / candidates)
	}
	for k, v := range i.draws.Data {
		e := float64(v) - i.mean[k%d]
		i.deviation[k%d] += float64(e*e) / (candidates - 1)
	}
	for k, v := range i.deviation {
		if i.deviation[k] = math.Sqrt(v); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("trained: inversion: draws from the prior have the variance %v in dimension %d, want a number", v, k)
		}
	}
	return nil
}

// Inverts reports whether the model finds codes by descent: see [Model.Inverting].
func (m *Model) Inverts() bool { return m.inversion != nil }

// invert returns the codes (n, dim) of examples.
func (m *Model) invert(ctx context.Context, x Examples) (*tensor.Tensor, error) {
	if err := m.fits(x, m.Shape); err != nil {
		return nil, err
	}
	i := m.inversion
	z := tensor.New(x.Len(), m.dim)
	keys := make([][sha256.Size]byte, x.Len())
	var missing []int
	i.mu.Lock()
	for k := range keys {
		keys[k] = hash(x.Slice(k, k+1))
		if code, ok := i.found[keys[k]]; ok {
			copy(z.Data[k*m.dim:], code)
		} else {
			missing = append(missing, k)
		}
	}
	i.mu.Unlock()
	for len(missing) > 0 {
		part := missing[:min(mapBatch, len(missing))]
		missing = missing[len(part):]
		some := chosen(x, part)
		codes, err := m.descend(ctx, some)
		if err != nil {
			return nil, err
		}
		i.mu.Lock()
		for j, k := range part {
			code := codes[j]
			copy(z.Data[k*m.dim:], code)
			i.found[keys[k]] = code
		}
		i.mu.Unlock()
	}
	return z, nil
}

// hash is that of an example and of what is known of it.
func hash(x Examples) [sha256.Size]byte {
	var b []byte
	for _, t := range []*tensor.Tensor{x.X, x.About} {
		if t == nil {
			continue
		}
		for _, v := range t.Data {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return sha256.Sum256(b)
}

// chosen are the examples of some indices.
func chosen(x Examples, index []int) Examples {
	take := func(t *tensor.Tensor) *tensor.Tensor {
		if t == nil {
			return nil
		}
		y, size := tensor.New(append([]int{len(index)}, t.Shape[1:]...)...), tensor.Size(t.Shape[1:])
		for j, k := range index {
			copy(y.Data[j*size:(j+1)*size], t.Data[k*size:])
		}
		return y
	}
	return Examples{take(x.X), take(x.About)}
}

// descend returns the code of each example.
func (m *Model) descend(ctx context.Context, x Examples) ([][]float32, error) {
	begin, err := m.starts(ctx, x)
	if err != nil {
		return nil, err
	}
	r, n := m.inversion.Restarts, x.Len()
	best, least := make([][]float32, n), make([]float64, n)
	for j := range least {
		least[j] = math.Inf(1)
	}
	of := make([]int, 0, n*r) // the example of each start
	for j := range n {
		for range r {
			of = append(of, j)
		}
	}
	for lo := 0; lo < len(of); lo += mapBatch {
		hi := min(lo+mapBatch, len(of))
		d := descent{m: m, x: chosen(x, of[lo:hi]), u: begin[lo*m.dim : hi*m.dim]}
		if err := d.run(ctx); err != nil {
			return nil, err
		}
		for k, j := range of[lo:hi] {
			if d.least[k] < least[j] {
				least[j], best[j] = d.least[k], d.best[k*m.dim:(k+1)*m.dim]
			}
		}
	}
	for j := range best {
		if best[j] == nil {
			return nil, fmt.Errorf("trained: inversion: no code of example %d of %d is decoded to numbers", j, n)
		}
	}
	return best, nil
}

// starts returns where the descents of each example begin, in units of the prior: at the candidates
// that are decoded to what is most like it, under what is known of it. A model with an encoder has
// its code in place of the last of them.
func (m *Model) starts(ctx context.Context, x Examples) ([]float64, error) {
	i := m.inversion
	begin := make([]float64, 0, x.Len()*i.Restarts*m.dim)
	var encoded *tensor.Tensor
	if _, ok := m.Net.(models.Encoder); ok {
		var err error
		if encoded, err = m.uninverted().Encode(ctx, x); err != nil {
			return nil, err
		}
	}
	var decoded, given *tensor.Tensor
	size := tensor.Size(m.Shape)
	for j := range x.Len() {
		about := rows(x.About, j, j+1)
		if decoded == nil || about != nil && !slices.Equal(about.Data, given.Data) {
			given = about
			var err error
			if decoded, err = m.Decode(ctx, i.draws, repeated(about, candidates)); err != nil {
				return nil, err
			}
		}
		distances := make([]float64, candidates)
		for c := range distances {
			distances[c] = squares(x.X.Data[j*size:(j+1)*size], decoded.Data[c*size:(c+1)*size])
		}
		order := make([]int, candidates)
		for c := range order {
			order[c] = c
		}
		slices.SortStableFunc(order, func(a, b int) int { // a distance that is no number comes last
			switch da, db := distances[a], distances[b]; {
			case da < db || math.IsNaN(db) && !math.IsNaN(da):
				return -1
			case db < da || math.IsNaN(da) && !math.IsNaN(db):
				return 1
			}
			return 0
		})
		for k, c := range order[:i.Restarts] {
			code := i.draws.Data[c*m.dim : (c+1)*m.dim]
			if encoded != nil && k == i.Restarts-1 {
				code = encoded.Data[j*m.dim : (j+1)*m.dim]
			}
			for d, v := range code {
				u := 0.0
				if i.deviation[d] > 0 {
					u = (float64(v) - i.mean[d]) / i.deviation[d]
				}
				begin = append(begin, u)
			}
		}
	}
	return begin, nil
}

// uninverted is the model with its own encoder.
func (m *Model) uninverted() *Model {
	own := *m
	own.inversion = nil
	return &own
}

// repeated returns n copies of a row, nil of nil.
func repeated(row *tensor.Tensor, n int) *tensor.Tensor {
	if row == nil {
		return nil
	}
	y := tensor.New(n, row.Shape[1])
	for i := range n {
		copy(y.Data[i*row.Shape[1]:], row.Data)
	}
	return y
}

// squares is the squared distance of two rows.
func squares(a, b []float32) float64 {
	sum := 0.0
	for k, v := range a {
		e := float64(v) - float64(b[k])
		sum += float64(e * e)
	}
	return sum
}

// descent is that of several starts at once, each with its example.
type descent struct {
	m     *Model
	x     Examples  // of each start
	u     []float64 // (starts, dim), in units of the prior
	best  []float32 // the codes of the least objective so far
	least []float64 // that, +Inf before there is one
}

// targetName is the input for the examples that are to be made.
const targetName = "target"

// run descends. See [Inversion].
func (d *descent) run(ctx context.Context) error {
	n, i, dim := d.x.Len(), d.m.inversion, d.m.dim
	d.best, d.least = make([]float32, n*dim), make([]float64, n)
	for k := range d.least {
		d.least[k] = math.Inf(1)
	}
	optimizer := adam{m: make([]float64, n*dim), v: make([]float64, n*dim)}
	return d.m.run(mapKey{inverting, n}, []int{dim}, d.m.distance(), func(c *compiledMap) error {
		copy(c.program.Input(targetName), d.x.X.Data)
		if d.x.About != nil {
			copy(c.about, d.x.About.Data)
		}
		gradient := make([]float64, n*dim)
		for step := 0; ; step++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			for k, u := range d.u {
				c.in[k] = float32(i.mean[k%dim] + float64(i.deviation[k%dim]*u))
			}
			if err := c.program.RunAll(); err != nil {
				return fmt.Errorf("trained: %w", err)
			}
			d.note(c.in, c.out[0])
			if step == i.Steps {
				return nil
			}
			for k, g := range c.out[1] {
				gradient[k] = float64(i.deviation[k%dim]*float64(g)) + float64(2*i.Penalty*d.u[k])
			}
			optimizer.step(d.u, gradient, i.Rate*float64(i.Steps-step)/float64(i.Steps))
		}
	})
}

// note keeps the codes z that are the best so far, by the squared errors of what they are decoded to.
func (d *descent) note(z, errors []float32) {
	dim := d.m.dim
	for k, e := range errors {
		objective := float64(e)
		for _, u := range d.u[k*dim : (k+1)*dim] {
			objective += float64(d.m.inversion.Penalty * float64(u*u))
		}
		if objective < d.least[k] { // false of NaN
			d.least[k] = objective
			copy(d.best[k*dim:(k+1)*dim], z[k*dim:])
		}
	}
}

// distance builds the squared error of each example of a batch of codes, and the gradient of their
// sum by the codes, which is that of each by its own.
func (m *Model) distance() mapped {
	return func(g *nn.Graph, z nn.Node, given models.Batch) []nn.Node {
		y := m.Net.(models.Decoder).Decode(g, z, given).Mean()
		errors := y.Sub(g.Input(targetName, y.Shape()...)).Square().SumCols()
		return append([]nn.Node{errors}, g.Grad(errors.Sum(), z)...)
	}
}

// adam is the optimizer of a descent, over rows in double precision. A gradient that is no number
// moves nothing.
type adam struct {
	m, v []float64
	t    int
	a, b float64 // powers of the two decays
}

// Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1.
func (o *adam) step(x, gradient []float64, rate float64) {
	const decay, decaySquare, tiny = 0.9, 0.999, 1e-8
	if o.t++; o.t == 1 {
		o.a, o.b = 1, 1
	}
	o.a, o.b = o.a*decay, o.b*decaySquare
	for k, g := range gradient {
		if math.IsNaN(g) || math.IsInf(g, 0) {
			continue
		}
		o.m[k] = float64(decay*o.m[k]) + float64((1-decay)*g)
		o.v[k] = float64(decaySquare*o.v[k]) + float64((1-decaySquare)*float64(g*g))
		x[k] -= rate * (o.m[k] / (1 - o.a)) / (math.Sqrt(o.v[k]/(1-o.b)) + tiny)
	}
}
