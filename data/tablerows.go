package data

import (
	"encoding/binary"
	"io"
	"math"

	"latentspace/data/columns"
	"latentspace/example"
)

// tableRows is rows of a table, as a data set.
type tableRows struct {
	schema, about example.Schema
	values        []float32
	classes       []int32   // nil if the table has none
	fill          []float32 // for the missing cells of each field in what is known
	label         string    // the field that is the class, if it is one of the row
}

// readRows makes a data set of rows of a file.
func readRows(file *columns.File, fitted *columns.Fitted, index []int) stored {
	width := fitted.Schema.Width()
	r := tableRows{schema: fitted.Schema, about: fitted.About, values: make([]float32, len(index)*width), fill: fitted.Fill()}
	if c := file.Labelled(); c != nil {
		r.classes, r.label = make([]int32, len(index)), c.Name
	}
	for at, i := range index {
		fitted.Row(i, r.values[at*width:(at+1)*width])
		if r.classes != nil {
			r.classes[at] = int32(file.Class(i))
		}
	}
	if len(r.about.Fields) == 0 {
		return r
	}
	return describedRows{r}
}

// Len implements [Dataset].
func (r tableRows) Len() int { return len(r.values) / r.schema.Width() }

// Schema implements [Dataset].
func (r tableRows) Schema() example.Schema { return r.schema }

// Read implements [Dataset].
func (r tableRows) Read(i int, dst []float32) error {
	width := r.schema.Width()
	if err := checkRead(i, r.Len(), dst, width); err != nil {
		return err
	}
	copy(dst, r.values[i*width:])
	return nil
}

func (r tableRows) digest(w io.Writer) {
	writeFloats(w, r.values)
}

// writeFloats writes numbers to a hash.
func writeFloats(w io.Writer, values []float32) {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	w.Write(b) // a hash returns no error
}

// describedRows is rows of a table of which the class, or the other columns, are known.
type describedRows struct{ tableRows }

// About implements [Described].
func (r describedRows) About() example.Schema { return r.about }

// ReadAbout implements [Described]. A missing cell is the usual value of its column.
func (r describedRows) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, r.Len(), dst, r.about.Width()); err != nil {
		return err
	}
	width := r.schema.Width()
	if r.classes != nil {
		dst[0] = float32(r.classes[i])
		dst = dst[1:]
	}
	copyKnown(r.schema, r.label, r.values[i*width:(i+1)*width], r.fill, dst)
	return nil
}

// copyKnown writes the values of a row's fields without their gaps, except for the label and one
// that is called as the class is. Missing ones are those of fill.
func copyKnown(s example.Schema, label string, row, fill, dst []float32) {
	at, to := 0, 0
	for k, f := range s.Fields {
		if f.Name != label && f.Name != example.ClassField {
			if dst[to] = row[at]; f.Gaps && row[at+1] == 0 {
				dst[to] = fill[k]
			}
			to++
		}
		at += f.Width()
	}
}

func (r describedRows) digest(w io.Writer) {
	r.tableRows.digest(w)
	about := make([]float32, r.about.Width())
	for i := range r.Len() {
		if r.ReadAbout(i, about) == nil {
			writeFloats(w, about)
		}
	}
}
