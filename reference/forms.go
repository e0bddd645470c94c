package reference

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"latentspace/data/division"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/models/likelihoods"
	"latentspace/nn"
	"latentspace/settings"
)

// isLeaf reports whether values of a type have a form of their own, such as "500 steps".
func isLeaf(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// form is what a value may be, in words and in JSON schema.
type form struct {
	text   string
	schema map[string]any
}

// forms are those of types that read themselves, or that are words of a list.
var forms = map[reflect.Type]form{
	reflect.TypeFor[division.Count](): {"a whole number, or auto", map[string]any{
		"anyOf": []any{map[string]any{"const": "auto"}, map[string]any{"type": "integer", "minimum": 0}, map[string]any{"type": "string", "pattern": "^[0-9][0-9_]*$"}},
	}},
	reflect.TypeFor[experiments.Interval](): {"steps or epochs, such as 500 steps", map[string]any{
		"type": "string", "pattern": "^[1-9][0-9]* (step|epoch)s?$",
	}},
	reflect.TypeFor[likelihoods.Scale](): {"a number above 0, optimal or learned", map[string]any{
		"anyOf": []any{map[string]any{"enum": []string{"optimal", "learned"}}, map[string]any{"type": "number", "minimum": 0}},
	}},
	reflect.TypeFor[nn.Activation](): oneOf(nn.Activations()),
}

// lists are the words of keys that no type and no comment has.
var lists = map[string]func() []string{
	"train.best":             func() []string { return append([]string{experiments.ByLoss}, evaluation.Known()...) },
	"train.evaluate.metrics": evaluation.Known,
}

func oneOf(words []string) form {
	return form{"one of " + strings.Join(words, ", "), map[string]any{"enum": words}}
}

// choice matches a comment that begins with the words that a key may be.
var choice = regexp.MustCompile(`^([a-z0-9_]+(?:, [a-z0-9_]+)*,? or [a-z0-9_]+)(?:$|[;:,.])`)

// wordsOf are the words that a key may be as its comment has them at its beginning: "none, batch
// or layer"; nil for a key that may be any.
func wordsOf(doc string) []string {
	m := choice.FindStringSubmatch(doc)
	if m == nil {
		return nil
	}
	return regexp.MustCompile(`,? or |, `).Split(m[1], -1)
}

// form is what the value at a key may be.
func (e entry) form() form {
	t := e.value.Type()
	if f, ok := forms[t]; ok {
		return f
	}
	if words, ok := lists[e.path]; ok {
		f := oneOf(words())
		if t.Kind() == reflect.Slice {
			return form{"a list of figures", map[string]any{"type": "array", "items": f.schema}}
		}
		return form{"a word", f.schema}
	}
	switch t.Kind() {
	case reflect.Interface:
		return form{"a kind of " + noun(t), nil}
	case reflect.Map:
		if t.Elem().Kind() == reflect.String {
			return form{"a word for each name", nil}
		}
		return form{"a kind of " + noun(t.Elem()) + " for each name", nil}
	case reflect.Struct:
		return form{"keys and values", nil}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Interface {
			return form{"a list of kinds of " + noun(t.Elem()), nil}
		}
		elem := entry{value: reflect.New(t.Elem()).Elem()}.form()
		return form{"a list of " + plural(elem.text), map[string]any{"type": "array", "items": elem.schema}}
	case reflect.Bool:
		return form{"true or false", map[string]any{"type": "boolean"}}
	case reflect.Int:
		return form{"a whole number", rangeOf(e.doc).schema(map[string]any{"type": "integer"})}
	case reflect.Uint64:
		return form{"a whole number from 0", map[string]any{"type": "integer", "minimum": 0}}
	case reflect.Float64:
		return form{"a number", rangeOf(e.doc).schema(map[string]any{"type": "number"})}
	case reflect.String:
		if words := wordsOf(e.doc); words != nil {
			return form{"a word", oneOf(words).schema}
		}
		return form{"a word", map[string]any{"type": "string"}}
	}
	panic(fmt.Sprintf("reference: %s: a key of type %v", e.path, t))
}

// plural is the form of many: whole numbers of a whole number.
func plural(text string) string { return strings.TrimPrefix(text, "a ") + "s" }

// nouns are what the interfaces are called whose kinds a file names.
var nouns = map[string]string{"Source": "data set", "Rule": "optimizer"}

func noun(t reflect.Type) string {
	if n, ok := nouns[t.Name()]; ok {
		return n
	}
	return strings.ToLower(t.Name())
}

// written is a value as a file has it, "" for one that is left out.
func (e entry) written() string {
	v := e.value
	if e.missing || v.Kind() == reflect.Interface && v.IsNil() || v.Kind() == reflect.Map && v.Len() == 0 {
		return ""
	}
	return settings.Written(v, experiments.Registry)
}
