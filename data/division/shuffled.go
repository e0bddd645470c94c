package division

import (
	"latentspace/data/keyed"
)

// Shuffled are the options of a set that is one list of examples. In an order that is a
// function of Seed, the first are for testing, the next to choose by, and the rest to
// train on. So no example is in two splits, and the test set does not depend on the
// size of the training set.
type Shuffled struct {
	Train Count  `yaml:"train"` // examples to train on; 0 for all that the others leave, [Auto] for at most 50,000 of them
	Valid Count  `yaml:"valid"` // examples held out to choose by; [Auto] for an eighth of the set, at most 5,000
	Test  Count  `yaml:"test"`  // examples held out to report on, likewise
	Seed  uint64 `yaml:"seed"`  // of the order
}

// mostTrained is how many examples [Auto] trains on.
const mostTrained = 50_000

// Sizes returns the sizes of the splits of n examples.
func (s Shuffled) Sizes(n int) (train, valid, test int) {
	valid, test = s.Valid.HeldOut(n), s.Test.HeldOut(n)
	switch left := n - valid - test; s.Train {
	case 0:
		train = left
	case Auto:
		train = min(left, mostTrained)
	default:
		train = int(s.Train)
	}
	return train, valid, test
}

// Check reports sizes for which n examples are too few. A negative n is unknown.
func (s Shuffled) Check(report func(key, format string, args ...any), n int) {
	for _, c := range []struct {
		key string
		n   Count
	}{{"train", s.Train}, {"valid", s.Valid}, {"test", s.Test}} {
		if c.n != Auto {
			CheckCount(report, c.key, int(c.n), 0)
		}
	}
	if n < 0 || n > MostExamples {
		return
	}
	if train, valid, test := s.Sizes(n); max(train, 1)+valid+test > n {
		report("train", "%d, with %d to choose by and %d to test on, want at most the %d examples of the set in all",
			max(train, 0), valid, test, n)
	}
}

// Split returns the indices of the examples of each split.
func (s Shuffled) Split(kind string, n int) (train, valid, test []int) {
	order := make([]int, n)
	d := keyed.New(s.Seed, kind+".order")
	d.Permute(order)
	some, chosen, reported := s.Sizes(n)
	held := reported + chosen
	return order[held : held+some], order[reported:held], order[:reported]
}
