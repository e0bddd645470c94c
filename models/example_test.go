package models_test

import (
	"fmt"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/nn"
)

// A phase of a model builds the graph of its loss for a batch, and makes its parameters.
func ExamplePhase_Graph() {
	told := models.Data{Schema: example.Pictures(28, 28, 1), Examples: 1000}
	params := nn.NewParams(1)
	_, loss, err := families.Models["vae"]().Phases()[0].Graph(params, nn.Options{}, told, 64)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, term := range loss.Terms {
		fmt.Println(term.Name)
	}
	fmt.Println(params.Count(), "parameters")
	// Output:
	// reconstruction
	// kl
	// neg_elbo
	// 652824 parameters
}
