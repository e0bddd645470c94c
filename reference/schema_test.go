package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"latentspace/experiments"
)

// parsed is the schema as JSON.
func parsed(t *testing.T) object {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s object
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// validator says where a value is not what a schema wants, for the words that Schema uses.
type validator struct{ definitions object }

func (d validator) wrong(s object, v any, at string) []string {
	var out []string
	bad := func(format string, args ...any) { out = append(out, at+": "+fmt.Sprintf(format, args...)) }
	ok := func(s any) bool { return len(d.wrong(s.(object), v, at)) == 0 }
	for _, word := range slices.Sorted(maps.Keys(s)) {
		switch want := s[word]; word {
		case "$ref":
			out = append(out, d.wrong(d.definitions[strings.TrimPrefix(want.(string), "#/definitions/")].(object), v, at)...)
		case "type":
			if !isA(v, want.(string)) {
				bad("%v, want type %v", v, want)
			}
		case "const":
			if !reflect.DeepEqual(v, want) {
				bad("%v, want %v", v, want)
			}
		case "enum":
			if !slices.ContainsFunc(want.([]any), func(w any) bool { return reflect.DeepEqual(v, w) }) {
				bad("%v, want one of %v", v, want)
			}
		case "pattern":
			if text, isText := v.(string); isText && !regexp.MustCompile(want.(string)).MatchString(text) {
				bad("%q, want %v", text, want)
			}
		case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum":
			x, isNumber := v.(float64)
			b := want.(float64)
			if isNumber && (word == "minimum" && x < b || word == "exclusiveMinimum" && x <= b || word == "maximum" && x > b || word == "exclusiveMaximum" && x >= b) {
				bad("%v, want %s %v", x, word, b)
			}
		case "items":
			list, _ := v.([]any)
			for i, e := range list {
				out = append(out, d.wrong(want.(object), e, fmt.Sprintf("%s[%d]", at, i))...)
			}
		case "required":
			m, _ := v.(object)
			for _, key := range want.([]any) {
				if _, there := m[key.(string)]; !there {
					bad("no %v", key)
				}
			}
		case "properties", "additionalProperties":
			m, _ := v.(object)
			properties, _ := s["properties"].(object)
			for key, x := range m {
				if p, known := properties[key]; known && word == "properties" {
					out = append(out, d.wrong(p.(object), x, at+"."+key)...)
				} else if of, isSchema := want.(object); !known && word == "additionalProperties" && isSchema {
					out = append(out, d.wrong(of, x, at+"."+key)...)
				} else if !known && word == "additionalProperties" {
					bad("%s is not known", key)
				}
			}
		case "allOf":
			for _, one := range want.([]any) {
				out = append(out, d.wrong(one.(object), v, at)...)
			}
		case "anyOf":
			if !slices.ContainsFunc(want.([]any), ok) {
				bad("%v, want any of %v", v, want)
			}
		case "not":
			if ok(want) {
				bad("%v, want it not to be %v", v, want)
			}
		case "if":
			if ok(want) {
				out = append(out, d.wrong(s["then"].(object), v, at)...)
			} else if other, there := s["else"].(object); there {
				out = append(out, d.wrong(other, v, at)...)
			}
		case "then", "else", "description", "default", "title", "$schema", "definitions":
		default:
			bad("the schema has a word that the test does not know: %s", word)
		}
	}
	return out
}

func isA(v any, kind string) bool {
	switch x := v.(type) {
	case object:
		return kind == "object"
	case []any:
		return kind == "array"
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	case float64:
		return kind == "number" || kind == "integer" && x == math.Trunc(x)
	}
	return false
}

// document is YAML as JSON has it.
func document(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(b, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// Every shipped file is right by the schema, as it stands and with all defaults filled in.
func TestShippedExperimentsSatisfyTheSchema(t *testing.T) {
	s := parsed(t)
	d := validator{s["definitions"].(object)}
	for _, name := range slices.Concat(experiments.Shipped(), experiments.Papers()) {
		text, err := os.ReadFile(filepath.Join("../experiments", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := experiments.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := c.YAML()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{text, whole} {
			if wrong := d.wrong(s, document(t, text), name); wrong != nil {
				t.Errorf("%s\n%s", strings.Join(wrong, "\n"), text)
			}
		}
	}
}

func TestTheSchemaFindsMistakes(t *testing.T) {
	s := parsed(t)
	d := validator{s["definitions"].(object)}
	const good = "name: a\nseed: 3\ndata: {kind: glyphs, valid: auto}\nmodel: {kind: vae, encoder: {hidden: [8]}}\ntrain: {evaluate: {every: 5 steps, metrics: [nll]}, optimizers: {elbo: {kind: sgd}}}\n"
	if wrong := d.wrong(s, document(t, []byte(good)), "good"); wrong != nil {
		t.Errorf("%v, want nothing wrong", wrong)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown key", "seed: 3", "sed: 3", "sed is not known"},
		{"a key of another kind", "kind: vae,", "kind: ae, beta: 1,", "beta is not known"},
		{"a key of another default kind", "hidden: [8]", "channels: [8]", "channels is not known"},
		{"an unknown kind", "kind: vae", "kind: vea", "vea, want one of ["},
		{"no data", "data: {kind: glyphs, valid: auto}\n", "", "no data"},
		{"no kind", "kind: glyphs, ", "", "no kind"},
		{"a width that is a word", "[8]", "[wide]", "wide, want type integer"},
		{"a negative seed", "seed: 3", "seed: -3", "-3, want minimum 0"},
		{"an interval without a unit", "5 steps", "5", "5, want type string"},
		{"an unknown figure", "[nll]", "[nnl]", "nnl, want one of"},
		{"a number of examples that is a word", "valid: auto", "valid: all", "all, want any of"},
		{"a word of a list", "hidden: [8]", "hidden: [8], norm: bath", "bath, want one of [none batch "},
		{"an unknown kind by its name alone", "kind: vae,", "kind: vae, likelihood: normal,", "normal, want one of ["},
		{"a width that is no number", "kind: vae,", "kind: vae, likelihood: {kind: gaussian, sigma: wide},", "wide, want any of"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("no %q", c.old)
		}
		wrong := d.wrong(s, document(t, []byte(strings.Replace(good, c.old, c.new, 1))), "file")
		if !strings.Contains(strings.Join(wrong, "\n"), c.want) {
			t.Errorf("%s: got %q, want %q", c.name, wrong, c.want)
		}
	}
}

// A map of words, such as data.columns of tables, has no kinds.
func TestAMapOfWordsHasWords(t *testing.T) {
	table := parsed(t)["definitions"].(object)["data set.table"].(object)
	columns := table["properties"].(object)["columns"].(object)
	if got := columns["additionalProperties"].(object); got["type"] != "string" || len(got) != 1 {
		t.Errorf("columns of a table have values of %v, want words", got)
	}
}
