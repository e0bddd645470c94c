package tsne

import (
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
)

// levels is how many times the square or cube around all points is halved along
// every axis.
const levels = 16

// codes writes the Morton code of each point, the digits of its cell at every level
// with the bits of the axes, and returns the width of the square or cube.
//
// Morton, A computer oriented geodetic data base and a new technique in file
// sequencing, IBM 1966.
func codes(code []uint64, y []float32, dims int) (width float64) {
	var low, high [3]float32
	copy(low[:], y[:dims])
	copy(high[:], y[:dims])
	for i := 0; i < len(y); i += dims {
		for k, v := range y[i : i+dims] {
			low[k], high[k] = min(low[k], v), max(high[k], v)
		}
	}
	for k := range dims {
		width = max(width, float64(high[k])-float64(low[k]))
	}
	scale := 0.0
	if width > 0 {
		scale = (1 << levels) / width
	}
	kernel.For(len(code), 1<<12, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := uint64(0)
			for k, v := range y[i*dims : (i+1)*dims] {
				cell := (float64(v) - float64(low[k])) * scale
				c |= spread(uint64(max(0, min(cell, 1<<levels-1))), dims) << k
			}
			code[i] = c
		}
	})
	return width
}

// spread puts the bits of a cell dims apart.
func spread(cell uint64, dims int) uint64 {
	c := uint64(0)
	for b := range levels {
		c |= cell >> b & 1 << (b * dims)
	}
	return c
}

// sorter orders points by their codes.
type sorter struct {
	code, otherCode   []uint64
	order, otherOrder []uint32
}

func newSorter(n int) *sorter {
	return &sorter{make([]uint64, n), make([]uint64, n), make([]uint32, n), make([]uint32, n)}
}

// sort computes the codes of points y and sorts them, by eleven bits at a time;
// equal codes stay in the order of the points. Order has the points.
func (s *sorter) sort(y []float32, dims int) (width float64) {
	const bits = 11
	width = codes(s.code, y, dims)
	for i := range s.order {
		s.order[i] = uint32(i)
	}
	for shift := 0; shift < levels*dims; shift += bits {
		var next [1<<bits + 1]int
		for _, c := range s.code {
			next[c>>shift&(1<<bits-1)+1]++
		}
		for b := range 1 << bits {
			next[b+1] += next[b]
		}
		for i, c := range s.code {
			b := c >> shift & (1<<bits - 1)
			s.otherCode[next[b]], s.otherOrder[next[b]] = c, s.order[i]
			next[b]++
		}
		s.code, s.otherCode = s.otherCode, s.code
		s.order, s.otherOrder = s.otherOrder, s.order
	}
	return width
}

// If there are too many points for a cache, they are sorted, so that those that are
// near are near in memory too, when clusters have formed and later. Those of a clustered search begin
// in the order of its cells, which is as good until the clusters part.
const sortedPoints = 30_000

func (d *descent) sorts(it int) bool {
	if d.n > nearest.ExactPoints {
		return d.o.Dims == 2 && (it == *d.o.Early+25 || it == *d.o.Early+150)
	}
	return d.n >= sortedPoints && d.o.Dims == 2 && (it == 50 || it == *d.o.Early+100 || it == *d.o.Early+350)
}

// sort puts the points, and all that belongs to them, into the order of their codes.
func (d *descent) sort() {
	s := newSorter(d.n)
	s.sort(d.y, d.o.Dims)
	for _, x := range []*[]float32{&d.y, &d.u, &d.gain} {
		*x = fromOrder(*x, s.order, 2)
	}
	if d.order == nil {
		d.order = s.order
	} else {
		order := make([]uint32, d.n)
		for i, from := range s.order {
			order[i] = d.order[from]
		}
		d.order = order
	}
	d.attract = nil
	release(d.n)
	d.attract = d.p.attraction(d.o.Dims, d.exact, d.order)
}

// inOrder puts points into the order of which each has the number, nil for none.
func inOrder(y []float32, order []uint32, dims int) []float32 {
	if order == nil {
		return y
	}
	to := make([]float32, len(y))
	for i, at := range order {
		copy(to[int(at)*dims:][:dims], y[i*dims:])
	}
	return to
}

// fromOrder is a copy of points in an order, nil for their own.
func fromOrder(y []float32, order []uint32, dims int) []float32 {
	if order == nil {
		return slices.Clone(y)
	}
	to := make([]float32, len(y))
	for i, from := range order {
		copy(to[i*dims:(i+1)*dims], y[int(from)*dims:])
	}
	return to
}
