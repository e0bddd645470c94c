package settings

import (
	"reflect"
	"strings"
	"testing"
)

// shape is an interface that circles and squares stand for.
type shape interface{ area() float64 }

type circle struct {
	Radius float64 `yaml:"radius"`
}

type square struct {
	Side  float64 `yaml:"side"`
	Width float64 `yaml:"width,omitempty"` // earlier name of side
}

func (c circle) area() float64 { return 3 * c.Radius * c.Radius }
func (s square) area() float64 { return s.Side * s.Side }

// Check reports a width below 0.
func (s square) Check(report func(key, format string, args ...any)) {
	if s.Width < 0 {
		report("width", "%v, want at least 0", s.Width)
	}
}

// Settle is the square without the earlier name.
func (s square) Settle() any {
	if s.Width != 0 {
		s.Side, s.Width = s.Width, 0
	}
	return s
}

type drawing struct {
	Shape shape            `yaml:"shape"`
	More  map[string]shape `yaml:"more"`
	List  []shape          `yaml:"list"`
}

var shapes = Kinds{reflect.TypeFor[shape](): Constructors(map[string]func() shape{
	"circle": func() shape { return circle{Radius: 1} },
	"square": func() shape { return square{Side: 2} },
})}

func decoded(src string, sets ...string) (drawing, error) {
	d := drawing{Shape: circle{Radius: 7}}
	err := Decode("f.yaml", []byte(src), &d, sets, shapes)
	return d, err
}

// A name alone is the kind with its defaults, wherever a kind can stand, in files and in edits.
func TestANameAloneIsAKindWithItsDefaults(t *testing.T) {
	for name, test := range map[string]struct {
		src  string
		sets []string
		want drawing
	}{
		"a name":                    {"shape: square\n", nil, drawing{Shape: square{Side: 2}}},
		"a mapping":                 {"shape: {kind: square}\n", nil, drawing{Shape: square{Side: 2}}},
		"the kind that is there":    {"shape: circle\n", nil, drawing{Shape: circle{Radius: 1}}},
		"no kind edits the default": {"shape: {radius: 3}\n", nil, drawing{Shape: circle{Radius: 3}}},
		"in quotes":                 {"shape: \"square\"\n", nil, drawing{Shape: square{Side: 2}}},
		"in a list":                 {"list: [circle, {kind: square, side: 5}]\n", nil, drawing{Shape: circle{Radius: 7}, List: []shape{circle{1}, square{Side: 5}}}},
		"in a map":                  {"more: {a: square}\n", nil, drawing{Shape: circle{Radius: 7}, More: map[string]shape{"a": square{Side: 2}}}},
		"an edit":                   {"shape: circle\n", []string{"shape=square"}, drawing{Shape: square{Side: 2}}},
		"an edit of a mapping":      {"shape: {kind: square, side: 9}\n", []string{"shape=circle"}, drawing{Shape: circle{Radius: 1}}},
	} {
		if got, err := decoded(test.src, test.sets...); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		}
	}
}

// The leaf of a list has all of its kinds.
func TestALeafOfKinds(t *testing.T) {
	d, err := decoded("list: [circle, {kind: square, side: 5}]\n")
	if got, want := Leaves(d, shapes)["list"], "[{kind: circle, radius: 1}, {kind: square, side: 5}]"; err != nil || got != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestWordsThatAreNoKinds(t *testing.T) {
	for name, test := range map[string]struct{ src, want string }{
		"a slip":           {"shape: sqare\n", `f.yaml:1:8: shape: "sqare", did you mean "square"? want one of circle, square`},
		"another word":     {"shape: tetrahedron\n", `f.yaml:1:8: shape: "tetrahedron", want one of circle, square`},
		"a slip in a list": {"list: [circle, circel]\n", `f.yaml:1:16: list[1]: "circel", did you mean "circle"? want one of circle, square`},
		"no list":          {"list: square\n", `f.yaml:1:7: list: "square", want a list such as [square]`},
		"a number":         {"shape: 4\n", "f.yaml:1:8: shape: 4, want keys and values such as {kind: circle}"},
		"nothing":          {"shape:\n", "f.yaml:1:7: shape: empty, want keys and values such as {kind: circle}"},
		"an empty word":    {"shape: \"\"\n", `f.yaml:1:8: shape: "", want keys and values such as {kind: circle}`},
		"a list":           {"shape: [square]\n", "f.yaml:1:8: shape: a list, want keys and values such as {kind: circle}"},
		"a wrong kind":     {"shape: {kind: sqare}\n", `f.yaml:1:15: shape.kind: "sqare", did you mean "square"? want one of circle, square`},
	} {
		got, err := decoded(test.src)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
		if name != "a slip in a list" && got.Shape != (circle{Radius: 7}) {
			t.Errorf("%s: the shape became %+v, want the default to stay", name, got.Shape)
		}
	}
}

// What was written in an earlier form is what a kind's Settle makes of it, and is checked as it
// was written.
func TestAKindSettlesWhatWasWrittenInAnEarlierForm(t *testing.T) {
	for src, want := range map[string]square{
		"shape: {kind: square, width: 3}\n":          {Side: 3},
		"shape: {kind: square, side: 5}\n":           {Side: 5},
		"shape: {kind: square, side: 5, width: 3}\n": {Side: 3},
		"shape: square\n":                            {Side: 2},
	} {
		if got, err := decoded(src); err != nil || got.Shape != want {
			t.Errorf("%sgot %+v, %v, want %+v", src, got.Shape, err, want)
		}
	}
	if got, err := decoded("shape: circle\n", "shape={kind: square}", "shape.width=4"); err != nil || got.Shape != (square{Side: 4}) {
		t.Errorf("an edit: got %+v, %v, want a side of 4", got.Shape, err)
	}
	if got, err := decoded("list: [{kind: square, width: 3}]\n"); err != nil || got.List[0] != (square{Side: 3}) {
		t.Errorf("in a list: got %+v, %v, want a side of 3", got.List, err)
	}
	_, err := decoded("shape: {kind: square, width: -3}\n")
	if want := "f.yaml:1:30: shape.width: -3, want at least 0"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What is settled is written in the form of now, and reads back as it is.
func TestASettledKindIsWrittenInTheFormOfNow(t *testing.T) {
	got, err := decoded("shape: {kind: square, width: 3}\n")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Encode(got, shapes)
	if err != nil || strings.Contains(string(b), "width") || !strings.Contains(string(b), "side: 3") {
		t.Errorf("written as\n%s%v", b, err)
	}
	if again, err := decoded(string(b)); err != nil || again.Shape != got.Shape {
		t.Errorf("reads back as %+v, %v", again.Shape, err)
	}
}
