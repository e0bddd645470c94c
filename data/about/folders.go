package about

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/example"
	"latentspace/internal/untrusted"
)

// Folders makes the folders that files are in their classes, if there are at least two. A folder that
// has all of them is looked into. What is what the files are, in the plural.
func Folders(what string, files []string) (k Known, notes []string) {
	if len(files) == 0 {
		return k, nil
	}
	names := slices.Clone(files)
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
		return k, nil
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	if err := untrusted.Classes.Check(int64(len(folders))); err != nil {
		return k, []string{fmt.Sprintf("the %s are in %d folders, too many for classes: there are none", what, len(folders))}
	}
	if loose > 0 {
		notes = append(notes, fmt.Sprintf("%d %s are in no folder of a class: theirs is called .", loose, what))
	}
	k.Schema = example.Of(example.Class(folders))
	k.Values = make([]float32, len(names))
	for i, n := range names {
		at, _ := slices.BinarySearch(folders, n)
		k.Values[i] = float32(at)
	}
	return k, notes
}
