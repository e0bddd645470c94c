package trained

import (
	"fmt"
	"maps"
	"slices"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Conditions returns what is known of n examples to draw, (n, width): row i is that of a
// training example, and a function of the seed and i. Of an index that is not known of that
// example, each is as likely. It is nil for a model without conditions.
// Those held, by the names of their fields, are the same in every row.
func (m *Model) Conditions(n int, seed uint64, held map[string]float32) (*tensor.Tensor, error) {
	names := m.Conditional()
	for _, name := range slices.Sorted(maps.Keys(held)) {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("trained: %w", m.Lacks(fmt.Sprintf("condition %q", name)))
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	width := m.Told.About.Width()
	about := tensor.New(n, width)
	if m.Told.Known == nil && len(held) < len(names) {
		return nil, fmt.Errorf("trained: it is not known what the training examples of the model are like: give each of %v", names)
	}
	key := kernel.Seed(seed, "trained.conditions")
	for i := range n {
		row := about.Data[i*width : (i+1)*width]
		if m.Told.Known != nil {
			from := int(key.Mix(uint64(i))[0] % uint64(m.Told.Known.Shape[0]))
			copy(row, m.Told.Known.Data[from*width:(from+1)*width])
		}
		m.guess(row, key.Mix(uint64(i)))
		for name, v := range held {
			_, at, _ := m.Told.About.Lookup(name)
			row[at] = v
		}
	}
	return about, nil
}

// guess draws the indices of a row that are not known, −1.
func (m *Model) guess(row []float32, key kernel.Key) {
	at := 0
	for _, f := range m.Told.About.Fields {
		for k := range f.Size() {
			if f.Indexed() && row[at+k] < 0 {
				row[at+k] = float32(key.Mix(uint64(at + k))[1] % uint64(len(f.Words)))
			}
		}
		at += f.Width()
	}
}
