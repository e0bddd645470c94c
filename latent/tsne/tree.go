package tsne

import (
	"context"

	"latentspace/kernel"
)

// tree is the repulsion by cells: a cell that is small for its distance is taken for
// its points at their centre,
//
//	diagonal < theta · distance
//
// Cells are the squares or cubes that halving gives, with the centre and the number
// of their points; they lie in the order of their points' codes, each before those
// that it is divided into.
//
// Barnes and Hut, A hierarchical O(N log N) force-calculation algorithm, Nature 1986;
// van der Maaten, Accelerating t-SNE using Tree-Based Algorithms, JMLR 2014.
type tree struct {
	ctx   context.Context
	dims  int
	theta float64
	*sorter
	points [][3]float64 // sorted
	cells  []cell
	sums   []float64
}

type cell struct {
	centre   [3]float64
	count    float64
	reach    float64 // squared distance beyond which the cell is a point; negative for any
	from, to int32   // its points
	next     int32   // the cell behind it and all that it is divided into
	divided  bool
}

// leafSize is how many points are not divided.
const leafSize = 8

// treeGrain is how many points are a chunk.
const treeGrain = 64

func newTree(ctx context.Context, n, dims int, theta float64) *tree {
	return &tree{ctx: ctx, dims: dims, theta: theta, sorter: newSorter(n), points: make([][3]float64, n), sums: make([]float64, n)}
}

func (t *tree) forces(y, force []float32) float64 {
	width := t.sort(y, t.dims)
	for i, from := range t.order {
		for k := range t.dims {
			t.points[i][k] = float64(y[int(from)*t.dims+k])
		}
	}
	t.cells = t.cells[:0]
	t.divide(0, len(t.points), levels-1, width)
	kernel.For(len(t.points), treeGrain, func(lo, hi int) {
		if t.ctx.Err() != nil {
			return
		}
		for i := lo; i < hi; i++ {
			f, z := t.push(t.points[i])
			from := int(t.order[i])
			for k := range t.dims {
				force[from*t.dims+k] = float32(f[k])
			}
			t.sums[from] = z
		}
	})
	z := 0.0
	for _, s := range t.sums {
		z += s - 1 // the point itself
	}
	return z
}

// divide appends the cell of points [from, to), which has the width, and those
// within it, whose digit is that of the level.
func (t *tree) divide(from, to, level int, width float64) {
	at := len(t.cells)
	c := cell{from: int32(from), to: int32(to), count: float64(to - from), reach: float64(t.dims) * width * width / (t.theta * t.theta)}
	for _, p := range t.points[from:to] {
		for k, v := range p {
			c.centre[k] += v
		}
	}
	for k := range c.centre {
		c.centre[k] /= c.count
	}
	c.divided = to-from > leafSize
	if level < 0 {
		c.reach, c.divided = -1, false
	}
	t.cells = append(t.cells, c)
	if c.divided {
		digit := func(i int) uint64 { return t.code[i] >> (level * t.dims) & (1<<t.dims - 1) }
		for lo := from; lo < to; {
			hi := lo + 1
			for hi < to && digit(hi) == digit(lo) {
				hi++
			}
			t.divide(lo, hi, level-1, width/2)
			lo = hi
		}
	}
	t.cells[at].next = int32(len(t.cells))
}

// push is the force on a point and the sum of the kernel, itself with it.
func (t *tree) push(p [3]float64) (f [3]float64, z float64) {
	for at := int32(0); int(at) < len(t.cells); {
		c := &t.cells[at]
		d, square := apart(&p, &c.centre)
		switch {
		case square > c.reach:
			w := 1 / (1 + square)
			z += float64(c.count * w)
			u := float64(w*w) * c.count
			for k, v := range d {
				f[k] += float64(u * v)
			}
			at = c.next
		case c.divided:
			at++
		default:
			for i := c.from; i < c.to; i++ {
				d, square := apart(&p, &t.points[i])
				w := 1 / (1 + square)
				z += w
				u := float64(w * w)
				for k, v := range d {
					f[k] += float64(u * v)
				}
			}
			at = c.next
		}
	}
	return f, z
}

// apart is the way from q to p and its squared length.
func apart(p, q *[3]float64) (d [3]float64, square float64) {
	for k := range d {
		d[k] = p[k] - q[k]
		square += float64(d[k] * d[k])
	}
	return d, square
}
