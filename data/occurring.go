package data

// occurring reduces the classes of sets of pictures to those that occur in one of them, with the
// names of the set that has most names. The cost of figures and tables grows with the number of
// classes. The labels themselves stay, and so does their digest.
func occurring(sets ...*pictures) {
	var names []string
	var there [256]bool
	for _, s := range sets {
		if len(s.classes) > len(names) {
			names = s.classes
		}
		for _, label := range s.labels {
			there[label] = true
		}
	}
	var classes []string
	index := make([]int, len(names))
	for label, name := range names {
		if there[label] {
			index[label] = len(classes)
			classes = append(classes, name)
		}
	}
	for _, s := range sets {
		s.classes, s.index = classes, index
	}
}
