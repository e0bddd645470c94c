package settings_test

import (
	"fmt"

	"latentspace/settings"
)

// One error has all mistakes of a file, each with its place and, for a misspelt key, a suggestion.
func ExampleDecode() {
	descent := struct {
		Rate  float64 `yaml:"rate"`
		Steps int     `yaml:"steps"`
	}{Rate: 0.1}
	err := settings.Decode("run.yaml", []byte("steps: 20\n"), &descent, []string{"rate=0.5"}, nil)
	fmt.Println(descent, err)

	err = settings.Decode("run.yaml", []byte("rat: 1\nsteps: many\n"), &descent, nil, nil)
	fmt.Println(err)
	// Output:
	// {0.5 20} <nil>
	// run.yaml:1:1: rat: unknown key, did you mean "rate"?
	// run.yaml:2:8: steps: "many", want a whole number
}
