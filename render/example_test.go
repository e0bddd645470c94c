package render_test

import (
	"fmt"
	"io"

	"latentspace/render"
	"latentspace/tensor"
)

func ExampleGrid() {
	digits := tensor.New(64, 28, 28, 1) // black
	img, err := render.Grid(digits, render.GridOptions{Columns: 16})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := render.WritePNG(io.Discard, img); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(img.Bounds().Size())
	// Output: (930,234)
}
