package kernel

import "unsafe"

// border is a picture, or some rows of one, with Pad pixels of zeros on every side.
type border struct {
	rows   []float32
	stride int // from one row to the next
}

// bordered returns count rows of picture b within its border, from the one at
// first on, every step-th. Without a border they stay where they are.
func (v *convolution) bordered(s *scratch, b, first, step, count int) border {
	picture := v.picture(b)
	in, side := v.Width*v.In, v.Pad*v.In
	if side == 0 {
		return border{picture[first*in:], step * in}
	}
	r := border{s.bordered(count * (in + 2*side)), in + 2*side}
	for i := range count {
		row := r.rows[i*r.stride:][:r.stride]
		h := first + i*step - v.Pad
		if h < 0 || h >= v.Height {
			clear(row)
			continue
		}
		clear(row[:side])
		copy(row[side:], picture[h*in:][:in])
		clear(row[side+in:])
	}
	return r
}

func (v *convolution) picture(b int) []float32 {
	n := v.Height * v.Width * v.In
	return v.x[b*n:][:n]
}

// fold adds the windows of an output line to the rows of a picture in its border.
// A pixel gets what they have for it in their order: the later one begins, the
// earlier is the column of the kernel that meets it.
func (v *convolution) fold(s *scratch, rows, columns []float32) {
	step, length := v.Stride*v.In, v.KernelW*v.In
	for at := (length - 1) / step * step; at >= 0; at -= step {
		s.addRuns(rows[at:], columns[at:], grid{step, (v.Width + 2*v.Pad) * v.In}, grid{v.window(), length}, min(step, length-at), v.OutWidth(), v.KernelH)
	}
}

// grid says where runs of values begin: how far apart those of a group, and how
// far the groups.
type grid struct{ run, group int }

// end is where the last of the runs ends.
func (g grid) end(length, count, groups int) int {
	return (groups-1)*g.group + (count-1)*g.run + length
}

// runs is the arguments of the assembly that copies or adds runs, with their grids
// in bytes.
type runs struct {
	to, from             unsafe.Pointer
	toStride, fromStride uintptr
	toGroup, fromGroup   uintptr
	length               uintptr
	count                uintptr // in a group
	groups               uintptr
}

// copyRuns copies groups of count runs of length.
func (w *scratch) copyRuns(to, from []float32, toGrid, fromGrid grid, length, count, groups int) {
	if current == portable {
		for g := range groups {
			for i := range count {
				copy(to[g*toGrid.group+i*toGrid.run:][:length], from[g*fromGrid.group+i*fromGrid.run:])
			}
		}
		return
	}
	gemms[current].copyRuns(w.arguments(to, from, toGrid, fromGrid, length, count, groups))
	w.runs = runs{}
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

// bordered returns working memory for rows with their border.
func (w *scratch) bordered(n int) []float32 {
	if len(w.picture) < n {
		w.picture = make([]float32, n)
	}
	return w.picture[:n]
}
