package example_test

import (
	"fmt"

	"latentspace/example"
)

// A row of a table of people has a number and the index of a word.
func ExampleSchema() {
	s := example.Schema{Fields: []example.Field{
		{Name: "age", Kind: example.Real, View: example.Cell},
		{Name: "city", Kind: example.Category, Words: []string{"Bonn", "Kyoto"}, View: example.Cell},
	}}
	_, at, _ := s.Lookup("city")
	fmt.Println(s.Names(), s.Width(), at, s.Check())
	fmt.Println(example.Pictures(28, 28, 1).Shape())
	// Output:
	// [age city] 2 1 <nil>
	// [28 28 1]
}
