// Package reference says what an experiment file may have: keys, kinds, types, ranges and
// defaults, with the comments of the structs that they are. The keys and defaults are those of
// the structs themselves, and the comments are generated from their source.
package reference

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/reference/extract"
	"latentspace/settings"
)

//go:generate go run ./gen

//go:embed comments.json
var generated []byte

// comments are those of all [Types].
var comments = func() map[string]extract.Type {
	var all map[string]extract.Type
	if err := json.Unmarshal(generated, &all); err != nil {
		panic(fmt.Sprintf("reference: comments.json: %v; go generate ./reference writes it", err))
	}
	return all
}()

// Encode is what comments.json has for the comments of types.
func Encode(types map[string]extract.Type) ([]byte, error) {
	var b strings.Builder
	if err := safejson.WriteIndented(&b, types); err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	return []byte(b.String()), nil
}

// Types returns the names of the types whose comments are needed, such as models.VAE, sorted.
func Types() []string {
	found := map[string]bool{}
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		name := typeName(t)
		if found[name] {
			return
		}
		switch t.Kind() {
		case reflect.Interface:
			found[name] = true
			for _, kind := range sortedKeys(experiments.Registry[t]) {
				visit(reflect.TypeOf(experiments.Registry[t][kind]()))
			}
		case reflect.Struct:
			found[name] = true
			for _, f := range settings.Fields(reflect.New(t).Elem()) {
				found[typeName(f.Owner)] = true
				visit(f.Value.Type())
			}
		case reflect.Map, reflect.Slice:
			visit(t.Elem())
		default:
			if t.PkgPath() != "" {
				found[name] = true
			}
		}
	}
	visit(reflect.TypeFor[experiments.Config]())
	return slices.Sorted(keysOf(found))
}

// typeName is a type as extract names it.
func typeName(t reflect.Type) string {
	return strings.TrimPrefix(t.PkgPath(), "latentspace/") + "." + t.Name()
}

// link matches a reference to another name in a comment.
var link = regexp.MustCompile(`\[([A-Za-z][A-Za-z0-9_.]*)\]`)

// docOf is the comment of a type, which speaks of its fields by their keys. What it cites stays
// as it is. A struct that is another exported one and nothing else, inline, has the comment of that.
func docOf(t reflect.Type) string {
	for t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Anonymous && t.Field(0).IsExported() {
		t = t.Field(0).Type
	}
	text := comments[typeName(t)].Doc
	if source(text) == "" {
		return withKeys(t, text)
	}
	last := max(0, strings.LastIndex(text, "\n\n"))
	return withKeys(t, text[:last]) + text[last:]
}

// fieldDoc is the comment of a field, without its name at the beginning.
func fieldDoc(f settings.Field) string {
	text := withKeys(f.Owner, comments[typeName(f.Owner)].Fields[f.Name])
	return strings.TrimPrefix(strings.TrimPrefix(text, f.Key+" "), "is ")
}

// constants are names in Go of words in a file.
var constants = strings.NewReplacer("[Auto]", "auto")

// word matches the words that may be names of fields.
var word = regexp.MustCompile(`\b[A-Z][A-Za-z0-9]*\b`)

// withKeys puts keys in place of the names of a struct's fields in a comment.
func withKeys(t reflect.Type, text string) string {
	text = link.ReplaceAllString(constants.Replace(text), "$1")
	if t.Kind() != reflect.Struct {
		return text
	}
	keys := map[string]string{}
	for _, f := range settings.Fields(reflect.New(t).Elem()) {
		keys[f.Name], keys[camel(f.Key)] = f.Key, f.Key
	}
	delete(keys, t.Name())
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if key, ok := keys[w]; ok {
			return key
		}
		return w
	})
}

// camel is the name in Go that a key would have: CriticSteps of critic_steps.
func camel(key string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(key, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
