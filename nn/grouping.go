package nn

import (
	"container/heap"
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// group returns the tasks that run in one group with the first, in their order. Those
// that are postponed may have made room for others, or been what let them fit: what is
// left is collected again.
func (s *scheduler) group(first int) []int {
	collected := s.collect(first)
	for {
		kept := s.postpone(collected)
		if len(kept) == len(collected) {
			return kept
		}
		collected = s.collectAmong(kept)
	}
}

// A group in progress: its rows are the widest of its members.
type members struct {
	tasks []int
	width int
}

// begin starts a group with a task.
func (s *scheduler) begin(first int) *members {
	s.round++
	g := &members{}
	s.add(g, first)
	return g
}

func (s *scheduler) add(g *members, i int) {
	t := &s.tasks[i]
	t.round = s.round
	g.tasks, g.width = append(g.tasks, i), max(g.width, t.domain.width)
}

// fits reports whether the rows of a task divide those of a group, or the other way
// round.
func (s *scheduler) fits(g *members, i int) bool {
	w := s.tasks[i].domain.width
	return max(g.width, w)%min(g.width, w) == 0
}

// collect returns the tasks that are not done and can run in one group with the first of
// these: they are of its domain, and what they need is done, or made row by row in the
// group. It goes through those that are ready, and those that the members make ready, in
// the order of the tasks.
func (s *scheduler) collect(first int) []int {
	size := s.tasks[first].domain.size
	ready := slices.DeleteFunc(s.ready[size], func(i int) bool { return s.tasks[i].done })
	s.ready[size] = ready
	next := queue(slices.DeleteFunc(slices.Clone(ready), func(i int) bool { return i == first }))
	heap.Init(&next)

	g := s.begin(first)
	var touched []int
	offer := func(last int) {
		readers := s.tasks[last].readers
		for k, r := range readers {
			t := &s.tasks[r]
			if k > 0 && readers[k-1] == r || !t.rowwise || t.domain.size != size {
				continue // it was seen: a task that reads another twice is among its readers twice
			}
			for i, in := range t.in {
				if in == last && t.parts.In[i] != ops.Whole {
					t.gained++
				}
			}
			touched = append(touched, r)
			if t.gained == t.missing {
				heap.Push(&next, r)
			}
		}
	}
	offer(first)
	for len(next) > 0 {
		if i := heap.Pop(&next).(int); s.fits(g, i) {
			s.add(g, i)
			offer(i)
		}
	}
	for _, r := range touched {
		s.tasks[r].gained = 0
	}
	return g.tasks
}

// collectAmong is [scheduler.collect] from a list of tasks alone.
func (s *scheduler) collectAmong(tasks []int) []int {
	g := s.begin(tasks[0])
	for _, i := range tasks[1:] {
		t := &s.tasks[i]
		ready := s.fits(g, i)
		for k, in := range t.in {
			ready = ready && (in < 0 || s.tasks[in].done || s.tasks[in].round == s.round && t.parts.In[k] != ops.Whole)
		}
		if ready {
			s.add(g, i)
		}
	}
	return g.tasks
}

// postpone leaves out of the group in progress, but for its first task, those whose
// follower is not in it.
func (s *scheduler) postpone(group []int) []int {
	for _, i := range slices.Backward(group[1:]) {
		if t := &s.tasks[i]; t.follower >= 0 && s.tasks[t.follower].round != s.round {
			t.round = 0
		}
	}
	kept := group[:1:1]
	for _, i := range group[1:] {
		if s.tasks[i].round == s.round {
			kept = append(kept, i)
		}
	}
	return kept
}

// adjoin moves a task that one pass computes together with an earlier one next to it,
// if what it needs is made before.
func (s *scheduler) adjoin(group []int) []int {
	if !slices.ContainsFunc(group, func(i int) bool { return s.tasks[i].op.Joins() }) {
		return group
	}
	// Two that one pass computes read the same first.
	sharing := map[*G.Node][]int{}
	at := map[int]int{}
	for k, i := range group {
		in := s.tasks[i].op.Inputs()[0]
		sharing[in] = append(sharing[in], i)
		at[i] = k
	}
	for k := range group {
		t := &s.tasks[group[k]]
		if !t.op.Joins() {
			continue
		}
		for _, i := range sharing[t.op.Inputs()[0]] {
			other := &s.tasks[i]
			j := at[i]
			between := func(in int) bool {
				p, ok := at[in]
				return ok && p >= k && p < j
			}
			if j > k && joint(t.node, other.node) != nil && !slices.ContainsFunc(other.in, between) {
				group = slices.Insert(slices.Delete(group, j, j+1), k+1, i)
				for p := k + 1; p <= j; p++ {
					at[group[p]] = p
				}
				break
			}
		}
	}
	return group
}

// joint returns a run that computes two operations in one pass, nil if there is
// none.
func joint(first, second *G.Node) func(first, second []float32, in [][]float32) {
	return first.Op().(*ops.Op).With(second.Op().(*ops.Op))
}

// queue is a heap of positions.
type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
