package training

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// read reads the weights of the checkpoint that the experiment begins with; nil if it
// names none.
func readInit(i experiments.Init) (map[string]*tensor.Tensor, *rundir.Origin, error) {
	if i.From == "" {
		return nil, nil, nil
	}
	fail := func(err error) (map[string]*tensor.Tensor, *rundir.Origin, error) {
		return nil, nil, fmt.Errorf("training: train.init.from: %w", err)
	}
	if info, err := os.Stat(i.From); err == nil && info.IsDir() {
		store := checkpoints.Store{Dir: i.From, FS: atomicfile.OS{}}
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
	hash := checkpoints.Hash(saved.Weights(c))
	t, err := openedAs(i.From, c)
	if err != nil {
		return fail(err)
	}
	return t.Weights(), &rundir.Origin{SHA256: hash, Step: t.Step}, nil
}

// initialise sets the first weights that the experiment takes from a checkpoint. It returns their
// origin, nil if there is none, and their names. It is an error if the wanted origin is not that of
// the file, and if a weight does not fit.
func (t *trainer) initialise(wanted *rundir.Origin) (origin *rundir.Origin, taken []string, err error) {
	i := t.cfg.Train.Init
	weights, origin, err := readInit(i)
	if err != nil {
		return nil, nil, err
	}
	if err := origin.Same(wanted, i.From); err != nil || origin == nil {
		return nil, nil, err
	}
	own := t.params.All()
	var wrong []string
	for _, name := range unionOf(own, weights) {
		if len(i.Only) > 0 && !saved.InAny(name, i.Only) {
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
		return nil, nil, fmt.Errorf("training: train.init.from: the weights in %s are not those of this model; train.init.only can name the scopes to take:\n  %s",
			i.From, strings.Join(wrong, "\n  "))
	}
	for _, name := range taken {
		copy(own[name].Data, weights[name].Data)
	}
	if t.ema != nil { // the average begins with the first weights
		t.resetAverage()
	}
	return origin, taken, nil
}

func unionOf(a, b map[string]*tensor.Tensor) []string {
	names := append(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b))...)
	slices.Sort(names)
	return slices.Compact(names)
}
