package settings

import (
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Edits are keys of another configuration with their values, {model.latent: 8, seed: 2}, as edits
// KEY=VALUE in the order of the file.
type Edits []string

// Choices are keys of another configuration, each with a list of values, {seed: [1, 2, 3]}, in the
// order of the file.
type Choices []Choice

// Choice is a key with values, each as YAML on one line.
type Choice struct {
	Key    string
	Values []string
}

// Edit is the edit KEY=VALUE that [Decode] takes.
func Edit(key, value string) string { return key + "=" + value }

// edits reads a mapping from keys to values.
func (d *decoder) edits(node *yaml.Node, key string, v reflect.Value) {
	if node.Kind != yaml.MappingNode {
		d.at(node, key, "%s, want keys and values such as {seed: 2}", describe(node))
		return
	}
	out := Edits{}
	for i, name := range d.keys(node, key) {
		if value := node.Content[2*i+1]; name != nil && d.nameOf(node.Content[2*i], key) && d.literal(value, Join(key, Clip(*name))) {
			out = append(out, Edit(*name, flow(value)))
		}
	}
	v.Set(reflect.ValueOf(out))
}

// choices reads a mapping from keys to lists of values.
func (d *decoder) choices(node *yaml.Node, key string, v reflect.Value) {
	if node.Kind != yaml.MappingNode {
		d.at(node, key, "%s, want keys with lists of values such as {seed: [1, 2]}", describe(node))
		return
	}
	var out Choices
	for i, name := range d.keys(node, key) {
		if name == nil || !d.nameOf(node.Content[2*i], key) {
			continue
		}
		list, here := node.Content[2*i+1], Join(key, Clip(*name))
		if list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
			found := describe(list)
			if list.Kind == yaml.SequenceNode {
				found = "an empty list"
			}
			d.at(list, here, "%s, want a list of values such as [1, 2]", found)
			continue
		}
		c := Choice{Key: *name}
		for _, value := range list.Content {
			if d.literal(value, here) {
				c.Values = append(c.Values, flow(value))
			}
		}
		out = append(out, c)
	}
	v.Set(reflect.ValueOf(out))
}

// nameOf reports a key that no edit can have.
func (d *decoder) nameOf(node *yaml.Node, key string) bool {
	for part := range strings.SplitSeq(node.Value, ".") {
		if part == "" || strings.ContainsAny(part, "=\n") {
			d.at(node, key, "%q, want a key of an experiment such as model.latent", Clip(node.Value))
			return false
		}
	}
	return true
}

// literal makes a value one that a line can hold, without remarks, and reports what no value may
// have.
func (d *decoder) literal(node *yaml.Node, key string) bool {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		d.at(node, key, "anchors and aliases are not read, write the value out")
		return false
	}
	if tag := node.ShortTag(); !strings.HasPrefix(tag, "!!") {
		d.at(node, key, "tag %s, want none", Clip(tag))
		return false
	}
	node.HeadComment, node.LineComment, node.FootComment = "", "", ""
	if node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		node.Style = yaml.DoubleQuotedStyle
	}
	for _, part := range node.Content {
		if !d.literal(part, key) {
			return false
		}
	}
	return true
}
