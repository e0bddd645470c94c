package kernel

import "unsafe"

// grid says where runs of values begin: how far apart those of a group, and how
// far the groups.
type grid struct{ run, group int }

// end is where the last of the runs ends.
func (g grid) end(length, count, groups int) int {
	return (groups-1)*g.group + (count-1)*g.run + length
}

// runs is the arguments of the assembly that adds runs, with their grids
// in bytes.
type runs struct {
	to, from             unsafe.Pointer
	toStride, fromStride uintptr
	toGroup, fromGroup   uintptr
	length               uintptr
	count                uintptr // in a group
	groups               uintptr
}

// addRuns adds groups of count runs of length, one run after the other.
func (w *scratch) addRuns(to, from []float32, toGrid, fromGrid grid, length, count, groups int) {
	if current == portable {
		for g := range groups {
			for i := range count {
				run := to[g*toGrid.group+i*toGrid.run:][:length]
				addTwin(run, run, from[g*fromGrid.group+i*fromGrid.run:])
			}
		}
		return
	}
	gemms[current].addRuns(w.arguments(to, from, toGrid, fromGrid, length, count, groups))
	w.runs = runs{}
}

func (w *scratch) arguments(to, from []float32, t, f grid, length, count, groups int) *uint64 {
	to, from = to[:t.end(length, count, groups)], from[:f.end(length, count, groups)]
	w.runs = runs{
		unsafe.Pointer(&to[0]), unsafe.Pointer(&from[0]), 4 * uintptr(t.run), 4 * uintptr(f.run), 4 * uintptr(t.group), 4 * uintptr(f.group),
		uintptr(length), uintptr(count), uintptr(groups),
	}
	return (*uint64)(unsafe.Pointer(&w.runs))
}
