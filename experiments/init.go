package experiments

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/nn"
	"latentspace/settings"
	"latentspace/trained/saved"
)

// Init says which first weights of a run come from another run, and which weights are not trained.
//
// From is a checkpoint. The weights are those that sample would use, averaged if the checkpoint has
// averages, with the state of the layers. They are taken by name: all of them, or those in the
// scopes of Only, such as encoder or encoder.layer1. A name there that one of the two models lacks
// is an error, and so is another shape. Everything else begins with the values that the seed gives
// it. The state of optimizers is not taken.
//
// Parameters in the scopes of Freeze keep their first values: they have no gradient, no state of an
// optimizer, no decay and no average, and they do not count in the norm that train.clip bounds.
// Layers there keep their state, and batch normalisation uses it, as in evaluation.
type Init struct {
	From   string   `yaml:"from" run:"place"` // a checkpoint; empty for none
	Only   []string `yaml:"only"`             // scopes to take; none for all
	Freeze []string `yaml:"freeze"`           // scopes that are not trained
}

// Check reports the fields that make no sense.
func (i Init) Check(report func(key, format string, args ...any)) {
	if i.From == "" && len(i.Only) > 0 {
		report("only", "[%s] of no checkpoint, want train.init.from to name one", strings.Join(i.Only, ", "))
	}
	for _, list := range i.lists() {
		for k, scope := range list.scopes {
			if scope == "" {
				report(fmt.Sprintf("%s[%d]", list.key, k), "empty, want a scope such as encoder")
			}
		}
	}
}

type scopeList struct {
	key    string
	scopes []string
}

func (i Init) lists() []scopeList { return []scopeList{{"only", i.Only}, {"freeze", i.Freeze}} }

// Keeps reports whether a tensor begins with values from a checkpoint, or is frozen. A moving
// average among these needs no correction for its start.
func (i Init) Keeps(name string) bool {
	return saved.Keeps(name, i.From, i.Only, i.Freeze)
}

// Frozen returns the parameters in the scopes, or of all, that are not trained.
func (i Init) Frozen(p *nn.Params, scopes ...string) []string {
	return slices.DeleteFunc(p.Trained(scopes...), func(name string) bool { return !saved.InAny(name, i.Freeze) })
}

// CheckScopes reports a scope that contains nothing of the model.
func (i Init) CheckScopes(p *nn.Params) error {
	names := sortedKeys(p.All())
	for _, list := range i.lists() {
		for _, scope := range list.scopes {
			if slices.ContainsFunc(names, func(name string) bool { return nn.InScope(name, scope) }) {
				continue
			}
			known := scopesOf(names)
			return fmt.Errorf("experiments: train.init.%s: the model has no scope %q%s; there are %s",
				list.key, settings.Clip(scope), settings.Suggest(scope, known), strings.Join(known, ", "))
		}
	}
	return nil
}

// scopesOf returns the scopes of the names, outer ones first.
func scopesOf(names []string) []string {
	var scopes []string
	for _, name := range names {
		for k, r := range name {
			if r == '.' && !slices.Contains(scopes, name[:k]) {
				scopes = append(scopes, name[:k])
			}
		}
	}
	slices.SortFunc(scopes, func(a, b string) int {
		if d := strings.Count(a, ".") - strings.Count(b, "."); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return scopes
}
