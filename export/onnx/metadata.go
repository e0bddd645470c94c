package onnx

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/example"
	"latentspace/trained"
)

// metadata says what the numbers of a model mean.
func metadata(m *trained.Model, about map[string]string) (all []entry) {
	add := func(key, value string) {
		if value != "" {
			all = append(all, entry{key, value})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(about)) {
		add(key, about[key])
	}
	add("kind", m.Kind)
	likelihood, _ := m.Likelihood()
	add("likelihood", likelihood)
	if len(m.Shape) == 3 {
		add("layout", "NCHW")
	}
	add("value_range", valueRange(m.Schema))
	add("fields", fields(m.Schema))
	if len(m.Conditional()) > 0 {
		add("about", fields(m.Told.About))
	}
	return all
}

// valueRange is the range of the values of examples, "" where it is not known.
func valueRange(s example.Schema) string {
	for _, f := range s.Fields {
		if !f.Bounded() {
			return ""
		}
	}
	return "0 to 1"
}

// fields are where the fields of a row are, and the words of those that are indices, on a line each.
func fields(s example.Schema) string {
	var b strings.Builder
	at := 0
	for _, f := range s.Fields {
		fmt.Fprintf(&b, "%d to %d: %s", at, at+f.Width()-1, f.Name)
		if len(f.Words) > 0 {
			fmt.Fprintf(&b, ", the number of one of %s", strings.Join(f.Words, " | "))
		}
		b.WriteByte('\n')
		at += f.Width()
	}
	return strings.TrimSuffix(b.String(), "\n")
}
