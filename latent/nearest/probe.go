package nearest

import (
	"context"
	"slices"
	"sync"

	"latentspace/kernel"
)

// query is points x (m, d) in groups of those of a cell.
type query struct {
	x      []float32
	own    func(i int) int // the row of point i, or −1
	starts []int
	order  []uint32 // of groups, nil for that of x
}

func (q *query) point(i int) int {
	if q.order == nil {
		return i
	}
	return int(q.order[i])
}

// around is among how many cells near its own a point chooses, at least, and by the number of probes.
const (
	around         = 128
	aroundForProbe = 8
)

// section is a part of a group, whose points are looked at together.
type section struct{ cell, lo, hi int }

// sections divides the groups evenly.
func (q *query) sections() []section {
	var all []section
	for cell, lo := range q.starts[:len(q.starts)-1] {
		size := q.starts[cell+1] - lo
		parts := (size + blockSize - 1) / blockSize
		for p := range parts {
			all = append(all, section{cell, lo + p*size/parts, lo + (p+1)*size/parts})
		}
	}
	return all
}

// probe finds neighbours among the rows of near cells.
func (s *Space) probe(ctx context.Context, near *Neighbours, q query, p *counter) error {
	sections := q.sections()
	lists := s.lists(near.K)
	var spare sync.Pool
	kernel.For(len(sections), 1, func(lo, hi int) {
		for _, part := range sections[lo:hi] {
			b := s.block(&spare, near.K)
			for i := part.lo; i < part.hi; i++ {
				at := q.point(i)
				b.add(q.x[at*s.D:(at+1)*s.D], q.own(at))
			}
			list := lists[part.cell]
			for n, rows := range b.choose(list) {
				if ctx.Err() != nil {
					return
				}
				for t := s.cells.tiles[list[n]]; t < s.cells.tiles[list[n]+1] && len(rows) > 0; t++ {
					b.scan(&s.tiles[t], rows)
				}
			}
			for i := range b.rows {
				b.rows[i].finish(near, q.point(part.lo+i))
			}
			p.add(part.hi - part.lo)
			spare.Put(b)
		}
	})
	return ctx.Err()
}

// lists has for each cell those around it, nearest first, that have more than k points together.
func (s *Space) lists(k int) [][]int {
	c := s.cells
	lists := make([][]int, c.count())
	kernel.For(c.count(), 16, func(lo, hi int) {
		a, product := make([]float32, s.D+1), make([]float32, tileSize)
		keys := make([]uint64, c.count())
		for cell := lo; cell < hi; cell++ {
			for j, v := range c.centroids.at[cell*s.D : (cell+1)*s.D] {
				a[j] = -2 * v
			}
			a[s.D] = 1
			for _, t := range c.centroids.tiles {
				kernel.MatMul(product[:t.n], a, t.values, 1, t.n, s.D+1, false, false, false)
				for i, v := range product[:t.n] {
					keys[t.lo+i] = ordered(v)<<32 | uint64(t.lo+i)
				}
			}
			slices.Sort(keys)
			points := 0
			for n := 0; n < len(keys) && (n < max(around, aroundForProbe*c.probes) || points <= k); n++ {
				lists[cell] = append(lists[cell], int(uint32(keys[n])))
				points += c.size(lists[cell][n])
			}
		}
	})
	return lists
}

// choose returns for each cell of a list the rows of the block to whose nearest it belongs.
func (b *block) choose(list []int) [][]int {
	m := len(list)
	keys := make([]uint64, len(b.rows)*m)
	columns := make([]float32, (b.D+1)*min(tileSize, m))
	for lo := 0; lo < m; lo += tileSize {
		n := min(tileSize, m-lo)
		for i, cell := range list[lo : lo+n] {
			b.cells.centroids.column(columns, i, n, cell)
		}
		for at, v := range b.multiply(b.every, columns[:(b.D+1)*n], n) {
			place := lo + at%n
			keys[at/n*m+place] = ordered(v)<<32 | uint64(place)
		}
	}
	rows := make([][]int, m)
	for i := range b.rows {
		keys, probes := keys[i*m:(i+1)*m], min(b.cells.probes, m)
		smallest(keys, probes)
		points := 0
		for n := 0; n < probes || points <= b.k; n++ {
			if n == probes {
				slices.Sort(keys[probes:])
			}
			place := uint32(keys[n])
			rows[place] = append(rows[place], i)
			points += b.cells.size(list[place])
		}
	}
	return rows
}
