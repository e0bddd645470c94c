// Package trained has models with weights: what evaluation, exploration and the
// pictures of training ask of one.
package trained

import (
	"context"
	"fmt"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// Model is a model with its weights: it draws codes, decodes and encodes. What it
// computes for an example owes nothing to the others of a call.
type Model struct {
	Kind   string // of the model, for errors
	Net    models.Model
	Schema example.Schema
	Shape  []int // of an example, by the schema
	params *nn.Params
	dim    int            // of a code; 0 for a model without codes
	moves  map[string]int // of each moving average in a training step
	maps   map[mapKey]*compiledMap
}

// New returns a model for examples of a schema, with the first values that a seed gives
// its parameters. [Model.Load] gives it others.
func New(net models.Model, kind string, s example.Schema, seed uint64) (*Model, error) {
	return build(net, kind, s, nn.NewParams(seed))
}

// Restore returns a model with weights, by the names of its parameters and of the state of
// its layers. They are the model's from then on. One that is missing, of another name or of
// another shape is an error, before memory is set aside for what the model declares.
func Restore(net models.Model, kind string, s example.Schema, weights map[string]*tensor.Tensor) (*Model, error) {
	params := nn.RestoredParams(weights)
	m, err := build(net, kind, s, params)
	if err != nil {
		return nil, err
	}
	return m, params.CheckUsed()
}

// build makes the parameters of a model.
func build(net models.Model, kind string, s example.Schema, params *nn.Params) (*Model, error) {
	m := &Model{Kind: kind, Net: net, Schema: s, Shape: s.Shape(), params: params, maps: map[mapKey]*compiledMap{}}
	// The graphs of the losses have every parameter there is.
	var graphs []*nn.Graph
	for _, p := range net.Phases() {
		g, _, err := p.Graph(m.params, nn.Options{Name: p.Name}, 1, m.Shape)
		if err != nil {
			return nil, err
		}
		graphs = append(graphs, g)
	}
	m.moves = models.Moves(net.Phases(), graphs)
	var err error
	m.dim, err = m.codeSize()
	return m, err
}

// codeSize is the dimension of a code: what a prior has or, without one, what an encoder
// gives. It is 0 for a model with neither.
func (m *Model) codeSize() (int, error) {
	if p, ok := m.Net.(models.Prior); ok {
		return p.Dim(), nil
	}
	e, ok := m.Net.(models.Encoder)
	if !ok {
		return 0, nil
	}
	g := nn.NewGraph(m.params, nn.Options{Name: "dim"})
	z := e.Encode(g, g.Input(models.InputName, append([]int{1}, m.Shape...)...))
	if err := g.Err(); err != nil {
		return 0, fmt.Errorf("trained: Encode of a model of kind %s: %w", m.Kind, err)
	}
	if shape := z.Shape(); len(shape) != 2 || shape[0] != 1 {
		return 0, fmt.Errorf("trained: Encode of a model of kind %s gives codes of shape %v for one example, want (1, latent)", m.Kind, shape)
	}
	return z.Shape()[1], nil
}

// Load gives the model weights by the names of its parameters and of the state of its
// layers. One that is missing, of another name or of another shape is an error.
func (m *Model) Load(weights map[string]*tensor.Tensor) error { return m.params.Load(weights) }

// Correct takes out of the moving averages among the weights what they started as, given after
// how many training steps they were saved: see [nn.Moving]. Those of a name that did not move
// from its start are left as they are. It belongs once after the weights of a checkpoint were
// given.
func (m *Model) Correct(steps int, moved func(name string) bool) error {
	return m.params.Load(m.params.Corrected(func(name string) int {
		if !moved(name) {
			return 0
		}
		return m.moves[name] * steps
	}))
}

// Weights returns the parameters and the state of the layers by name. They are the
// model's own.
func (m *Model) Weights() map[string]*tensor.Tensor { return m.params.All() }

// Dim is the dimension of the latent space. A model without one is an error.
func (m *Model) Dim() (int, error) {
	if m.dim == 0 {
		return 0, m.Lacks("latent space of a known dimension: its methods have to be Encode, or Dim and Prior")
	}
	return m.dim, nil
}

// CanDecode reports whether the model maps codes to examples.
func (m *Model) CanDecode() bool {
	_, ok := m.Net.(models.Decoder)
	return ok && m.dim > 0
}

// HasPrior reports whether the model says from what distribution its codes are drawn.
func (m *Model) HasPrior() bool {
	_, ok := m.Net.(models.Prior)
	return ok
}

// CanEncode reports whether the model maps examples to codes.
func (m *Model) CanEncode() bool {
	_, ok := m.Net.(models.Encoder)
	return ok
}

// CanReconstruct reports whether the model maps examples to codes and back.
func (m *Model) CanReconstruct() bool { return m.CanEncode() && m.CanDecode() }

// Lack is the error of a model that cannot do what is asked of it.
type Lack struct{ Kind, What string }

func (l *Lack) Error() string { return fmt.Sprintf("trained: %s", l.Sentence()) }

// Sentence says what the model lacks, without the package.
func (l *Lack) Sentence() string { return fmt.Sprintf("a model of kind %s has no %s", l.Kind, l.What) }

// Lacks returns a [Lack] of this model.
func (m *Model) Lacks(what string) error { return &Lack{m.Kind, what} }

// Prior is the model's own distribution of codes.
func (m *Model) Prior() (latent.Prior, error) {
	d, ok := m.Net.(models.Prior)
	switch {
	case !ok && m.CanEncode():
		return nil, fmt.Errorf("%w; one can be fitted to its codes: sample -prior gaussian", m.Lacks("prior of its own to draw codes from"))
	case !ok:
		return nil, m.Lacks("prior to draw codes from")
	}
	prior, err := d.Prior(m.params)
	if err != nil {
		return nil, fmt.Errorf("trained: %w", err)
	}
	return prior, nil
}

// Draw returns n codes (n, dim) from the model's prior. Code i is a function of
// the seed and i.
func (m *Model) Draw(n int, seed uint64) (*tensor.Tensor, error) {
	prior, err := m.Prior()
	if err != nil {
		return nil, err
	}
	return latent.Draws(prior, n, seed)
}

// Decode returns the examples (n, shape…) of codes (n, dim).
func (m *Model) Decode(ctx context.Context, z *tensor.Tensor) (*tensor.Tensor, error) {
	d, ok := m.Net.(models.Decoder)
	if !ok {
		return nil, m.Lacks("decoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	return m.single(ctx, decoding, z, []int{dim}, m.Shape, func(g *nn.Graph, z nn.Node) nn.Node { return d.Decode(g, z, m.Shape) })
}

// Encode returns the codes (n, dim) of examples (n, shape…): of a distribution,
// its mean.
func (m *Model) Encode(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	e, ok := m.Net.(models.Encoder)
	if !ok {
		return nil, m.Lacks("encoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	return m.single(ctx, encoding, x, m.Shape, []int{dim}, e.Encode)
}

// HasPosterior reports whether the model's codes are distributions.
func (m *Model) HasPosterior() bool {
	_, ok := m.Net.(models.Posterior)
	return ok
}

// Posterior returns the means and the log-variances (n, dim) of the codes of examples
// (n, shape…).
func (m *Model) Posterior(ctx context.Context, x *tensor.Tensor) (mu, logvar *tensor.Tensor, err error) {
	p, ok := m.Net.(models.Posterior)
	if !ok {
		return nil, nil, m.Lacks("posterior: its codes are points")
	}
	dim, err := m.Dim()
	if err != nil {
		return nil, nil, err
	}
	y, err := m.apply(ctx, posterior, x, m.Shape, []int{dim}, 2, func(g *nn.Graph, x nn.Node) []nn.Node {
		mu, logvar := p.Posterior(g, x)
		return []nn.Node{mu, logvar}
	})
	if err != nil {
		return nil, nil, err
	}
	return y[0], y[1], nil
}

// Reconstruct decodes the codes of examples.
func (m *Model) Reconstruct(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	z, err := m.Encode(ctx, x)
	if err != nil {
		return nil, err
	}
	return m.Decode(ctx, z)
}
