package data_test

import (
	"context"
	"fmt"

	"latentspace/data"
)

// A data set is read example by example, each a row of values that its schema describes.
func ExampleSource() {
	source := data.Glyphs{Train: 100, Test: 20, Seed: 1}
	splits, err := source.Open(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	digit := make([]float32, splits.Test.Schema().Width())
	if err := splits.Test.Read(7, digit); err != nil {
		fmt.Println(err)
		return
	}
	known := splits.Test.(data.Described)
	fmt.Println(splits.Test.Len(), splits.Test.Schema().Shape(), known.About().Names())
	// Output: 20 [28 28 1] [class style slant scale stroke rotation shift_x shift_y]
}
