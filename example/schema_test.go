package example

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestFieldsLieOneAfterAnother(t *testing.T) {
	s := Schema{Fields: []Field{
		{Name: "image", Kind: Unit, Shape: []int{4, 5, 3}, View: Picture},
		{Name: "age", Kind: Real, View: Cell},
		Class([]string{"a", "b"}),
	}}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if got := s.Width(); got != 62 {
		t.Errorf("width: got %d, want 60 + 1 + 1", got)
	}
	if f, at, ok := s.Lookup("class"); !ok || at != 61 || f.Kind != Category {
		t.Errorf("class: got %v at %d, %v, want a category at 61", f, at, ok)
	}
	if _, _, ok := s.Lookup("size"); ok {
		t.Error("found a field that the schema does not have")
	}
	if got := s.Shape(); !slices.Equal(got, []int{62}) {
		t.Errorf("shape of several fields: got %v, want [62]", got)
	}
	if got := Of(s.Fields[0]).Shape(); !slices.Equal(got, []int{4, 5, 3}) {
		t.Errorf("shape of one field: got %v, want its own", got)
	}
}

func TestOnlyGreyAndColourAreSeenAsPictures(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Schema
		want bool
	}{
		{"grey", Pictures(8, 8, 1), true},
		{"colour", Pictures(8, 8, 3), true},
		{"two channels", Pictures(8, 8, 2), false},
		{"a vector", Points(3), false},
		{"a shape of a picture", FromShape([]int{8, 8, 1}), true},
		{"a shape of a vector", FromShape([]int{2}), false},
		{"a picture and a class", Schema{Fields: []Field{Pictures(8, 8, 1).Fields[0], Class([]string{"a"})}}, false},
	} {
		if got := c.s.IsPicture(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestJSONKeepsASchema(t *testing.T) {
	s := Schema{Fields: []Field{Pictures(2, 3, 1).Fields[0], Class([]string{"cat", "dog"})}}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var got Schema
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, s) || !got.Equal(s) {
		t.Errorf("%s: got %v, %v, want %v", text, got, err, s)
	}
	if s.Equal(Pictures(2, 3, 1)) {
		t.Error("a schema equals one of fewer fields")
	}
}

func TestSchemasThatAreWrong(t *testing.T) {
	grey := Pictures(2, 2, 1).Fields[0]
	for _, c := range []struct {
		s    Schema
		want string
	}{
		{Schema{}, "0 fields, want 1"},
		{Of(Field{Kind: Real, View: Cell}), "field 0 has no name"},
		{Schema{Fields: []Field{grey, grey}}, `two fields are called "image"`},
		{Of(Field{Name: "a", Kind: "odd", View: Cell}), `field "a": kind "odd", want one of [real unit`},
		{Of(Field{Name: "a", Kind: Real, View: "odd"}), `view "odd", want one of [picture`},
		{Of(Class(nil)), "a category field has no words"},
		{Of(Field{Name: "a", Kind: Real, Words: []string{"b"}, View: Cell}), "a real field has words, want none"},
		{Pictures(0, 2, 1), "shape [0 2 1], want sizes of at least 1"},
		{Pictures(1<<20, 1<<20, 1<<30), "want sizes of at least 1 and at most"},
	} {
		if err := c.s.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got error %v, want one with %q", c.s, err, c.want)
		}
	}
}

func TestASpectrogramIsAPictureThatCanBeHeard(t *testing.T) {
	sound := Sound{Rate: 8000, Window: 320, Hop: 80, Points: 512, High: 4000, Floor: -80}
	s := Spectrograms(64, 48, sound)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if !s.IsPicture() || !s.IsSound() || Pictures(64, 48, 1).IsSound() || sound.Samples(48) != 3840 {
		t.Errorf("a picture %v, a sound %v, %d samples, want both and 3840", s.IsPicture(), s.IsSound(), sound.Samples(48))
	}
	other := sound
	other.Hop = 40
	if s.Equal(Spectrograms(64, 48, other)) || !s.Equal(Spectrograms(64, 48, sound)) {
		t.Error("spectrograms with other hops are equal, or equal ones are not")
	}
	for want, change := range map[string]func(f *Field){
		"nothing else does":              func(f *Field) { f.View = Picture },
		"says how it is made of sound":   func(f *Field) { f.Sound = nil },
		"want spectrograms":              func(f *Field) { f.Shape = []int{64, 48, 3} },
		"0 samples a second":             func(f *Field) { f.Sound.Rate = 0 },
		"transforms of 500 points":       func(f *Field) { f.Sound.Points = 500 },
		"transforms of 131072 points":    func(f *Field) { f.Sound.Points = 1 << 17 },
		"frames of 320 samples every 0":  func(f *Field) { f.Sound.Hop = 0 },
		"frames of 513 samples every 80": func(f *Field) { f.Sound.Window = 513 },
		"frames of 79 samples every 80":  func(f *Field) { f.Sound.Window = 79 },
		"bands from 0 to 4001 Hz":        func(f *Field) { f.Sound.High = 4001 },
		"bands from NaN to 4000 Hz":      func(f *Field) { f.Sound.Low = math.NaN() },
		"levels from -80 to -80 dB":      func(f *Field) { f.Sound.Ceiling = -80 },
	} {
		s := Spectrograms(64, 48, sound)
		change(&s.Fields[0])
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
