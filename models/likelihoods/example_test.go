package likelihoods_test

import (
	"fmt"

	"latentspace/example"
	"latentspace/models/likelihoods"
)

// Auto stands for the likelihood that suits a field.
func ExampleFor() {
	for _, f := range []example.Field{
		{Name: "pixel", Kind: example.Unit},
		{Name: "height", Kind: example.Real},
		{Name: "colour", Kind: example.Category, Words: []string{"red", "green"}},
	} {
		fmt.Println(f.Name, likelihoods.Name(likelihoods.For(likelihoods.Auto{}, f)))
	}
	// Output:
	// pixel bernoulli
	// height gaussian
	// colour categorical
}
