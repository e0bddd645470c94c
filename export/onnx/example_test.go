package onnx_test

import (
	"fmt"

	"latentspace/example"
	"latentspace/export/onnx"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/trained"
)

// A model with an encoder is two files; their first axis is the batch. Here its weights are the first
// ones of a seed.
func ExampleOf() {
	told := models.Data{Schema: example.Pictures(28, 28, 1), Examples: 1000}
	m, err := trained.New(families.Models["vae"](), "vae", told, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := onnx.Of(m, map[string]string{"experiment": "digits"})
	for _, f := range files {
		fmt.Println(f.Name, f.Inputs, f.Outputs)
	}
	fmt.Println(err)
	// Output:
	// encoder.onnx [x (batch, 1, 28, 28)] [mean (batch, 20) log_variance (batch, 20)]
	// decoder.onnx [z (batch, 20)] [x (batch, 1, 28, 28)]
	// <nil>
}
