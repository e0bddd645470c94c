package trained_test

import (
	"context"
	"fmt"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/trained"
)

// A model draws codes from its prior and decodes them. Here its weights are the first ones of a
// seed; package training opens the model of a run.
func ExampleModel_Decode() {
	told := models.Data{Schema: example.Pictures(28, 28, 1), Examples: 1000}
	m, err := trained.New(families.Models["vae"](), "vae", told, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	z, err := m.Draw(5, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := m.Decode(context.Background(), z, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(z.Shape, x.Shape)
	// Output: [5 20] [5 28 28 1]
}
