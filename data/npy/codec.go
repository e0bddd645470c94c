package npy

import (
	"encoding/binary"
	"math"
)

// decode turns the bytes of elements into numbers. Where one does not fit T it
// returns its place and false.
func decode[T Number](t Type, b []byte, dst []T) (int, bool) {
	if bytes, ok := any(dst).([]uint8); ok && t == Uint8 {
		copy(bytes, b)
		return 0, true
	}
	size, exact := t.Size(), !isFloat[T]()
	for k := range dst {
		e := b[k*size : (k+1)*size]
		if t.isFloat() {
			dst[k] = T(float(t, e))
			continue
		}
		v := integer(t, e)
		switch {
		case t == Bool && v > 1, t == Uint64 && v < 0 && exact:
			return k, false
		case t == Uint64:
			dst[k] = T(uint64(v))
		default:
			dst[k] = T(v)
		}
		if exact && int64(dst[k]) != v {
			return k, false
		}
	}
	return 0, true
}

// float is an element of a type of floats.
func float(t Type, e []byte) float64 {
	switch t {
	case Float16:
		return fromHalf(binary.LittleEndian.Uint16(e))
	case Float32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(e)))
	default:
		return math.Float64frombits(binary.LittleEndian.Uint64(e))
	}
}

// integer is an element of a type of whole numbers; of a large Uint64, its bits.
func integer(t Type, e []byte) int64 {
	switch t {
	case Int8:
		return int64(int8(e[0]))
	case Bool, Uint8:
		return int64(e[0])
	case Int16:
		return int64(int16(binary.LittleEndian.Uint16(e)))
	case Uint16:
		return int64(binary.LittleEndian.Uint16(e))
	case Int32:
		return int64(int32(binary.LittleEndian.Uint32(e)))
	case Uint32:
		return int64(binary.LittleEndian.Uint32(e))
	default:
		return int64(binary.LittleEndian.Uint64(e))
	}
}

// encode appends the bytes of numbers. Where one does not fit the type it returns
// its place and false.
func encode[T Number](b []byte, t Type, src []T) ([]byte, int, bool) {
	if bytes, ok := any(src).([]uint8); ok && t == Uint8 {
		return append(b, bytes...), 0, true
	}
	for k, v := range src {
		var ok bool
		if t.isFloat() {
			b, ok = appendFloat(b, t, float64(v))
		} else {
			b, ok = appendInteger(b, t, int64(v))
		}
		if !ok {
			return b, k, false
		}
	}
	return b, 0, true
}

// appendFloat rounds to a type of floats. A finite number that becomes infinite does
// not fit.
func appendFloat(b []byte, t Type, x float64) ([]byte, bool) {
	finite := !math.IsInf(x, 0)
	switch t {
	case Float16:
		h := toHalf(x)
		return binary.LittleEndian.AppendUint16(b, h), h&0x7fff != 0x7c00 || !finite
	case Float32:
		f := float32(x)
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(f)), !math.IsInf(float64(f), 0) || !finite
	default:
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(x)), true
	}
}

func appendInteger(b []byte, t Type, v int64) ([]byte, bool) {
	lo, hi := t.limits()
	ok := v >= lo && (v < 0 || uint64(v) <= hi)
	switch t.Size() {
	case 1:
		return append(b, byte(v)), ok
	case 2:
		return binary.LittleEndian.AppendUint16(b, uint16(v)), ok
	case 4:
		return binary.LittleEndian.AppendUint32(b, uint32(v)), ok
	default:
		return binary.LittleEndian.AppendUint64(b, uint64(v)), ok
	}
}
