package export_test

import (
	"fmt"
	"os"
	"path/filepath"

	"latentspace/example"
	"latentspace/export"
	"latentspace/tensor"
)

func ExampleExamples() {
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	points, _ := tensor.From([]float32{0, 0.5, 1, -1}, 2, 2)
	schema := example.Points(2)
	file := filepath.Join(dir, "points"+export.Extension(schema))
	if err := export.Examples(file, schema, points); err != nil {
		fmt.Println(err)
		return
	}
	text, err := os.ReadFile(file)
	fmt.Print(string(text))
	// Output:
	// x0,x1
	// 0,0.5
	// 1,-1
}
