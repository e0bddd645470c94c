package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"testing"

	"latentspace/data/idx"
)

// encodeIDX is an IDX file of bytes.
func encodeIDX(data []byte, dims ...uint32) []byte {
	b := []byte{0, 0, idx.Bytes, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return append(b, data...)
}

// columnsOf is what is known of the examples of a data set.
func columnsOf(t *testing.T, ds Dataset) []Column {
	t.Helper()
	columns, err := Columns(ds, ds.Len())
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

// labelsOf are the classes of the examples of a data set, by their numbers.
func labelsOf(t *testing.T, ds Dataset) []int {
	t.Helper()
	c, err := ClassesOf(ds, ds.Len())
	if err != nil || c == nil {
		t.Fatalf("classes: %v, %v", c, err)
	}
	return c.Labels
}

// sizesOf is how many values each field can have that is known of examples; 0 for a number.
func sizesOf(ds Dataset) (sizes []int) {
	for _, f := range ds.(Described).About().Fields {
		sizes = append(sizes, len(f.Words))
	}
	return sizes
}

// factorsAt are the five factors of a sprite.
func factorsAt(columns []Column, i int) (x [5]float64) {
	for k, c := range columns {
		x[k] = c.Values[i]
	}
	return x
}

func zip(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}
