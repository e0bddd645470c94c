package settings

import (
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Leaves are the values of a configuration, or of a part of one, by their keys.
func Leaves(v any, k Kinds) map[string]string {
	out := map[string]string{}
	leaves(k.tree(reflect.ValueOf(v)), "", out)
	return out
}

// leaves notes the values of a tree by their keys, a list as one value. An empty word is
// written with quotes.
func leaves(n *yaml.Node, key string, out map[string]string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			leaves(n.Content[i+1], Join(key, n.Content[i].Value), out)
		}
	case yaml.SequenceNode:
		elems := make([]string, len(n.Content))
		for i, e := range n.Content {
			if elems[i] = e.Value; e.Kind == yaml.MappingNode {
				elems[i] = flow(e)
			}
		}
		out[key] = "[" + strings.Join(elems, ", ") + "]"
	default:
		if out[key] = n.Value; n.Value == "" {
			out[key] = `""`
		}
	}
}
