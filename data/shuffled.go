package data

// Shuffled are the options of a set that is one list of examples. In an order that
// is a function of Seed, the first are for testing, the next to choose by, and those
// after them to train on: no example is in two splits, and a split for testing does
// not depend on how many there are to train on.
type Shuffled struct {
	Train int    `yaml:"train"` // examples to train on; 0 for all that the others leave
	Valid int    `yaml:"valid"` // examples held out to choose by
	Test  int    `yaml:"test"`  // examples held out to report on
	Seed  uint64 `yaml:"seed"`  // of the order
}

// check reports sizes that n examples do not have, negative if n is not known.
func (s Shuffled) check(report report, n int) {
	checkCount(report, "train", s.Train, 0)
	checkCount(report, "valid", s.Valid, 0)
	checkCount(report, "test", s.Test, 0)
	if n >= 0 && n <= maxExamples && max(s.Train, 1)+s.Valid+s.Test > n {
		report("train", "%d, with %d to choose by and %d to test on, want at most the %d examples of the set in all",
			s.Train, s.Valid, s.Test, n)
	}
}

// split returns the indices of the examples of each split.
func (s Shuffled) split(kind string, n int) (train, valid, test []int) {
	order := make([]int, n)
	d := keyed(s.Seed, kind+".order")
	d.permute(order)
	held := s.Test + s.Valid
	end := n
	if s.Train > 0 {
		end = held + s.Train
	}
	return order[held:end], order[s.Test:held], order[:s.Test]
}
