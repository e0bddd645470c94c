package arrays

import (
	"math"

	"latentspace/data/compact"
	"latentspace/data/npy"
	"latentspace/example"
)

// scaling is how the numbers of a file become values: bytes as they are, or floats that are divided
// by a number.
type scaling struct {
	bytes bool
	by    float32
}

// extent is what is known of the numbers of all parts.
type extent struct {
	lo, hi float32
	whole  bool
}

// nothingSeen is the extent of no numbers.
var nothingSeen = extent{lo: math.MaxFloat32, hi: -math.MaxFloat32, whole: true}

// add looks at a number.
func (e *extent) add(v float32) {
	e.lo, e.hi = min(e.lo, v), max(e.hi, v)
	e.whole = e.whole && float64(v) == math.Trunc(float64(v))
}

// extent looks at every number.
func (r *raw) extent() extent {
	e := nothingSeen
	for _, t := range r.examples {
		if t == nil {
			continue
		}
		if t.bytes != nil {
			lo, hi := extremes(t.bytes)
			e.lo, e.hi = min(e.lo, float32(lo)), max(e.hi, float32(hi))
			continue
		}
		if t.kept != nil { // the only one
			return t.seen
		}
		for _, v := range t.floats {
			e.add(v)
		}
	}
	return e
}

// extremes are the least and the largest of the bytes of rows.
func extremes(rows *compact.Rows) (lo, hi byte) {
	lo = math.MaxUint8
	room := make([]byte, rows.Size())
	for i := range rows.Len() {
		for _, v := range rows.Row(i, room) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

// kind decides which kind of values the examples have:
//
//	only 0 and 1         binary
//	bytes                in [0, 1], as value/255
//	whole pictures       likewise: other types with whole numbers from 0 to 255
//	uint16 pictures      in [0, 1], as value/65535, if a value is above 255
//	floats in [0, 1]     as they are
//	everything else      real numbers, as they are
//
// For a model that was trained on real numbers all are; for one of values in [0, 1] bytes are
// divided even if they are dark.
func (r *raw) kind(picture bool, trained example.Kind) (example.Kind, scaling) {
	if trained == example.Real {
		return example.Real, scaling{by: 1}
	}
	e, typ := r.extent(), r.examples[train].typ
	byteType := r.examples[train].isByte()
	switch {
	case typ == npy.Uint8 && trained == example.Unit:
		return example.Unit, scaling{bytes: true, by: 1}
	case e.whole && e.lo >= 0 && e.hi <= 1:
		return example.Binary, scaling{bytes: true, by: 1}
	case byteType:
		if e.hi < 128 {
			r.note("the largest value is %v of 255: the examples are read as value/255 and are dark", e.hi)
		}
		return example.Unit, scaling{bytes: true, by: 1}
	case picture && e.whole && e.lo >= 0 && e.hi <= 255:
		r.note("the pictures have whole numbers from %v to %v: they are divided by 255", e.lo, e.hi)
		return example.Unit, scaling{bytes: true, by: 1}
	case picture && typ == npy.Uint16:
		r.note("the pictures have numbers up to %v of 65535, by which they are divided", e.hi)
		return example.Unit, scaling{by: math.MaxUint16}
	case e.lo >= 0 && e.hi <= 1:
		return example.Unit, scaling{by: 1}
	}
	if e.lo < -10 || e.hi > 10 {
		r.note("the values go from %v to %v and are taken as they are: models learn best from values around 1, such as (x − mean)/deviation", e.lo, e.hi)
	} else if picture {
		r.note("the pictures have values from %v to %v, and not from 0 to 1: they are taken for real numbers, as they are", e.lo, e.hi)
	}
	return example.Real, scaling{by: 1}
}

// apply puts the numbers of an array into a part, whose values are of a kind.
func (s scaling) apply(t *tensor, into *Part, kind example.Kind) {
	switch {
	case t.kept != nil:
		into.Kept = s.keptPart(t, kind)
	case s.bytes && t.bytes != nil:
		into.Bytes = t.bytes
	case s.bytes:
		into.Bytes = bytesOf(t.floats, t.width(), func(v float32) byte { return byte(v) })
	case t.bytes != nil: // of a part whose type is another than the first's
		into.Floats = floatsOf(t.bytes, s.by)
	default:
		into.Floats = t.floats
		if s.by != 1 {
			for k := range into.Floats {
				into.Floats[k] /= s.by
			}
		}
	}
}

// bytesOf makes rows of bytes of the floats of rows.
func bytesOf(floats []float32, width int, f func(v float32) byte) *compact.Rows {
	rows := compact.New(width)
	row := make([]byte, width)
	for at := 0; at < len(floats); at += width {
		for k, v := range floats[at : at+width] {
			row[k] = f(v)
		}
		rows.Write(row) // never fails
	}
	return rows.Rows()
}

// floatsOf makes floats of rows of bytes, each divided by a number.
func floatsOf(rows *compact.Rows, by float32) []float32 {
	width := rows.Size()
	out := make([]float32, rows.Len()*width)
	for i := range rows.Len() {
		rows.Floats(i, out[i*width:(i+1)*width], by)
	}
	return out
}
