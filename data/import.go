package data

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"latentspace/data/arrays"
	"latentspace/data/corpus"
	"latentspace/example"
)

// Import reads a file, or a folder of pictures, as new examples for a model that is trained on a
// source, by the schema of its examples and of what it is told of each. It returns them with
// sentences about how the file was read and what differs from the training data. The kind of the file
// follows from the schema and the file's name; of texts, what is no file is the text itself. Of an
// example that has a name, a method Name(i int) string of the data set tells it.
func Import(ctx context.Context, path string, source Source, s, about example.Schema) (Dataset, []string, error) {
	switch {
	case s.IsTable():
		rows, notes, err := ImportTable(ctx, path, s, about)
		if err != nil {
			return nil, nil, err
		}
		return rows, notes, nil
	case s.IsText():
		encoding := corpus.UTF8
		if text, ok := source.(Text); ok {
			encoding = text.Encoding
		}
		return ImportText(ctx, path, s, encoding)
	case s.IsSound() && !isArray(path):
		reading := Sources["sound"]().(Sound).Reading
		if sounds, ok := source.(Sound); ok {
			reading = sounds.Reading
		}
		return ImportSound(ctx, path, s, reading)
	case s.IsPicture() && !isArray(path):
		fit := Sources["images"]().(Images).Fit
		if images, ok := source.(Images); ok {
			fit = images.Fit
		}
		return ImportPictures(ctx, path, s, fit)
	}
	return ImportArray(ctx, path, s)
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

// ImportArray reads a file of numbers, as [Array] does, as examples of a schema: those that a model
// was trained on. It returns them with sentences about what differs. All parts that a file has are
// joined, in the order train, valid, test. An array with the shape of one example is that example.
func ImportArray(ctx context.Context, path string, s example.Schema) (Dataset, []string, error) {
	if len(s.Fields) != 1 || s.IsTable() || s.Fields[0].Indexed() || s.Fields[0].Gaps {
		return nil, nil, fmt.Errorf("data: %s: an array of numbers, want examples with the fields %q", path, s.Names())
	}
	want := s.Fields[0]
	set, err := arrays.Import(ctx, path, want)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	return arrayOf(want, set.Train, all(set.Train.N)), set.Notes, nil
}
