package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"latentspace/internal/atomicfile"
)

// A write that fails on the way leaves the old file as it was.
func ExampleWrite() {
	dir, err := os.MkdirTemp("", "atomic")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "run.json")
	fmt.Println(atomicfile.Write(atomicfile.OS{}, file, func(w io.Writer) error {
		_, err := io.WriteString(w, "old")
		return err
	}))
	err = atomicfile.Write(atomicfile.OS{}, file, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half of the n"); err != nil {
			return err
		}
		return errors.New("interrupted")
	})
	fmt.Println(errors.Unwrap(err))
	content, err := os.ReadFile(file)
	fmt.Println(string(content), err)
	// Output:
	// <nil>
	// interrupted
	// old <nil>
}
