package experiments

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/nn"
	"latentspace/settings"
)

// Init says which first weights of a run come from another one, and which stay as they are.
//
// From is a checkpoint. The weights are those that one would sample from, averaged where the
// checkpoint has averages, with the state of the layers. They are taken by name: all of them,
// or those in the scopes of Only, such as encoder or encoder.layer1. There a name that one of
// the two models lacks, or another shape, is an error. Everything else begins with the values
// that the seed gives it. The state of optimizers is not taken.
//
// Parameters in the scopes of Freeze stay what they were at first: they have no gradient, no
// state of an optimizer, no decay and no average of their own, and they do not count in the
// norm that train.clip bounds. Layers there keep their state, and batch normalisation goes by
// it, as in evaluation.
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

// Keeps reports whether a tensor has another start than a model gives it, from a checkpoint, or
// stays as it starts: a moving average among them has nothing to correct.
func (i Init) Keeps(name string) bool {
	taken := i.From != "" && (len(i.Only) == 0 || InAny(name, i.Only))
	return taken || InAny(name, i.Freeze)
}

// InAny reports whether a name is in any of some scopes.
func InAny(name string, scopes []string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return nn.InScope(name, scope) })
}

// Frozen are the parameters in scopes, or of all, that are not trained.
func (i Init) Frozen(p *nn.Params, scopes ...string) []string {
	return slices.DeleteFunc(p.Trained(scopes...), func(name string) bool { return !InAny(name, i.Freeze) })
}

// CheckScopes reports a scope in which the model has nothing.
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

// scopesOf are the scopes of some names, outer ones first.
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
