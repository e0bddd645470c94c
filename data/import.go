package data

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"latentspace/example"
)

// Import reads a file as new examples for a model that is trained, by the schema of its examples and
// of what it is told of each. It returns them with sentences about how the file was read and what
// differs from the training data. The kind of the file follows from the schema and the file's name.
func Import(ctx context.Context, path string, s, about example.Schema) (Dataset, []string, error) {
	switch {
	case s.IsTable():
		return nil, nil, fmt.Errorf("data: %s: a file for a model of a table, which takes the splits of its data alone", path)
	case isArray(path):
		return ImportArray(ctx, path, s)
	}
	return nil, nil, fmt.Errorf("data: %s: want an array: .npy, .npz, an IDX file or one of CIFAR", path)
}

// arrayEndings are those of files that [ImportArray] reads.
var arrayEndings = []string{".npy", ".npz", ".bin", "-ubyte", "-ubyte.gz"}

// isArray reports whether a file is an array by its name.
func isArray(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	for _, ending := range arrayEndings {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}
