package optim

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"latentspace/tensor"
)

// memory is a count of steps and named tensors, which state and load carry over
// to another run.
type memory struct {
	steps   int
	tensors map[string]*tensor.Tensor
}

func newMemory() memory { return memory{tensors: map[string]*tensor.Tensor{}} }

// stepName holds no slash, as the names of all other tensors do.
const stepName = "step"

func (m *memory) state() map[string]*tensor.Tensor {
	s := maps.Clone(m.tensors)
	s[stepName] = countTensor(m.steps)
	return s
}

func (m *memory) load(from map[string]*tensor.Tensor) error {
	want := m.state()
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(want)) {
		shape := want[name].Shape
		switch t := from[name]; {
		case t == nil:
			errs = append(errs, fmt.Errorf("%s: missing, want shape %v", name, shape))
		case !slices.Equal(t.Shape, shape):
			errs = append(errs, fmt.Errorf("%s: shape %v, want %v", name, t.Shape, shape))
		case t.Len() != tensor.Size(shape):
			errs = append(errs, fmt.Errorf("%s: %d values for shape %v, want %d", name, t.Len(), shape, tensor.Size(shape)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if want[name] == nil {
			errs = append(errs, fmt.Errorf("%s: unknown, no parameter here has it", name))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	steps, err := count(from[stepName])
	if err != nil {
		return err
	}
	m.steps = steps
	for name, t := range m.tensors {
		copy(t.Data, from[name].Data)
	}
	return nil
}

// word is the number of counts that a float32 holds exactly, 2²⁴: the base in
// which a count is written as two digits, exact below 2⁴⁸.
const word = 1 << 24

// countTensor writes a count as a tensor (2): high digit, low digit.
func countTensor(n int) *tensor.Tensor {
	t := tensor.New(2)
	t.Data[0], t.Data[1] = float32(n/word), float32(n%word)
	return t
}

// count reads what countTensor wrote.
func count(t *tensor.Tensor) (int, error) {
	n := 0
	for _, digit := range t.Data {
		if !(digit >= 0 && digit < word) || digit != float32(int(digit)) {
			return 0, fmt.Errorf("%s: digits %v, want two whole numbers in [0, %d)", stepName, t.Data, word)
		}
		n = n*word + int(digit)
	}
	return n, nil
}
