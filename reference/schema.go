package reference

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/settings"
)

// object is a JSON object.
type object = map[string]any

// Schema returns the JSON schema, draft-07, of experiment files, by which editors complete and
// check them. What it allows beyond the program is what a schema cannot say: which keys go
// together.
func Schema() (string, error) {
	s := schema{definitions: object{}}
	all := s.structure(top())
	all["$schema"] = "http://json-schema.org/draft-07/schema#"
	all["title"] = "an experiment of latentspace"
	all["definitions"] = s.definitions
	var b strings.Builder
	if err := safejson.WriteIndented(&b, all); err != nil {
		return "", fmt.Errorf("reference: %w", err)
	}
	return b.String(), nil
}

// schema collects the definitions of kinds, which stand in more than one place.
type schema struct{ definitions object }

// structure is the schema of a struct: its keys, and no others.
func (s schema) structure(e entry) object {
	properties := object{}
	var required []string
	for _, key := range e.children() {
		properties[key.name()] = s.key(key)
		if key.missing {
			required = append(required, key.name())
		}
	}
	of := object{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		of["required"] = required
	}
	return of
}

// key is the schema of what may stand at a key.
func (s schema) key(e entry) object {
	of := object{}
	switch t := e.value.Type(); {
	case t.Kind() == reflect.Interface:
		of = s.kinds(e)
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.String:
		of = object{"type": "object", "additionalProperties": object{"type": "string"}}
	case t.Kind() == reflect.Map:
		of = object{"type": "object", "additionalProperties": s.kinds(e.elem())}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Interface:
		of = object{"type": "array", "items": s.kinds(e.elem())}
	case t.Kind() == reflect.Struct && !isLeaf(t):
		of = s.structure(e)
	default:
		maps.Copy(of, e.form().schema)
		if words, ok := of["enum"].([]string); ok && !slices.Contains(words, e.value.String()) {
			of["enum"] = append(slices.Clip(words), e.value.String()) // such as "", which a model chooses by
		}
	}
	if text := e.describe(); text != "" {
		of["description"] = text
	}
	if v, ok := e.plain(); ok {
		of["default"] = v
	}
	return of
}

// describe is the comment of a key, or of the struct at it.
func (e entry) describe() string {
	if e.doc == "" && e.value.Kind() == reflect.Struct && !isLeaf(e.value.Type()) {
		return synopsis(e.value.Type().Name(), docOf(e.value.Type()))
	}
	return e.doc
}

// kinds is the schema of an interface: the name of a kind alone, or keys, which the key kind
// selects. Without it they are those of the default, if there is one.
func (s schema) kinds(e entry) object {
	var names []string
	var about strings.Builder
	var cases []any
	for _, kind := range e.children() {
		name := noun(e.value.Type()) + "." + kind.name()
		names = append(names, kind.name())
		fmt.Fprintf(&about, "%s: %s\n", kind.name(), synopsis(kind.value.Type().Name(), docOf(kind.value.Type())))
		s.define(name, kind)
		cases = append(cases, object{
			"if":   object{"required": []string{"kind"}, "properties": object{"kind": object{"const": kind.name()}}},
			"then": object{"$ref": "#/definitions/" + name},
		})
	}
	of := object{"properties": object{"kind": object{"enum": names, "description": strings.TrimSuffix(about.String(), "\n")}}}
	if inner, ok := e.inner(); ok {
		for i, kind := range e.children() {
			if kind.value.Type() == inner.value.Type() {
				cases = append(cases, object{
					"if":   object{"not": object{"required": []string{"kind"}}},
					"then": object{"$ref": "#/definitions/" + noun(e.value.Type()) + "." + names[i]},
				})
			}
		}
	} else {
		of["required"] = []string{"kind"}
	}
	of["type"], of["allOf"] = "object", cases
	return object{"if": object{"type": "string"}, "then": object{"enum": names}, "else": of}
}

// define adds the schema of a kind to the definitions, once.
func (s schema) define(name string, kind entry) {
	if s.definitions[name] != nil {
		return
	}
	s.definitions[name] = object{} // networks may hold networks
	of := s.structure(kind)
	of["properties"].(object)["kind"] = object{"const": kind.name()}
	of["description"] = synopsis(kind.value.Type().Name(), docOf(kind.value.Type()))
	delete(of, "required") // what the default lacks may be asked for by Check in some cases only
	s.definitions[name] = of
}

// plain is the default of a key as JSON, and whether it has one.
func (e entry) plain() (any, bool) {
	if e.missing || e.value.Kind() == reflect.Struct && !isLeaf(e.value.Type()) {
		return nil, false
	}
	return settings.Plain(e.value, experiments.Registry)
}
