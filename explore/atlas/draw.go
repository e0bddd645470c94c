package atlas

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"latentspace/explore"
	"latentspace/latent/fitting"
	"latentspace/tensor"
	"latentspace/training"
)

// Lack is why a model cannot do what is asked of it, a sentence.
type Lack string

func (l Lack) Error() string { return string(l) }

// ErrNotReady is the error of what [Atlas.Prepare] has to make first.
var ErrNotReady = errors.New("prepare")

// The kinds of priors besides those that are fitted.
const (
	ofModel = "model"
	kept    = "kept" // by the checkpoint
)

// mostFitted is how many codes a prior or a direction is fitted to at most.
const mostFitted = 10_000

// sources finds the distributions that codes can be drawn from.
func (a *Atlas) sources() {
	if _, err := a.m.OwnPrior(); err == nil {
		a.Space.Priors = append(a.Space.Priors, ofModel)
	}
	if a.m.Kept != nil {
		a.Space.Priors = append(a.Space.Priors, kept)
	}
	if a.examples != nil {
		a.Space.Priors = append(a.Space.Priors, fitting.Kinds()...)
	} else {
		a.lacks("A distribution can be fitted to the codes of examples only. "+a.Space.Lacks["examples"], "draws.fitted")
	}
	if len(a.Space.Priors) == 0 {
		a.lacks("The model has no distribution to draw codes from.", "draws")
	}
}

// Draw draws n codes (n, dim) from a prior, to be decoded under conditions, which have to be ones that
// the model is told. A prior that has to be fitted first is an error of [ErrNotReady].
func (a *Atlas) Draw(prior string, n int, seed uint64, conditions map[string]string) (*tensor.Tensor, error) {
	if err := a.checkConditions(conditions); err != nil {
		return nil, err
	}
	if !slices.Contains(a.Space.Priors, prior) {
		return nil, fmt.Errorf("there is no prior %.60q", prior)
	}
	m, err := a.drawing(prior)
	if err != nil {
		return nil, err
	}
	z, err := m.Draw(n, seed)
	if err != nil {
		return nil, err
	}
	return z, finite(z, "a draw")
}

// drawing is the model whose codes are drawn from a prior.
func (a *Atlas) drawing(prior string) (*training.Trained, error) {
	switch prior {
	case kept:
		return a.m, nil
	case ofModel:
		m, _, err := explore.Prior{Kind: ofModel}.Of(context.Background(), a.m, explore.Options{Seed: a.o.Seed})
		return m, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.priors[prior]
	if !ok {
		return nil, fmt.Errorf("%w prior:%s first", ErrNotReady, prior)
	}
	return m, nil
}

// fit fits a prior.
func (a *Atlas) fit(ctx context.Context, kind string, watch Watch) error {
	m, _, err := explore.Prior{Kind: kind, Split: a.o.Split, Fit: mostFitted}.Of(ctx, a.m, explore.Options{Seed: a.o.Seed, Watch: watch})
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.priors[kind] = m
	return nil
}

// Watch is told how far long work is.
type Watch func(what string, done, total int, more string)

// CheckPrepared reports what cannot be prepared: it is map:tsne, map:umap, prior:KIND or direction:NAME, of
// those that the space has.
func (a *Atlas) CheckPrepared(what string) error {
	kind, name, _ := strings.Cut(what, ":")
	ok := false
	switch kind {
	case "map":
		ok = slices.ContainsFunc(a.Space.Maps, func(m Map) bool { return m.Method == name })
	case "prior":
		ok = slices.Contains(a.Space.Priors, name)
	case "direction":
		ok = slices.Contains(a.Space.Directions, name)
	}
	if !ok {
		return fmt.Errorf("there is no %.80q to prepare", what)
	}
	return nil
}

// Ready reports whether what [Atlas.CheckPrepared] accepts is there.
func (a *Atlas) Ready(what string) bool {
	kind, name, _ := strings.Cut(what, ":")
	if kind == "prior" && (name == ofModel || name == kept) {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var ok bool
	switch kind {
	case "map":
		_, ok = a.places[name]
	case "prior":
		_, ok = a.priors[name]
	case "direction":
		_, ok = a.directions[name]
	}
	return ok
}

// Prepare makes what [Atlas.CheckPrepared] accepts, unless it is there already.
func (a *Atlas) Prepare(ctx context.Context, what string, watch Watch) error {
	if err := a.CheckPrepared(what); err != nil || a.Ready(what) {
		return err
	}
	kind, name, _ := strings.Cut(what, ":")
	switch kind {
	case "map":
		return a.place(ctx, name, watch)
	case "prior":
		return a.fit(ctx, name, watch)
	}
	return a.direct(ctx, name, watch)
}
