package safejson_test

import (
	"fmt"
	"math"

	"latentspace/internal/safejson"
)

// A number that JSON does not have is null.
func ExampleMarshal() {
	b, err := safejson.Marshal(map[string]float64{"loss": math.NaN(), "kl": 1.5})
	fmt.Println(string(b), err)
	// Output: {"kl":1.5,"loss":null} <nil>
}
