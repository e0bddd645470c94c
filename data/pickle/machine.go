package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The operations, by their names in pickletools.
const (
	opMark            = '('
	opStop            = '.'
	opBinFloat        = 'G'
	opBinInt          = 'J'
	opBinInt1         = 'K'
	opBinInt2         = 'M'
	opNone            = 'N'
	opReduce          = 'R'
	opBinString       = 'T'
	opShortBinString  = 'U'
	opBinUnicode      = 'X'
	opAppend          = 'a'
	opBuild           = 'b'
	opGlobal          = 'c'
	opAppends         = 'e'
	opBinGet          = 'h'
	opLongBinGet      = 'j'
	opEmptyList       = ']'
	opEmptyDict       = '}'
	opEmptyTuple      = ')'
	opBinPut          = 'q'
	opLongBinPut      = 'r'
	opSetItem         = 's'
	opTuple           = 't'
	opSetItems        = 'u'
	opBinBytes        = 'B'
	opShortBinBytes   = 'C'
	opProto           = 0x80
	opTuple1          = 0x85
	opTuple2          = 0x86
	opTuple3          = 0x87
	opNewTrue         = 0x88
	opNewFalse        = 0x89
	opLong1           = 0x8a
	opShortBinUnicode = 0x8c
	opBinUnicode8     = 0x8d
	opBinBytes8       = 0x8e
	opStackGlobal     = 0x93
	opMemoize         = 0x94
	opFrame           = 0x95
)

// mark is what stands on the stack before the parts of a list, a tuple or a dictionary.
type mark struct{}

// machine is the state of a pickle that is read.
type machine struct {
	b     []byte
	at    int
	stack []any
	memo  map[int]any

	encoded int // bytes of text, so far
}

// step does one operation, and reports whether it was the last.
func (m *machine) step() (done bool, err error) {
	b, err := m.take(1)
	if err != nil {
		return false, err
	}
	switch op := b[0]; op {
	case opStop:
		return true, m.end()
	case opProto:
		_, err = m.take(1)
	case opFrame:
		_, err = m.take(8)
	case opMark:
		m.push(mark{})
	case opBinPut, opLongBinPut, opMemoize, opBinGet, opLongBinGet:
		err = m.remember(op)
	case opAppend, opAppends, opSetItem, opSetItems:
		err = m.add(op)
	case opTuple, opTuple1, opTuple2, opTuple3:
		err = m.tuple(op)
	case opGlobal, opStackGlobal, opReduce, opBuild:
		err = m.rebuild(op)
	default:
		err = m.value(op)
	}
	return false, err
}

// end checks what a pickle leaves at its end.
func (m *machine) end() error {
	if len(m.stack) != 1 || m.at != len(m.b) {
		return fmt.Errorf("an end with %d values and %d bytes left, want one value and none", len(m.stack), len(m.b)-m.at)
	}
	return nil
}

// value pushes a value that is part of the file.
func (m *machine) value(op byte) error {
	switch op {
	case opNone:
		m.push(nil)
	case opNewTrue, opNewFalse:
		m.push(op == opNewTrue)
	case opEmptyList:
		m.push(&List{})
	case opEmptyDict:
		m.push(Dict{})
	case opEmptyTuple:
		m.push(Tuple{})
	case opBinInt, opBinInt1, opBinInt2, opLong1:
		return m.integer(op)
	case opBinFloat:
		b, err := m.take(8)
		if err != nil {
			return err
		}
		m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
	case opShortBinString, opShortBinBytes, opShortBinUnicode, opBinString, opBinBytes, opBinUnicode, opBinBytes8, opBinUnicode8:
		return m.text(op)
	default:
		return fmt.Errorf("operation 0x%02x, want one of those of numbers, text, lists and arrays", op)
	}
	return nil
}

// integer pushes a whole number.
func (m *machine) integer(op byte) error {
	n := map[byte]int{opBinInt: 4, opBinInt1: 1, opBinInt2: 2, opLong1: 1}[op]
	b, err := m.take(n)
	if err != nil {
		return err
	}
	switch op {
	case opBinInt:
		m.push(int64(int32(binary.LittleEndian.Uint32(b))))
		return nil
	case opLong1:
		if b, err = m.take(int(b[0])); err != nil {
			return err
		}
		if len(b) > 8 {
			return fmt.Errorf("a whole number of %d bytes, want at most 8", len(b))
		}
	}
	v := int64(0)
	for k, c := range b {
		v |= int64(c) << (8 * k)
	}
	if n := len(b); op == opLong1 && n > 0 && n < 8 && b[n-1] >= 0x80 {
		v -= 1 << (8 * n)
	}
	m.push(v)
	return nil
}

// text pushes text or bytes, whose length comes first.
func (m *machine) text(op byte) error {
	size := 1
	switch op {
	case opBinString, opBinBytes, opBinUnicode:
		size = 4
	case opBinBytes8, opBinUnicode8:
		size = 8
	}
	b, err := m.take(size)
	if err != nil {
		return err
	}
	n := uint64(0)
	for k, c := range b {
		n |= uint64(c) << (8 * k)
	}
	if n > uint64(len(m.b)) {
		return fmt.Errorf("text of %d bytes in a file of %d", n, len(m.b))
	}
	if b, err = m.take(int(n)); err != nil {
		return err
	}
	switch op {
	case opShortBinUnicode, opBinUnicode, opBinUnicode8:
		m.push(string(b))
	default: // text of Python 2 too, which has the bytes of arrays there
		m.push(b)
	}
	return nil
}

// take returns the next n bytes of the file.
func (m *machine) take(n int) ([]byte, error) {
	if n > len(m.b)-m.at {
		return nil, fmt.Errorf("the file ends after %d of %d bytes: %w", len(m.b)-m.at, n, io.ErrUnexpectedEOF)
	}
	b := m.b[m.at : m.at+n : m.at+n]
	m.at += n
	return b, nil
}

func (m *machine) push(v any) { m.stack = append(m.stack, v) }

var errEmpty = errors.New("a value is used that is not there")

// pop takes n values off the stack.
func (m *machine) pop(n int) ([]any, error) {
	from := len(m.stack) - n
	if from < 0 {
		return nil, errEmpty
	}
	for _, v := range m.stack[from:] {
		if _, ok := v.(mark); ok {
			return nil, errEmpty
		}
	}
	out := m.stack[from:]
	m.stack = m.stack[:from]
	return out, nil
}

// marked takes the values after the last mark off the stack, and the mark.
func (m *machine) marked() ([]any, error) {
	for k := len(m.stack) - 1; k >= 0; k-- {
		if _, ok := m.stack[k].(mark); ok {
			out := m.stack[k+1:]
			m.stack = m.stack[:k]
			return out, nil
		}
	}
	return nil, errEmpty
}
