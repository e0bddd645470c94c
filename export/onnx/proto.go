package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// What an ONNX file has, as far as this package writes it. The numbers of the fields are those of
// onnx.proto of IR version 8.

const (
	irVersion = 8
	opset     = 17
)

// model is a graph and what is said of it.
type model struct {
	graph    graph
	doc      string
	metadata []entry // in their order
}

type entry struct{ key, value string }

type graph struct {
	name     string
	nodes    []node
	initials []initial
	inputs   []info
	outputs  []info
	values   []info
}

// node is an operation of ONNX.
type node struct {
	name, op string
	in, out  []string
	attrs    []attribute
}

// attribute has an int, a float32, a string or some ints.
type attribute struct {
	name  string
	value any
}

// initial is a constant of the graph: floats, or integers.
type initial struct {
	name   string
	dims   []int
	floats []float32
	ints   []int
}

// info is the shape of floats. A dimension without a name is of a size; one of the size -1 is not
// said.
type info struct {
	name, doc string
	dims      []dimension
}

type dimension struct {
	size int
	name string
}

// Types of elements and of attributes.
const (
	elementFloat = 1
	elementShort = 6 // of 32 bits
	elementInt   = 7
	elementBool  = 9

	attrFloat, attrInt, attrString, attrInts = 1, 2, 3, 7
)

// message is the fields of a message.
type message []byte

func (m *message) number(field protowire.Number, v int) {
	*m = protowire.AppendTag(*m, field, protowire.VarintType)
	*m = protowire.AppendVarint(*m, uint64(int64(v)))
}

func (m *message) float(field protowire.Number, v float32) {
	*m = protowire.AppendTag(*m, field, protowire.Fixed32Type)
	*m = protowire.AppendFixed32(*m, math.Float32bits(v))
}

func (m *message) bytes(field protowire.Number, v []byte) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendBytes(*m, v)
}

func (m *message) text(field protowire.Number, v string) {
	if v != "" {
		m.bytes(field, []byte(v))
	}
}

// encode is the model as a file has it.
func (m model) encode() []byte {
	var b, set message
	b.number(1, irVersion)
	b.text(2, "latentspace")
	b.text(6, m.doc)
	b.bytes(7, m.graph.encode())
	set.number(2, opset)
	b.bytes(8, set)
	for _, e := range m.metadata {
		var p message
		p.text(1, e.key)
		p.text(2, e.value)
		b.bytes(14, p)
	}
	return b
}

func (g graph) encode() message {
	var b message
	for _, n := range g.nodes {
		b.bytes(1, n.encode())
	}
	b.text(2, g.name)
	for _, t := range g.initials {
		b.bytes(5, t.encode())
	}
	for _, v := range g.inputs {
		b.bytes(11, v.encode())
	}
	for _, v := range g.outputs {
		b.bytes(12, v.encode())
	}
	for _, v := range g.values {
		b.bytes(13, v.encode())
	}
	return b
}

func (n node) encode() message {
	var b message
	for _, in := range n.in {
		b.bytes(1, []byte(in)) // of an input that is left out, nothing
	}
	for _, out := range n.out {
		b.bytes(2, []byte(out))
	}
	b.text(3, n.name)
	b.text(4, n.op)
	for _, a := range n.attrs {
		b.bytes(5, a.encode())
	}
	return b
}

func (a attribute) encode() message {
	var b message
	b.text(1, a.name)
	switch v := a.value.(type) {
	case float32:
		b.float(2, v)
		b.number(20, attrFloat)
	case int:
		b.number(3, v)
		b.number(20, attrInt)
	case string:
		b.bytes(4, []byte(v))
		b.number(20, attrString)
	case []int:
		for _, i := range v {
			b.number(8, i)
		}
		b.number(20, attrInts)
	}
	return b
}

func (t initial) encode() message {
	var b message
	for _, d := range t.dims {
		b.number(1, d)
	}
	if t.ints != nil {
		b.number(2, elementInt)
		b.text(8, t.name)
		raw := make([]byte, 0, 8*len(t.ints))
		for _, v := range t.ints {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(int64(v)))
		}
		b.bytes(9, raw)
		return b
	}
	b.number(2, elementFloat)
	b.text(8, t.name)
	raw := make([]byte, 0, 4*len(t.floats))
	for _, v := range t.floats {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	b.bytes(9, raw)
	return b
}

func (v info) encode() message {
	var shape, tensor, kind, b message
	for _, d := range v.dims {
		var one message
		switch {
		case d.name != "":
			one.text(2, d.name)
		case d.size >= 0:
			one.number(1, d.size)
		}
		shape.bytes(1, one)
	}
	tensor.number(1, elementFloat)
	tensor.bytes(2, shape)
	kind.bytes(1, tensor)
	b.text(1, v.name)
	b.bytes(2, kind)
	b.text(3, v.doc)
	return b
}
