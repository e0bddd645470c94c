package safejson

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

type inner struct {
	Rate  float64 `json:"rate"`
	Share float64 `json:"share,omitempty"`
	Zero  float32 `json:"zero,omitzero"`
}

// Outer is exported because it is embedded by its address.
type Outer struct {
	Name string `json:"name"`
	F    float32
}

type ordered struct{ x float64 }

func (o ordered) MarshalJSON() ([]byte, error) { return Marshal(map[string]float64{"x": o.x}) }

type all struct {
	inner
	*Outer
	Hidden  float64            `json:"-"`
	List    []float64          `json:"list"`
	None    []float64          `json:"none"`
	Few     []float64          `json:"few,omitempty"`
	Pair    [2]float32         `json:"pair"`
	Table   [][]float64        `json:"table"`
	Map     map[string]float64 `json:"map"`
	Pointer *float64           `json:"pointer,omitempty"`
	Nil     *inner             `json:"nil"`
	Any     any                `json:"any"`
	Own     ordered            `json:"own"`
	Bytes   []byte             `json:"bytes"`
	Text    string             `json:"text"`
	Raw     json.RawMessage    `json:"raw"`
	Empty   struct{}           `json:"empty"`
	private float64
}

func example(x float64) all {
	return all{
		inner: inner{x, x, float32(x)}, Outer: &Outer{"a", float32(x)}, Hidden: x,
		List: []float64{1, x}, Few: []float64{x}, Pair: [2]float32{float32(x), 2}, Table: [][]float64{{x}, nil, {}},
		Map: map[string]float64{"z": 1, "a<b>": x}, Pointer: &x, Any: map[string]any{"deep": []any{x, "y"}},
		Own: ordered{x}, Bytes: []byte("b"), Text: "<&>\u2028\"\x01", Raw: json.RawMessage(`{"k": 1}`), private: x,
	}
}

func TestNumbersAreWrittenAsByEncodingJSON(t *testing.T) {
	v := example(1.25e-9)
	want, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Marshal(v); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestWhatIsNoNumberIsNullOrLeftOut(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		v := example(x)
		if _, err := json.Marshal(v); err == nil {
			t.Fatalf("encoding/json writes %v", x)
		}
		got, err := Marshal(&v)
		if err != nil {
			t.Fatal(err)
		}
		// As encoding/json writes a number in its place, but for the fields that may miss.
		number, err := json.Marshal(example(7.5))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer(`"share":7.5,`, "", `"zero":7.5,`, "", "7.5", "null").Replace(string(number))
		if string(got) != want {
			t.Errorf("%v:\n%s, want\n%s", x, got, want)
		}
	}
}

func TestOtherErrorsStay(t *testing.T) {
	cycle := map[string]any{}
	cycle["itself"] = cycle
	for name, v := range map[string]any{
		"a cycle": cycle, "a channel": make(chan int), "a channel beside no number": []any{math.NaN(), make(chan int)},
		"keys that are no strings": map[int]float64{1: math.NaN()},
	} {
		if b, err := Marshal(v); err == nil {
			t.Errorf("%s: %s", name, b)
		}
		if err := WriteLine(&bytes.Buffer{}, v); err == nil {
			t.Errorf("%s is written in a line", name)
		}
		if err := WriteIndented(&bytes.Buffer{}, v); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

func TestWriting(t *testing.T) {
	v := map[string]any{"a": math.Inf(1), "b": "<"}
	var line, indented bytes.Buffer
	if err := WriteLine(&line, v); err != nil || line.String() != "{\"a\":null,\"b\":\"\\u003c\"}\n" {
		t.Errorf("%q, %v", line.String(), err)
	}
	if err := WriteIndented(&indented, v); err != nil || indented.String() != "{\n  \"a\": null,\n  \"b\": \"\\u003c\"\n}\n" {
		t.Errorf("%q, %v", indented.String(), err)
	}
}
