package settings

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Encode is the inverse of [Decode]: every field of the struct v by its key, kinds
// first, nil interfaces, empty maps and what has the option omitempty and is zero left out.
func Encode(v any, k Kinds) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(k.tree(reflect.ValueOf(v))); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return b.Bytes(), nil
}

// tree is v as YAML, or nil if v is left out.
func (k Kinds) tree(v reflect.Value) *yaml.Node {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		if err != nil {
			panic(err) // a value that was read
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Value: string(b)} // a number or a word, as it reads
	}
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		kind := k.Of(v.Interface(), v.Type())
		if kind == "" {
			panic(fmt.Sprintf("settings: %v is no registered kind of %v", v.Elem().Type(), v.Type()))
		}
		node := k.tree(v.Elem())
		node.Content = append([]*yaml.Node{text("kind"), text(kind)}, node.Content...)
		return node
	case reflect.Struct:
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, f := range Fields(v) {
			if f.omitEmpty && f.Value.IsZero() {
				continue
			}
			put(node, f.Key, k.tree(f.Value))
		}
		return node
	case reflect.Map:
		if v.Len() == 0 {
			return nil
		}
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), byName) {
			put(node, key.String(), k.tree(v.MapIndex(key)))
		}
		return node
	case reflect.Slice:
		node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
		for i := range v.Len() {
			node.Content = append(node.Content, k.tree(v.Index(i)))
		}
		return node
	case reflect.String:
		return text(v.String())
	}
	node := new(yaml.Node)
	if err := node.Encode(v.Interface()); err != nil {
		panic(err) // a number or a truth value
	}
	return node
}

func byName(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }

func put(m *yaml.Node, key string, value *yaml.Node) {
	if value != nil {
		m.Content = append(m.Content, text(key), value)
	}
}

// text is a word that reads back as a word.
func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
