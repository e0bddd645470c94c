package pickle

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// remember stores the last value under a number, or pushes a stored one.
func (m *machine) remember(op byte) error {
	size := 1
	switch op {
	case opLongBinPut, opLongBinGet:
		size = 4
	case opMemoize:
		size = 0
	}
	b, err := m.take(size)
	if err != nil {
		return err
	}
	var place [4]byte
	copy(place[:], b)
	k := int(binary.LittleEndian.Uint32(place[:]))
	if op == opBinGet || op == opLongBinGet {
		v, ok := m.memo[k]
		if !ok {
			return fmt.Errorf("value %d is used before it is stored", k)
		}
		m.push(v)
		return nil
	}
	if op == opMemoize {
		k = len(m.memo)
	}
	v, err := m.last()
	if err != nil {
		return err
	}
	m.memo[k] = v
	return nil
}

// last returns the value on top of the stack.
func (m *machine) last() (any, error) {
	v, err := m.pop(1)
	if err != nil {
		return nil, err
	}
	m.push(v[0])
	return v[0], nil
}

// add puts values into the list or the dictionary below them.
func (m *machine) add(op byte) error {
	var values []any
	var err error
	switch op {
	case opAppend:
		values, err = m.pop(1)
	case opSetItem:
		values, err = m.pop(2)
	default:
		values, err = m.marked()
	}
	if err != nil {
		return err
	}
	into, err := m.last()
	if err != nil {
		return err
	}
	if op == opAppend || op == opAppends {
		l, ok := into.(*List)
		if !ok {
			return fmt.Errorf("values are added to %T, want a list", into)
		}
		l.Items = append(l.Items, values...)
		return nil
	}
	d, ok := into.(Dict)
	if !ok || len(values)%2 != 0 {
		return fmt.Errorf("%d keys and values are added to %T, want pairs for a dictionary", len(values), into)
	}
	for k := 0; k < len(values); k += 2 {
		key, ok := Text(values[k])
		if !ok {
			return fmt.Errorf("a key %T, want text", values[k])
		}
		d[key] = values[k+1]
	}
	return nil
}

// tuple makes a tuple of values.
func (m *machine) tuple(op byte) error {
	var values []any
	var err error
	if op == opTuple {
		values, err = m.marked()
	} else {
		values, err = m.pop(int(op-opTuple1) + 1)
	}
	if err != nil {
		return err
	}
	m.push(Tuple(slices.Clone(values)))
	return nil
}
