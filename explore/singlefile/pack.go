package singlefile

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math"
)

// packed is bytes as an element of a page holds them: gzip, then base64.
func packed(b []byte) (string, error) {
	var out bytes.Buffer
	text := base64.NewEncoder(base64.StdEncoding, &out)
	z, err := gzip.NewWriterLevel(text, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	for _, c := range []func() error{
		func() error { _, err := z.Write(b); return err }, z.Close, text.Close,
	} {
		if err := c(); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// planes are the bytes of values: the first byte of each, then the second of each, and so on. Those
// with the exponents are alike, and compress where the others do not.
func planes(values []float32) []byte {
	n := len(values)
	b := make([]byte, 4*n)
	for i, v := range values {
		bits := math.Float32bits(v)
		for k := range 4 {
			b[k*n+i] = byte(bits >> (8 * k))
		}
	}
	return b
}

// Levels say what the whole numbers of a rounded array mean: number q of column j stands for Low[j] +
// q·Step[j].
type Levels struct {
	Bits int       `json:"bits"`
	Low  []float64 `json:"low"`
	Step []float64 `json:"step"`
}

// rounded are rows of some columns as whole numbers of 8 or 16 bits, evenly from the least to the
// largest of each column.
func rounded(values []float32, columns, bits int) (Levels, []byte) {
	l := Levels{Bits: bits, Low: make([]float64, columns), Step: make([]float64, columns)}
	most := float64(uint(1)<<bits - 1)
	for j := range columns {
		low, high := math.Inf(1), math.Inf(-1)
		for i := j; i < len(values); i += columns {
			low, high = min(low, float64(values[i])), max(high, float64(values[i]))
		}
		if len(values) > 0 {
			l.Low[j], l.Step[j] = low, (high-low)/most
		}
	}
	var b bytes.Buffer
	for i, v := range values {
		q := 0.0
		if step := l.Step[i%columns]; step > 0 {
			q = min(most, math.Round((float64(v)-l.Low[i%columns])/step))
		}
		if bits == 8 {
			b.WriteByte(byte(q))
		} else {
			b.Write(binary.LittleEndian.AppendUint16(nil, uint16(q)))
		}
	}
	return l, b.Bytes()
}

// mostBytes is how many classes 8 bits tell apart, besides that one is not known.
const mostBytes = 255

// known are values of which some are NaN, not known, as whole numbers whose largest stands for these: of
// so many classes their indices, of numbers (0 classes) even steps of 8 bits.
func known(values []float32, classes int) (Levels, []byte) {
	l := Levels{Bits: 8, Low: []float64{0}, Step: []float64{1}}
	if classes == 0 {
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range values {
			if v == v {
				low, high = min(low, float64(v)), max(high, float64(v))
			}
		}
		if l.Step[0] = 0; high >= low {
			l.Low[0], l.Step[0] = low, (high-low)/(mostBytes-1)
		}
	}
	if classes > mostBytes {
		l.Bits = 16
	}
	var b []byte
	for _, v := range values {
		q := float64(uint(1)<<l.Bits - 1)
		switch {
		case v != v:
		case l.Step[0] == 0:
			q = 0
		default:
			q = min(q-1, math.Round((float64(v)-l.Low[0])/l.Step[0]))
		}
		if b = append(b, byte(uint16(q))); l.Bits == 16 {
			b = append(b, byte(uint16(q)>>8))
		}
	}
	return l, b
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
