// Package trained has models with weights: what evaluation, exploration and the
// pictures of training ask of one.
package trained

import (
	"fmt"
	"slices"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/nn"
	"latentspace/tensor"
)

// Model is a model with its weights: it draws codes, decodes and encodes. What it
// computes for an example owes nothing to the others of a call. Once it is made it is safe for
// concurrent use.
type Model struct {
	Kind  string // of the model, for errors
	Net   models.Model
	Told  models.Data // of what it learned from
	Shape []int       // of an example

	Schema example.Schema // of an example

	params     *nn.Params
	dim        int                       // of a code; 0 for a model without codes
	posterior  bool                      // codes are distributions
	likelihood string                    // of examples given codes, "" for none
	prior      latent.Prior              // that was fitted to the codes, nil for none
	decoding   *Decoding                 // of sequences, nil for what suits the purpose
	movers     map[string][]models.Mover // of each moving average
	maps       *programs
	inversion  *inversion // that finds codes in place of the encoder, nil for none
}

// New returns a model for examples of the data, with the first values that a seed gives
// its parameters. [Model.Load] gives it others.
func New(net models.Model, kind string, d models.Data, seed uint64) (*Model, error) {
	return build(net, kind, d, nn.NewParams(seed))
}

// Restore returns a model with weights, by the names of its parameters and of the state of
// its layers. They are the model's from then on. One that is missing, of another name or of
// another shape is an error, before memory is set aside for what the model declares.
func Restore(net models.Model, kind string, d models.Data, weights map[string]*tensor.Tensor) (*Model, error) {
	params := nn.RestoredParams(weights)
	m, err := build(net, kind, d, params)
	if err != nil {
		return nil, err
	}
	return m, params.CheckUsed()
}

// build makes the parameters of a model.
func build(net models.Model, kind string, d models.Data, params *nn.Params) (*Model, error) {
	m := &Model{Kind: kind, Net: net, Told: d, Shape: d.Shape(), Schema: d.Schema, params: params, maps: &programs{}}
	if err := families.Suits(net, kind, d); err != nil {
		return nil, err
	}
	// The graphs of the losses have every parameter there is.
	var graphs []*nn.Graph
	for _, p := range net.Phases() {
		g, _, err := p.Graph(m.params, nn.Options{Name: p.Name}, d, max(1, p.Least))
		if err != nil {
			return nil, err
		}
		graphs = append(graphs, g)
	}
	m.movers = models.Movers(net.Phases(), graphs)
	return m, m.ask()
}

// ask finds out what codes and outputs of the model are, by a graph of one example.
func (m *Model) ask() error {
	g := nn.NewGraph(m.params, nn.Options{Name: "dim"})
	if e, ok := m.Net.(models.Encoder); ok {
		code := e.Encode(g, models.Input(g, m.Told, 1))
		if err := g.Err(); err != nil {
			return fmt.Errorf("trained: Encode of a model of kind %s: %w", m.Kind, err)
		}
		shape := code.Mean.Shape()
		if len(shape) != 2 || shape[0] != 1 {
			return fmt.Errorf("trained: Encode of a model of kind %s gives codes of shape %v for one example, want (1, latent)", m.Kind, shape)
		}
		m.dim, m.posterior = shape[1], !code.IsPoint()
	} else if p, ok := m.Net.(models.Prior); ok {
		prior, err := p.Prior(m.params)
		if err != nil {
			return fmt.Errorf("trained: Prior of a model of kind %s: %w", m.Kind, err)
		}
		m.dim = prior.Dim()
	}
	if d, ok := m.Net.(models.Decoder); ok && m.dim > 0 {
		given := models.NewBatch(g, m.Told, 1, nn.Node{})
		out := d.Decode(g, g.Input("z", 1, m.dim), given)
		if err := g.Err(); err != nil {
			return fmt.Errorf("trained: Decode of a model of kind %s: %w", m.Kind, err)
		}
		if out.Likelihood != nil {
			m.likelihood = m.nameOf(out.Likelihood)
		}
	}
	return nil
}

// nameOf is the kind of a likelihood, of auto what it stands for.
func (m *Model) nameOf(l likelihoods.Likelihood) string {
	name := ""
	for _, f := range m.Told.Schema.Fields {
		switch kind := likelihoods.Name(likelihoods.For(l, f)); {
		case name == "":
			name = kind
		case name != kind:
			return "of several kinds"
		}
	}
	return name
}

// Load gives the model weights by the names of its parameters and of the state of its
// layers. One that is missing, of another name or of another shape is an error.
func (m *Model) Load(weights map[string]*tensor.Tensor) error { return m.params.Load(weights) }

// Settle says that the model keeps its weights from now on: see [nn.Params.Settle]. It makes what is compiled
// later faster.
func (m *Model) Settle() { m.params.Settle() }

// Correct takes out of the moving averages among the weights what they started as, given how many
// updates each phase had made when they were saved: see [nn.Moving]. Those of a name that did not
// move from its start are left as they are. It belongs once after the weights of a checkpoint were
// given.
func (m *Model) Correct(updates func(p models.Phase) int, moved func(name string) bool) error {
	return m.params.Load(m.params.Corrected(func(name string) int {
		if !moved(name) {
			return 0
		}
		return models.Moves(m.movers[name], updates)
	}))
}

// Weights returns the parameters and the state of the layers by name. They are the
// model's own.
func (m *Model) Weights() map[string]*tensor.Tensor { return m.params.All() }

// Dim is the dimension of the latent space. A model without one is an error.
func (m *Model) Dim() (int, error) {
	if m.dim == 0 {
		return 0, m.Lacks("latent space of a known dimension: its methods have to be Encode, or Prior")
	}
	return m.dim, nil
}

// CanDecode reports whether the model maps codes to examples.
func (m *Model) CanDecode() bool {
	_, ok := m.Net.(models.Decoder)
	return ok && m.dim > 0
}

// HasPrior reports whether it is known from what distribution codes are drawn: the model says
// it, or one was fitted to the codes.
func (m *Model) HasPrior() bool {
	_, ok := m.Net.(models.Prior)
	return ok || m.prior != nil
}

// CanEncode reports whether the model maps examples to codes, by an encoder or by descent.
func (m *Model) CanEncode() bool { return m.HasEncoder() || m.Inverts() }

// HasEncoder reports whether a part of the model maps examples to codes.
func (m *Model) HasEncoder() bool {
	_, ok := m.Net.(models.Encoder)
	return ok
}

// CanReconstruct reports whether the model maps examples to codes and back.
func (m *Model) CanReconstruct() bool { return m.CanEncode() && m.CanDecode() }

// HasPosterior reports whether the model's codes are distributions.
func (m *Model) HasPosterior() bool { return m.posterior }

// Lack is the error of a model that cannot do what is asked of it.
type Lack struct{ Kind, What string }

func (l *Lack) Error() string { return fmt.Sprintf("trained: %s", l.Sentence()) }

// Sentence says what the model lacks, without the package.
func (l *Lack) Sentence() string { return fmt.Sprintf("a model of kind %s has no %s", l.Kind, l.What) }

// Lacks returns a [Lack] of this model.
func (m *Model) Lacks(what string) error { return &Lack{m.Kind, what} }

// Conditional are the names of the fields of what is known of examples that the model is told;
// none if it is told nothing.
func (m *Model) Conditional() []string {
	c, ok := m.Net.(models.Conditional)
	if !ok {
		return nil
	}
	return slices.Clone(c.Conditions())
}
