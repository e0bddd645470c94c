package experiments_test

import (
	"fmt"

	"latentspace/experiments"
)

func ExampleLoad() {
	c, err := experiments.Load("ring", "model.latent=2", "train.optimizer=sgd")
	fmt.Println(c.Name, c.ModelKind(), c.Train.Batch, err)
	_, err = experiments.Load("ring", "model.latnt=2")
	fmt.Println(err)
	// Output:
	// ring gan 128 <nil>
	// -set model.latnt=2: model.latnt: unknown key, did you mean "latent"?
}
