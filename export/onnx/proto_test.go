package onnx

import (
	"bytes"
	"testing"
)

// The bytes of a small model are those of the definition of ONNX, field by field.
func TestAModelHasTheBytesOfItsDefinition(t *testing.T) {
	got := model{
		doc: "d",
		graph: graph{
			name: "g",
			nodes: []node{{name: "n", op: "Clip", in: []string{"x", "", "c"}, out: []string{"y"}, attrs: []attribute{
				{"i", -1}, {"f", float32(0.5)}, {"s", "t"}, {"l", []int{1, 300}},
			}}},
			initials: []initial{{name: "c", floats: []float32{1.5}}, {name: "k", dims: []int{2}, ints: []int{3, -1}}},
			inputs:   []info{{name: "x", dims: []dimension{{name: "b"}, {size: 2}, {size: -1}}}},
			outputs:  []info{{name: "y"}},
			values:   []info{{name: "v"}},
		},
		metadata: []entry{{"k", "v"}},
	}.encode()
	field := func(tag byte, parts ...string) string {
		all := ""
		for _, p := range parts {
			all += p
		}
		return string([]byte{tag, byte(len(all))}) + all
	}
	const bytesOf, varint = 2, 0
	at := func(number, kind byte) byte { return number<<3 | kind }
	text := func(number byte, s string) string { return field(at(number, bytesOf), s) }
	count := func(number byte, v string) string { return string([]byte{at(number, varint)}) + v }
	kind := func(v string) string { return "\xa0\x01" + v } // field 20
	minus := "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	floats := func(dims ...string) string { // TypeProto of a tensor of floats
		return text(2, text(1, count(1, "\x01")+text(2, field1(text, dims))))
	}
	clip := text(1, "x") + text(1, "") + text(1, "c") + text(2, "y") + text(3, "n") + text(4, "Clip") +
		text(5, text(1, "i")+count(3, minus)+kind("\x02")) +
		text(5, text(1, "f")+"\x15\x00\x00\x00\x3f"+kind("\x01")) +
		text(5, text(1, "s")+text(4, "t")+kind("\x03")) +
		text(5, text(1, "l")+count(8, "\x01")+count(8, "\xac\x02")+kind("\x07"))
	g := text(1, clip) + text(2, "g") +
		text(5, count(2, "\x01")+text(8, "c")+text(9, "\x00\x00\xc0\x3f")) +
		text(5, count(1, "\x02")+count(2, "\x07")+text(8, "k")+text(9, "\x03\x00\x00\x00\x00\x00\x00\x00"+"\xff\xff\xff\xff\xff\xff\xff\xff")) +
		text(11, text(1, "x")+floats(text(2, "b"), count(1, "\x02"), "")) +
		text(12, text(1, "y")+floats()) +
		text(13, text(1, "v")+floats())
	if len(g) < 128 {
		t.Fatal("the graph is to have a length of two bytes")
	}
	want := count(1, "\x08") + text(2, "latentspace") + text(6, "d") +
		"\x3a" + string([]byte{byte(len(g)&127 | 128), byte(len(g) >> 7)}) + g +
		text(8, count(2, "\x11")) + text(14, text(1, "k")+text(2, "v"))
	if !bytes.Equal(got, []byte(want)) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// field1 are dimensions, each a message of field 1.
func field1(text func(number byte, s string) string, dims []string) (all string) {
	for _, d := range dims {
		all += text(1, d)
	}
	return all
}
