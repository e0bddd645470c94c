// Package about has what is known of files: by the folders that they are in, by parts of their names
// and by tables.
package about

import (
	"fmt"

	"latentspace/example"
)

// Known is what is known of some files. The zero value is nothing.
type Known struct {
	Schema example.Schema // no fields if nothing is known
	Values []float32      // a row for each file
}

// join adds columns to what is known of n files.
func (k *Known) join(n int, columns []column) error {
	before := k.Schema.Width()
	for _, c := range columns {
		if _, _, ok := k.Schema.Lookup(c.field.Name); ok {
			return fmt.Errorf("two attributes are called %.40q", c.field.Name)
		}
		k.Schema.Fields = append(k.Schema.Fields, c.field)
	}
	width := k.Schema.Width()
	values := make([]float32, n*width)
	for i := range n {
		copy(values[i*width:], k.Values[i*before:(i+1)*before])
		for j, c := range columns {
			values[i*width+before+j] = c.values[i]
		}
	}
	k.Values = values
	return nil
}
