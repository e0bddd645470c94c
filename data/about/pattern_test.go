package about

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
)

const digits = `(?P<digit>\d)_(?P<speaker>\w+)_(?P<take>\d+)`

func TestNamesTellWhatFilesAre(t *testing.T) {
	var k Known
	files := []string{"x/7_ann_10.wav", "0_bo_9.wav", "7_bo_9.wav"}
	if err := k.Pattern(digits, "sounds", files); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(k.Values), "[1 0 1 0 1 0 1 1 0]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for i, want := range []struct {
		kind  example.Kind
		words string
	}{{example.Category, "[0 7]"}, {example.Category, "[ann bo]"}, {example.Ordinal, "[9 10]"}} {
		if f := k.Schema.Fields[i]; f.Kind != want.kind || fmt.Sprint(f.Words) != want.words {
			t.Errorf("%s is %s of %v, want %s of %s", f.Name, f.Kind, f.Words, want.kind, want.words)
		}
	}
	for condition, want := range map[string]string{
		"take":      "want an attribute and its values",
		"age=3":     `no attribute "age", want one of ["digit" "speaker" "take"]`,
		"take=10,3": `take is never "3", want some of ["9" "10"]`,
	} {
		if _, err := k.HoldOut(condition, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", condition, err, want)
		}
	}
	in, err := k.HoldOut("speaker = bo", 3)
	if err != nil || !slices.Equal(in, []bool{false, true, true}) {
		t.Errorf("a speaker: %v, %v, want the last two", in, err)
	}
	if got := fmt.Sprint(k.Schema.Names(), k.Values); got != "[digit take] [1 1 0 0 1 0]" {
		t.Errorf("what is left: %s, want digits and takes", got)
	}
	if in, err = k.HoldOut("take=9,10", 3); err != nil || !slices.Equal(in, []bool{true, true, true}) {
		t.Errorf("all takes: %v, %v", in, err)
	}
	numbers := Known{Schema: example.Of(example.Field{Name: "age", Kind: example.Real, View: example.Cell}), Values: []float32{1}}
	if _, err := numbers.HoldOut("age=1", 1); err == nil || !strings.Contains(err.Error(), "attribute age has numbers") {
		t.Errorf("a number: got %v", err)
	}
}

func TestNamesThatDoNotFitAreRefused(t *testing.T) {
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprintf("a%d", i)
	}
	for name, c := range map[string]struct {
		pattern string
		files   []string
		want    string
	}{
		"no expression":   {"(", nil, `"(" is no regular expression`},
		"no group":        {`\d+_(\w)`, nil, "has no group with a name"},
		"a name twice":    {`(?P<a>\d)(?P<a>\d)`, nil, "has two groups called a"},
		"no match":        {digits, []string{"1_a_2.wav", "b/noise.wav"}, `the name "noise" does not match`},
		"a part matches":  {`(?P<digit>\d)`, []string{"12.wav"}, `the name "12" does not match`},
		"too many words":  {`(?P<all>.*)`, many, "group all: 1001 classes"},
		"there before it": {`(?P<class>.*)`, []string{"a"}, `two attributes are called "class"`},
	} {
		k := Known{Schema: example.Of(example.Class([]string{"x"})), Values: make([]float32, len(c.files))}
		if err := k.Pattern(c.pattern, "sounds", c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
