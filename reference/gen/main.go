// Gen writes the comments of what an experiment file is made of into reference/comments.json:
//
//	go generate ./reference
package main

import (
	"fmt"
	"os"

	"latentspace/reference"
	"latentspace/reference/extract"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write runs in the folder of package reference, where go generate starts it.
func write() error {
	types, err := extract.Types("..", reference.Types())
	if err != nil {
		return err
	}
	b, err := reference.Encode(types)
	if err != nil {
		return err
	}
	return os.WriteFile("comments.json", b, 0o666)
}
