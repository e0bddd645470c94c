package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"latentspace/checkpoints"
	"latentspace/nn"
	"latentspace/settings"
	"latentspace/tensor"
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

// Origin is what a run's first weights came from.
type Origin struct {
	SHA256 string `json:"sha256"` // of the weights in the checkpoint, all of them as it keeps them: of a run without averages its params_sha256
	Step   int    `json:"step"`   // of the checkpoint
}

type scopeList struct {
	key    string
	scopes []string
}

func (i Init) lists() []scopeList { return []scopeList{{"only", i.Only}, {"freeze", i.Freeze}} }

// same reports weights other than those that were wanted; nil wants none in particular.
func (o *Origin) same(wanted *Origin, file string) error {
	switch {
	case wanted == nil || o != nil && o.SHA256 == wanted.SHA256:
		return nil
	case o == nil:
		return fmt.Errorf("experiments: train.init.from: no checkpoint, and the run began with weights of SHA-256 %s", wanted.SHA256)
	}
	return fmt.Errorf("experiments: train.init.from: the weights in %s have SHA-256 %s, the run began with %s", file, o.SHA256, wanted.SHA256)
}

// frozen are the parameters in a scope that are not trained.
func (i Init) frozen(p *nn.Params, scope string) []string {
	return slices.DeleteFunc(p.Trained(scope), func(name string) bool { return !inAny(name, i.Freeze) })
}

// keeps reports whether a tensor has another start than a model gives it, from a checkpoint, or
// stays as it starts: a moving average among them has nothing to correct.
func (i Init) keeps(name string) bool {
	taken := i.From != "" && (len(i.Only) == 0 || inAny(name, i.Only))
	return taken || inAny(name, i.Freeze)
}

func inAny(name string, scopes []string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return nn.InScope(name, scope) })
}

// checkScopes reports a scope in which the model has nothing.
func (i Init) checkScopes(p *nn.Params) error {
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

// read reads the weights of the checkpoint that an experiment begins with; nil if it
// begins with none.
func (i Init) read() (map[string]*tensor.Tensor, *Origin, error) {
	if i.From == "" {
		return nil, nil, nil
	}
	fail := func(err error) (map[string]*tensor.Tensor, *Origin, error) {
		return nil, nil, fmt.Errorf("experiments: train.init.from: %w", err)
	}
	if info, err := os.Stat(i.From); err == nil && info.IsDir() {
		store := checkpoints.Store{Dir: i.From, FS: checkpoints.OS{}}
		if steps, err := store.List(); err == nil && len(steps) > 0 {
			return fail(fmt.Errorf("%s is a folder, want a checkpoint such as %s", i.From, store.Path(slices.Max(steps))))
		}
		return fail(fmt.Errorf("%s is a folder without checkpoints, want a checkpoint", i.From))
	}
	c, err := checkpoints.Read(i.From)
	if errors.Is(err, fs.ErrNotExist) {
		return fail(fmt.Errorf("%w; -set train.init.from=FILE says where the checkpoint is", err))
	}
	if err != nil {
		return fail(err)
	}
	hash := checkpoints.Hash(sampled(c))
	t, err := openedAs(i.From, c)
	if err != nil {
		return fail(err)
	}
	return t.Weights(), &Origin{SHA256: hash, Step: t.Step}, nil
}

// initialise gives the trainer the first weights that its experiment takes from a checkpoint,
// and returns what they come from, nil for nothing, and which they are. An origin that is
// wanted and another than that of the file is an error, as is what does not fit.
func (t *trainer) initialise(wanted *Origin) (origin *Origin, taken []string, err error) {
	i := t.cfg.Train.Init
	weights, origin, err := i.read()
	if err != nil {
		return nil, nil, err
	}
	if err := origin.same(wanted, i.From); err != nil || origin == nil {
		return nil, nil, err
	}
	own := t.params.All()
	var wrong []string
	for _, name := range unionOf(own, weights) {
		if len(i.Only) > 0 && !inAny(name, i.Only) {
			continue
		}
		here, there := own[name], weights[name]
		switch {
		case there == nil:
			wrong = append(wrong, fmt.Sprintf("%s: shape %s here, absent there", name, tensor.FormatShape(here.Shape)))
		case here == nil:
			wrong = append(wrong, fmt.Sprintf("%s: absent here, shape %s there", name, tensor.FormatShape(there.Shape)))
		case !slices.Equal(here.Shape, there.Shape):
			wrong = append(wrong, fmt.Sprintf("%s: shape %s here, %s there", name, tensor.FormatShape(here.Shape), tensor.FormatShape(there.Shape)))
		default:
			taken = append(taken, name)
		}
	}
	if len(wrong) > 0 {
		return nil, nil, fmt.Errorf("experiments: train.init.from: the weights in %s are not those of this model; train.init.only can name the scopes to take:\n  %s",
			i.From, strings.Join(wrong, "\n  "))
	}
	for _, name := range taken {
		copy(own[name].Data, weights[name].Data)
	}
	if t.ema != nil { // it averages from the first weights on
		t.resetAverage()
	}
	return origin, taken, nil
}

func unionOf(a, b map[string]*tensor.Tensor) []string {
	names := append(sortedKeys(a), sortedKeys(b)...)
	slices.Sort(names)
	return slices.Compact(names)
}
