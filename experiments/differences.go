package experiments

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// differences says where c is another experiment than the one that a run was
// started with: a line each, in order of keys.
func (c Config) differences(run Config) []string {
	here, there := leavesOf(c), leavesOf(run)

	keys := append(sortedKeys(here), sortedKeys(there)...)
	slices.Sort(keys)
	var out []string
	for _, key := range slices.Compact(keys) {
		a, inHere := here[key]
		b, inThere := there[key]
		switch {
		case !inThere:
			out = append(out, fmt.Sprintf("%s: %s here, absent in the run", key, a))
		case !inHere:
			out = append(out, fmt.Sprintf("%s: absent here, %s in the run", key, b))
		case a != b:
			out = append(out, fmt.Sprintf("%s: %s here, %s in the run", key, a, b))
		}
	}
	return out
}

// leavesOf are the values of a part of a configuration by their keys.
func leavesOf(v any) map[string]string {
	out := map[string]string{}
	leaves(registry.tree(reflect.ValueOf(v)), "", out)
	return out
}

// leaves notes the values of a tree by their keys, a list as one value.
func leaves(n *yaml.Node, key string, out map[string]string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			leaves(n.Content[i+1], join(key, n.Content[i].Value), out)
		}
	case yaml.SequenceNode:
		elems := make([]string, len(n.Content))
		for i, e := range n.Content {
			elems[i] = e.Value
		}
		out[key] = "[" + strings.Join(elems, ", ") + "]"
	default:
		out[key] = n.Value
	}
}
