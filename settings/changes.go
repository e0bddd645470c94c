package settings

import (
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Change is a key, or a part of a configuration, with its values as YAML.
type Change struct {
	Key  string `json:"key"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Value is the value of a key as YAML on one line, {} where it is left out.
func Value(v any, k Kinds, key string) string {
	n := k.tree(reflect.ValueOf(v))
	for name := range strings.SplitSeq(key, ".") {
		n = at(n, name)
	}
	return flow(n)
}

// Written is a value as YAML on one line, "" for one that is left out.
func Written(v reflect.Value, k Kinds) string {
	n := k.tree(v)
	if n == nil {
		return ""
	}
	return flow(n)
}

// Plain is a value as JSON has it, and whether it is there: a number, a word, a list or an object.
func Plain(v reflect.Value, k Kinds) (plain any, ok bool) {
	n := k.tree(v)
	if n == nil {
		return nil, false
	}
	if err := n.Decode(&plain); err != nil {
		panic(err) // a tree that was made of a configuration
	}
	return plain, true
}

// Changes are where two configurations differ: single values, or a part as a whole where it is
// of another kind or has other keys. Of the top, and of the parts that open names, single keys
// may be there or left out.
func Changes(from, to any, k Kinds, open ...string) []Change {
	d := differ{open: append([]string{""}, open...)}
	d.compare(k.tree(reflect.ValueOf(from)), k.tree(reflect.ValueOf(to)), "")
	return d.out
}

type differ struct {
	open []string
	out  []Change
}

// compare notes where two trees differ.
func (d *differ) compare(from, to *yaml.Node, key string) {
	a, b := flow(from), flow(to)
	if a == b {
		return
	}
	if from.Kind != yaml.MappingNode || to.Kind != yaml.MappingNode || !slices.Contains(d.open, key) && !slices.Equal(keysOf(from), keysOf(to)) || kindIn(from) != kindIn(to) {
		d.out = append(d.out, Change{key, a, b})
		return
	}
	names := append(keysOf(from), keysOf(to)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		d.compare(at(from, name), at(to, name), Join(key, name))
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
