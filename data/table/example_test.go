package table_test

import (
	"fmt"
	"io"
	"strings"

	"latentspace/data/table"
)

// A table with semicolons and decimal commas, as spreadsheets write it in much of Europe.
func ExampleOpen() {
	file := strings.NewReader("name;size;kind\na.png;1,5;cat\nb.png;2,25;dog\nc.png;NA;cat\n")
	t, err := table.Open(file, "known.csv", table.Dialect{})
	if err != nil {
		fmt.Println(err)
		return
	}
	size := t.Column("size")
	values := size.Values(t.Rows)
	rows, err := t.Reader()
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		_, cells, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = values.Add(cells[size.Place()])
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(values.Numbers, size.Missing, "missing")
	// Output: [1.5 2.25 NaN] 1 missing
}
