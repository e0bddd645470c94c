package experiments

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Change is a step of a run after which it was trained with other keys. What a run was
// trained with at any step follows from its experiment as it is now and from its changes.
type Change struct {
	Step int         `json:"step"` // how many steps were made with the values before
	Keys []KeyChange `json:"keys"` // in order
}

// KeyChange is a key, or a part of an experiment, with its values as YAML.
type KeyChange struct {
	Key  string `json:"key"`
	From string `json:"from"`
	To   string `json:"to"`
}

// String is "step 64: train.epochs 2 -> 4".
func (c Change) String() string {
	keys := make([]string, len(c.Keys))
	for i, k := range c.Keys {
		keys[i] = fmt.Sprintf("%s %s -> %s", k.Key, k.From, k.To)
	}
	return fmt.Sprintf("step %d: %s", c.Step, strings.Join(keys, ", "))
}

// changesFrom are the keys of the course, and of the choice of the best, by which c differs from
// what a run was trained with.
func (c Config) changesFrom(run Config) []KeyChange {
	var out []KeyChange
	differing := map[string]bool{}
	for _, d := range c.differences(run) {
		if d.class == course || d.class == choice {
			differing[d.key] = true
		}
	}
	changed(registry.tree(reflect.ValueOf(run)), registry.tree(reflect.ValueOf(c)), "", &out)
	return slices.DeleteFunc(out, func(k KeyChange) bool {
		for key := range differing {
			if key == k.Key || strings.HasPrefix(key, k.Key+".") {
				return false
			}
		}
		return true
	})
}

// changed notes where two trees differ: single values, or a part as a whole where it is of
// another kind or has other keys.
func changed(from, to *yaml.Node, key string, out *[]KeyChange) {
	a, b := flow(from), flow(to)
	if a == b {
		return
	}
	top := key == "" || key == "train" // whose keys are there or left out
	if from.Kind != yaml.MappingNode || to.Kind != yaml.MappingNode || !top && !slices.Equal(keysOf(from), keysOf(to)) || kindIn(from) != kindIn(to) {
		*out = append(*out, KeyChange{key, a, b})
		return
	}
	names := append(keysOf(from), keysOf(to)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		changed(at(from, name), at(to, name), join(key, name), out)
	}
}

// at is the value of a key, an empty mapping where it is left out.
func at(m *yaml.Node, name string) *yaml.Node {
	if i := find(m, name); i >= 0 {
		return m.Content[i]
	}
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
}

func keysOf(m *yaml.Node) []string {
	var names []string
	for i := 0; i < len(m.Content); i += 2 {
		names = append(names, m.Content[i].Value)
	}
	slices.Sort(names)
	return names
}

func kindIn(m *yaml.Node) string {
	if i := find(m, "kind"); i >= 0 {
		return m.Content[i].Value
	}
	return ""
}

// flow is a tree as YAML on one line.
func flow(n *yaml.Node) string {
	one := *n
	if one.Kind != yaml.ScalarNode {
		one.Style = yaml.FlowStyle
	}
	b, err := yaml.Marshal(&one)
	if err != nil {
		panic(err) // a tree that was made of a configuration
	}
	return strings.TrimSuffix(string(b), "\n")
}

// redo is the experiment after a change of it.
func (c Config) redo(change Change) (Config, error) {
	return c.edited(change, func(k KeyChange) (from, to string) { return k.From, k.To })
}

// undo is the experiment before a change to it.
func (c Config) undo(change Change) (Config, error) {
	return c.edited(change, func(k KeyChange) (from, to string) { return k.To, k.From })
}

func (c Config) edited(change Change, values func(KeyChange) (from, to string)) (Config, error) {
	src, err := c.YAML()
	if err != nil {
		return c, err
	}
	tree := registry.tree(reflect.ValueOf(c))
	var sets []string
	for _, k := range change.Keys {
		if !strings.HasPrefix(k.Key, "train.") {
			return c, fmt.Errorf("experiments: the change of %s at step %d: want a key of train", clip(k.Key), change.Step)
		}
		from, to := values(k)
		n := tree
		for name := range strings.SplitSeq(k.Key, ".") {
			n = at(n, name)
		}
		if got := flow(n); got != from {
			return c, fmt.Errorf("experiments: the change of %s at step %d: the experiment has %s, want %s", clip(k.Key), change.Step, clip(got), clip(from))
		}
		sets = append(sets, k.Key+"="+to)
	}
	return parseKept("config", src, sets...)
}

// past returns the experiments that a run was trained with: before each of its changes, and
// last c.
func (c Config) past(history []Change) ([]Config, error) {
	configs := make([]Config, len(history)+1)
	configs[len(history)] = c
	for i, change := range slices.Backward(history) {
		if change.Step < 0 || i > 0 && change.Step < history[i-1].Step {
			return nil, fmt.Errorf("experiments: change %d of the run's keys is at step %d, want steps that rise", i+1, change.Step)
		}
		var err error
		if configs[i], err = configs[i+1].undo(change); err != nil {
			return nil, err
		}
	}
	return configs, nil
}
