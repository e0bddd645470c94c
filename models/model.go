// Package models says what a generative model is: what it tells the rest of the house. The models
// themselves are in the packages of their families below this one, one file each: a struct of
// hyperparameters that is also the model's section of an experiment file.
//
// A model describes its losses as graphs over named parameters. It sees no
// optimizer, no data set and no file. What else it can do it says by implementing
// the interfaces of this package, which the rest of the program asks for.
package models

import "latentspace/nn"

// Model is what can be trained: one phase for each of its objectives. A phase
// step is one update of the phase's parameters; a training step runs every phase
// in order.
type Model interface {
	Phases() []Phase
}

// Phase is a loss and the scopes of the parameters that follow its gradient. An
// autoencoder has one, a generative adversarial network two.
type Phase struct {
	// Name is the phase's name in logs, checkpoints and errors.
	Name string
	// Train are the scopes whose parameters the phase trains and whose state it
	// updates; all if there are none.
	Train []string
	// Repeat is how many updates, each on a batch of its own, a training step
	// makes; 1 if zero. The others of a step follow the first of them, so that
	// between two updates of a phase that is not repeated there are Repeat of this one.
	Repeat int
	// Least is the fewest examples that the loss is defined for; 1 if zero.
	Least int
	// From and Until are the epochs, counted from 0, before which and from which on the
	// phase makes no updates. Until 0 is the end of training.
	From, Until float64
	// FromKey is the key of the model that From is the value of; empty if training may well end
	// before it.
	FromKey string
	// Rival reports that the phase plays against another: its loss alone says nothing of
	// how good the model is.
	Rival bool
	// Loss builds the loss of a batch.
	Loss func(g *nn.Graph, b Batch) Loss
}

// Steps returns how many updates of the phase a training step makes.
func (p Phase) Steps() int { return max(1, p.Repeat) }

// Active reports whether the phase makes updates at a time, in epochs from the start.
func (p Phase) Active(epoch float64) bool {
	return epoch >= p.From && (p.Until == 0 || epoch < p.Until)
}

// Trains reports whether a parameter or a state is in the scopes of the phase.
func (p Phase) Trains(name string) bool {
	return nn.InAny(name, p.Train)
}

// Loss is what a phase minimises, a scalar, and the terms that a log shows with
// it, in order.
type Loss struct {
	Total nn.Node
	Terms []Term
}

// Term is a scalar with a name.
type Term struct {
	Name  string
	Value nn.Node
}
