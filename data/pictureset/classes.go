package pictureset

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/example"
	"latentspace/internal/untrusted"
)

// classes makes the folders that the pictures are in their classes, if there are at least two. A
// folder that has all of them is looked into.
func (s *Set) classes() (notes []string) {
	names := make([]string, len(s.cache.Pictures))
	for i, p := range s.cache.Pictures {
		names[i] = p.Name
	}
	for {
		first, _, ok := strings.Cut(names[0], "/")
		if !ok || slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, first+"/") }) {
			break
		}
		for i := range names {
			names[i] = names[i][len(first)+1:]
		}
	}
	var folders []string
	loose := 0
	for i, n := range names {
		folder, _, ok := strings.Cut(n, "/")
		if !ok {
			folder = "."
			loose++
		}
		names[i] = folder
		folders = append(folders, folder)
	}
	if loose == len(names) {
		return nil
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	if err := untrusted.Classes.Check(int64(len(folders))); err != nil {
		return []string{fmt.Sprintf("the pictures are in %d folders, too many for classes: there are none", len(folders))}
	}
	if loose > 0 {
		notes = append(notes, fmt.Sprintf("%d pictures are in no folder of a class: theirs is called .", loose))
	}
	s.about = example.Of(example.Class(folders))
	s.known = make([]float32, len(names))
	for i, n := range names {
		at, _ := slices.BinarySearch(folders, n)
		s.known[i] = float32(at)
	}
	return notes
}
