package kernel

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// path is a set of instructions that the kernels are written for, an index of
// paths. All give the same bits.
type path int

// portable is the path of every machine: kernels in Go, the twins of the others.
const portable path = 0

// instructions describe a path. Each architecture has a list of its own, paths,
// that begins with portable; each entry is faster than the one before, and needs
// what that one needs too.
type instructions struct {
	name  string
	needs []feature
}

// feature is something that not every processor of an architecture has, or that
// not every system lets programs use.
type feature struct {
	name string
	here bool
}

// architectures tells which architecture has a path.
var architectures = map[string]string{"avx2": "amd64", "avx512": "amd64", "neon": "arm64"}

// current is the best path of this machine, or the one that the environment
// variable LATENTSPACE_KERNEL names. Tests set it.
var current, wrong = choose(os.Getenv("LATENTSPACE_KERNEL"), paths[:])

// Path is the name of the set of instructions in use: portable, avx2, avx512 or neon.
func Path() string { return current.String() }

func (p path) String() string { return paths[p].name }

// Paths are the names of the sets of instructions that this machine has, the fastest first. The last
// one is portable.
func Paths() []string { return names(paths[:bestPath()+1]) }

// Environment reports what is wrong with the environment variable LATENTSPACE_KERNEL: it names no
// path, or one that this machine does not have. Programs look at it first. Graphs and maps, whose
// kernels would be others than those asked for, return it as their error.
func Environment() error { return wrong }

// Slow says why the kernels are those in Go, which take many times as long, and what would be faster.
// It is empty where they are not.
func Slow() string { return slow(current, paths[:]) }

func slow(p path, all []instructions) string {
	const take = "the kernels are those in Go, which take many times as long and give the same bits: "
	switch most := best(all); {
	case p != portable:
		return ""
	case most != portable:
		return take + "LATENTSPACE_KERNEL asks for them, and without it this machine has " + all[most].name
	case len(all) > 1:
		return take + "this machine lacks " + strings.Join(all[portable+1].lacks(), ", ")
	}
	return take + "for " + runtime.GOARCH + " there are no others, but for amd64 with AVX2 and for arm64"
}

func bestPath() path { return best(paths[:]) }

// best is the last path of a list before the first one that needs what is not here.
func best(all []instructions) path {
	for p, i := range all {
		if len(i.lacks()) > 0 {
			return path(p - 1)
		}
	}
	return path(len(all) - 1)
}

// choose returns the path that is asked for by name, or the best if that is empty. The best one
// goes with an error too.
func choose(name string, all []instructions) (path, error) {
	most := best(all)
	if name == "" {
		return most, nil
	}
	for p, i := range all[:most+1] {
		if i.name == name {
			return path(p), nil
		}
	}
	here := names(all[:most+1])
	want := "want " + strings.Join(here, " or ")
	if len(here) > 1 {
		want += ", or nothing for the fastest of them, " + here[0]
	}
	var missing []string
	for _, i := range all {
		if missing = append(missing, i.lacks()...); i.name == name {
			return most, fmt.Errorf("kernel: LATENTSPACE_KERNEL=%s: this machine lacks %s; %s", name, strings.Join(missing, ", "), want)
		}
	}
	if of := architectures[name]; of != "" {
		return most, fmt.Errorf("kernel: LATENTSPACE_KERNEL=%s: %s processors have that, and this program is built for %s; %s", name, of, runtime.GOARCH, want)
	}
	return most, fmt.Errorf("kernel: LATENTSPACE_KERNEL=%.40q: no such path of instructions; %s", name, want)
}

// lacks are the features that a path needs, itself, and that are not here.
func (i instructions) lacks() []string {
	var missing []string
	for _, f := range i.needs {
		if !f.here {
			missing = append(missing, f.name)
		}
	}
	return missing
}

// names are those of a list of paths, from its end.
func names(all []instructions) []string {
	var list []string
	for _, i := range slices.Backward(all) {
		list = append(list, i.name)
	}
	return list
}
