package data

import (
	"context"
	"fmt"

	"latentspace/data/arrays"
	"latentspace/example"
)

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
