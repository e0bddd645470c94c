package experiments

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"

	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/nn/optim"
	"latentspace/settings"
)

// ParseKept reads the experiment of a run or a checkpoint. It has every key that existed when it
// was written; newer keys get values with which nothing changes. Each of sets is an edit KEY=VALUE.
func ParseKept(file string, src []byte, sets ...string) (Config, error) {
	c, err := userSource{file, src, sets}.parse(earlier())
	c.source = nil
	return c, err
}

// ConfigFile is the name of the experiment in a run's folder.
const ConfigFile = "config.yaml"

// LoadKept reads the experiment of a run's folder.
func LoadKept(dir string) (Config, error) {
	name := filepath.Join(dir, ConfigFile)
	src, err := untrusted.ReadFile(name, untrusted.Experiment)
	if err != nil {
		return Config{}, fmt.Errorf("experiments: %w", err)
	}
	return ParseKept(name, src)
}

// userSource is what a user wrote: a file, and edits of it.
type userSource struct {
	file string
	src  []byte
	sets []string
}

func (u userSource) parse(k settings.Kinds) (Config, error) {
	c := Defaults()
	if err := settings.Decode(u.file, u.src, &c, u.sets, k); err != nil {
		return Config{}, err
	}
	c.source = &u
	return c, nil
}

// adversarialBeta1 is the default of Adam's beta1 for models whose phases play against each other.
//
// Radford, Metz and Chintala, Unsupervised Representation Learning with Deep Convolutional
// Generative Adversarial Networks, ICLR 2016, section 4.
const adversarialBeta1 = 0.5

// suited returns the experiment with the defaults that depend on its model, each written in one way.
func (c Config) suited() Config {
	if c.Train.Precision == FP32 {
		c.Train.Precision = "" // what runs have that began before there was another
	}
	if c.Train.Shards == 1 {
		c.Train.Shards = 0 // as it is kept
	}
	if !models.Adversarial(c.Model) {
		return c
	}
	rule := func(r optim.Rule, key string) optim.Rule {
		adam, ok := r.(optim.Adam)
		if ok && !settings.Has(c.source.file, c.source.src, c.source.sets, key+".beta1") {
			adam.Beta1 = adversarialBeta1
			return adam
		}
		return r
	}
	c.Train.Optimizer = rule(c.Train.Optimizer, "train.optimizer")
	c.Train.Optimizers = maps.Clone(c.Train.Optimizers)
	for phase, r := range c.Train.Optimizers {
		c.Train.Optimizers[phase] = rule(r, "train.optimizers."+phase)
	}
	return c
}

// rules are the optimizers of an experiment.
type rules struct {
	All    optim.Rule            `yaml:"optimizer"`
	Phases map[string]optim.Rule `yaml:"optimizers"`
}

func (c Config) rules() rules { return rules{c.Train.Optimizer, c.Train.Optimizers} }

// AsBegun returns the experiment with the defaults of the program that began the run in a folder:
// if its data, model or optimizer equal the run's under earlier defaults, keys that the user left
// out have those defaults. It reports whether any did.
func (c Config) AsBegun(dir string) (Config, bool) {
	run, err := LoadKept(dir)
	if err != nil || c.source == nil {
		return c, false // there is no run, or its errors are reported elsewhere
	}
	then, err := c.source.parse(earlier())
	if err != nil {
		return c, false
	}
	changed := false
	if !c.sameData(run) && then.sameData(run) {
		c.Data, changed = then.Data, true
	}
	if !same(c.Model, run.Model) && same(then.Model, run.Model) {
		c.Model, changed = then.Model, true
	}
	if !same(c.rules(), run.rules()) && same(then.rules(), run.rules()) {
		c.Train.Optimizer, c.Train.Optimizers, changed = then.Train.Optimizer, then.Train.Optimizers, true
	}
	return c, changed
}

// same reports whether two parts of experiments are equal.
func same[T any](a, b T) bool {
	return reflect.TypeOf(a) == reflect.TypeOf(b) && maps.Equal(settings.Leaves(a, Registry), settings.Leaves(b, Registry))
}

// sameData reports whether two experiments have the same data set, regardless of where its files
// are.
func (c Config) sameData(d Config) bool {
	here, there := settings.Leaves(c.Data, Registry), settings.Leaves(d.Data, Registry)
	for _, place := range []string{"dir", "file"} {
		delete(here, place)
		delete(there, place)
	}
	return c.DataKind() == d.DataKind() && maps.Equal(here, there)
}

// Demands reports whether the user gave a key, such as train.batch, in an edit or in a
// file of their own. Other keys may adapt to the data.
func (c Config) Demands(key string) bool {
	if c.source == nil {
		return false
	}
	u := *c.source
	for _, name := range slices.Concat(Shipped(), Papers()) {
		if shipped, err := shipped.ReadFile(name + ".yaml"); err == nil && bytes.Equal(shipped, u.src) {
			u.src = []byte("{}") // only the edits are the user's
		}
	}
	return settings.Has(u.file, u.src, u.sets, key)
}

// With returns c with the data and their place, and with the keys that no weight depends on, of
// another experiment.
func (c Config) With(from Config) Config {
	adopt(reflect.ValueOf(&c).Elem(), reflect.ValueOf(from), Fixed)
	return c
}

func adopt(dst, src reflect.Value, c Class) {
	from := settings.Fields(src)
	for i, f := range settings.Fields(dst) {
		own := c
		if f.Tag.Get("run") != "" {
			own = classNames[f.Tag.Get("run")]
		}
		switch {
		case own == Content || own == Place || own == Free:
			f.Value.Set(from[i].Value)
		case f.Value.Kind() == reflect.Struct:
			adopt(f.Value, from[i].Value, own)
		}
	}
}
