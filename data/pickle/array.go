package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
)

// function is a function or a class of Python by its name.
type function string

// The functions that are understood. The array's own is in a module that NumPy 2 has renamed.
const (
	reconstruct  function = "numpy.core.multiarray _reconstruct"
	reconstruct2 function = "numpy._core.multiarray _reconstruct"
	ndarray      function = "numpy ndarray"
	dtype        function = "numpy dtype"
	encode       function = "_codecs encode" // how Python 3 writes bytes in protocol 2
)

// element is a type of the elements of an array.
type element struct{ name string }

// rebuild does the operations that call functions.
func (m *machine) rebuild(op byte) error {
	switch op {
	case opGlobal:
		module, err := m.line()
		if err != nil {
			return err
		}
		name, err := m.line()
		if err != nil {
			return err
		}
		return m.global(module, name)
	case opStackGlobal:
		v, err := m.pop(2)
		if err != nil {
			return err
		}
		module, ok1 := v[0].(string)
		name, ok2 := v[1].(string)
		if !ok1 || !ok2 {
			return errors.New("a function without a name")
		}
		return m.global(module, name)
	}
	v, err := m.pop(2)
	if err != nil {
		return err
	}
	if op == opReduce {
		return m.call(v[0], v[1])
	}
	return m.build(v[0], v[1])
}

// line returns the text up to the end of the line.
func (m *machine) line() (string, error) {
	const most = 256
	rest := m.b[m.at:min(len(m.b), m.at+most)]
	n := bytes.IndexByte(rest, '\n')
	if n < 0 {
		return "", errors.New("a name without an end")
	}
	m.at += n + 1
	return string(rest[:n]), nil
}

func (m *machine) global(module, name string) error {
	switch f := function(module + " " + name); f {
	case reconstruct, reconstruct2, ndarray, dtype, encode:
		m.push(f)
		return nil
	}
	return fmt.Errorf("it calls %.80s.%.80s, want only arrays of numpy: pickles are never run", module, name)
}

// call does what a function would.
func (m *machine) call(of, with any) error {
	f, ok1 := of.(function)
	args, ok2 := with.(Tuple)
	if !ok1 || !ok2 || len(args) == 0 {
		return errors.New("a call that is not one of a known function")
	}
	switch f {
	case reconstruct, reconstruct2:
		m.push(&Array{})
		return nil
	case dtype:
		name, _ := Text(args[0])
		m.push(&element{name})
		return nil
	case encode:
		text, ok := args[0].(string)
		if !ok {
			return fmt.Errorf("%T is encoded, want text", args[0])
		}
		// A text that is stored once can be encoded again and again.
		if m.encoded += len(text); m.encoded > len(m.b) {
			return fmt.Errorf("%d bytes of text are encoded in a file of %d", m.encoded, len(m.b))
		}
		b := make([]byte, 0, len(text))
		for _, r := range text {
			if r > math.MaxUint8 {
				return errors.New("text is encoded that has other letters than those of latin1")
			}
			b = append(b, byte(r))
		}
		m.push(b)
		return nil
	}
	return fmt.Errorf("it calls %s, want only arrays of numpy: pickles are never run", strings.ReplaceAll(string(f), " ", "."))
}

// build gives a value its state. The state of an array is its version, shape, type, order and bytes.
func (m *machine) build(of, with any) error {
	state, _ := with.(Tuple)
	switch v := of.(type) {
	case *element: // its state says nothing that its name does not
		m.push(v)
		return nil
	case *Array:
		if len(state) != 5 {
			return fmt.Errorf("an array of %d parts, want 5", len(state))
		}
		shape, ok1 := state[1].(Tuple)
		typ, ok2 := state[2].(*element)
		columns, ok3 := flag(state[3])
		b, ok4 := state[4].([]byte)
		if !ok1 || !ok2 || !ok3 || !ok4 {
			return fmt.Errorf("an array of %T, %T, %T, %T, want a shape, a type, its order and bytes", state[1], state[2], state[3], state[4])
		}
		if typ.name != "u1" && typ.name != "|u1" && typ.name != "uint8" {
			return fmt.Errorf("an array of %.40q, want bytes, u1", typ.name)
		}
		sizes, err := sizes(shape, len(b))
		if err != nil {
			return err
		}
		*v = Array{Shape: sizes, Columns: columns, Data: b}
		m.push(v)
		return nil
	}
	return fmt.Errorf("a state of %T, want one of an array", of)
}

// flag returns a truth value, which NumPy has as a number too.
func flag(v any) (yes, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case int64:
		return v != 0, true
	}
	return false, false
}

// sizes are those of a shape, which must make n bytes.
func sizes(shape Tuple, n int) ([]int, error) {
	out, all := make([]int, len(shape)), int64(1)
	for k, v := range shape {
		d, _ := v.(int64)
		if d < 0 || d > int64(n) || d > 0 && all > int64(n)/d {
			return nil, fmt.Errorf("an array of %d bytes and size %d along axis %d, want sizes that make as many bytes", n, d, k)
		}
		out[k] = int(d)
		all *= d
	}
	if all != int64(n) { // a size that is no number is 0
		return nil, fmt.Errorf("an array of shape %v of %d bytes, want %d", out, n, all)
	}
	return out, nil
}
