package settings_test

import (
	"reflect"
	"strings"
	"testing"

	"latentspace/settings"
)

// Of a document only what the struct holds is read; what has a kind is read in full.
func TestAPartOfADocumentIsRead(t *testing.T) {
	type shape interface{ any }
	type square struct {
		Side int `yaml:"side"`
	}
	kinds := settings.Kinds{reflect.TypeFor[shape](): {"square": func() any { return square{} }}}
	for _, test := range []struct{ name, src, want string }{
		{"keys that the struct lacks", "name: x\nof: {kind: square, side: 2}\ntrain: {batch: 3, lr: 1}\n", ""},
		{"a key that the kind lacks", "of: {kind: square, size: 2}\n", `unknown key`},
		{"a value of another type", "of: {kind: square, side: 2}\ntrain: {batch: many}\n", "train.batch"},
	} {
		var got struct {
			Of    shape `yaml:"of"`
			Train struct {
				Batch int `yaml:"batch"`
			} `yaml:"train"`
		}
		err := settings.DecodePart("run.yaml", []byte(test.src), &got, kinds)
		if test.want == "" && (err != nil || got.Of != shape(square{2}) || got.Train.Batch != 3) {
			t.Errorf("%s: got %+v, %v", test.name, got, err)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}
