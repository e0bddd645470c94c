package data

// occurring makes the classes of sets of pictures those that an example of one of them has, by
// the names that the labels have in the set that names most. What is made of classes costs as
// much as there are. The labels themselves stay, and so does their digest.
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
