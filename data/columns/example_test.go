package columns_test

import (
	"context"
	"fmt"
	"strings"

	"latentspace/data/columns"
	"latentspace/data/table"
)

// A table to learn from: what its columns are, a row as values, and the row as a line again.
func Example() {
	file := "size;colour;sold\n" + strings.Repeat("1,5;red;yes\n2,25;NA;no\n3;blue;no\n", 10)
	t, err := table.Open(strings.NewReader(file), "shop.csv", table.Dialect{Header: table.HeaderUnknown})
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := columns.Read(context.Background(), t, columns.Options{As: map[string]string{"size": "number"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var train []int
	for i := range read.Rows {
		train = append(train, i)
	}
	fitted, err := read.Fit(train, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fitted.Notes[0])
	row := make([]float32, fitted.Schema.Width())
	fitted.Row(1, row)
	fmt.Println(row)
	fmt.Println(columns.NewWriter(fitted.Schema, false, 0).Cells(0, row))
	// Output:
	// columns: size: number (as asked), colour: category (2 words, 10 missing), sold: boolean (no and yes; the label, the last column that is learned)
	// [0 0 0 0]
	// [2,25 NA no]
}
