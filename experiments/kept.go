package experiments

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"

	"latentspace/data"
	"latentspace/internal/untrusted"
	"latentspace/settings"
)

// earlier is the registry with the defaults that data sets had before they changed.
var earlier = func() settings.Kinds {
	k := maps.Clone(registry)
	sources := maps.Clone(data.Sources)
	maps.Copy(sources, data.Earlier)
	k[reflect.TypeFor[data.Source]()] = settings.Constructors(sources)
	return k
}()

// parseKept reads an experiment that a run or a checkpoint keeps. It states every key that
// there was when it was written; one that has come since has the meaning of then. Each of sets
// is an edit KEY=VALUE.
func parseKept(file string, src []byte, sets ...string) (Config, error) {
	c, err := userSource{file, src, sets}.parse(earlier)
	c.source = nil
	return c, err
}

// loadKept reads the experiment of a run's folder.
func loadKept(dir string) (Config, error) {
	name := filepath.Join(dir, configFile)
	src, err := untrusted.ReadFile(name, untrusted.Experiment)
	if err != nil {
		return Config{}, fmt.Errorf("experiments: %w", err)
	}
	return parseKept(name, src)
}

// userSource is what a user wrote: a file, and edits of it.
type userSource struct {
	file string
	src  []byte
	sets []string
}

func (u userSource) parse(k settings.Kinds) (Config, error) {
	c := defaults()
	if err := settings.Decode(u.file, u.src, &c, u.sets, k); err != nil {
		return Config{}, err
	}
	c.source = &u
	return c, nil
}

// asBegun is the experiment with the defaults that it had when the run in a folder was
// begun: if its data are the run's with those of an earlier program, what the user left out
// means what it meant then. It reports whether that is so.
func (c Config) asBegun(dir string) (Config, bool) {
	run, err := loadKept(dir)
	if err != nil || c.source == nil || c.sameData(run) {
		return c, false // there is no run, or one that others complain of
	}
	if then, err := c.source.parse(earlier); err == nil && then.sameData(run) {
		return then, true
	}
	return c, false
}

// sameData reports whether two experiments have the same data set, wherever its files are.
func (c Config) sameData(d Config) bool {
	here, there := settings.Leaves(c.Data, registry), settings.Leaves(d.Data, registry)
	delete(here, "dir")
	delete(there, "dir")
	return c.dataKind() == d.dataKind() && maps.Equal(here, there)
}

// demands reports whether the user gave a key, such as train.batch: in an edit, or in a
// file that is not a shipped one. What nobody gave may adapt to the data.
func (c Config) demands(key string) bool {
	if c.source == nil {
		return false
	}
	u := *c.source
	for _, name := range Shipped() {
		if shipped, err := shipped.ReadFile(name + ".yaml"); err == nil && bytes.Equal(shipped, u.src) {
			u.src = []byte("{}") // of which the edits alone are the user's
		}
	}
	return settings.Has(u.file, u.src, u.sets, key)
}

// adapted says what is otherwise than a default has it because of the size of the data.
func (t *trainer) adapted() []string {
	if _, ok := t.fitted(); ok || t.batch == t.cfg.Train.Batch {
		return nil
	}
	return []string{fmt.Sprintf("train.batch: the training set has %d examples, and a batch is all of them", t.batch)}
}

// said is what is to be told of the data before training: what was made of its files, and
// which defaults adapt to it.
func (t *trainer) said(splits *data.Splits) []string { return slices.Concat(splits.Notes, t.adapted()) }
