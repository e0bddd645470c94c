package nn

import (
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// scheduler has the operations of a program as tasks, each after those that it reads.
type scheduler struct {
	tasks []task
	ready map[int][]int // rowwise tasks whose inputs are made, by the size of their tensors
	round int           // number of the group in progress
}

// task is an operation that the program has to run. Tasks refer to each other by their
// positions.
type task struct {
	node     *G.Node
	op       *ops.Op
	in       []int // what makes the inputs; −1 for what is there from the beginning
	readers  []int // those that read it, each as often as it does
	outside  bool  // it is read after the run
	follower int   // −1 for none; see [followers]
	done     bool

	rowwise bool
	domain  domain
	parts   ops.Parts

	missing int // inputs that are not made yet
	round   int // the group that it is in, if it is that in progress
	gained  int // inputs that the group in progress makes for it, row by row
}

// domain is what the operations of a group have in common: tensors of size values
// in rows of width.
type domain struct{ size, width int }

func domainOf(n *G.Node) (domain, bool) {
	op := n.Op().(*ops.Op)
	parts, ok := op.Parts()
	if !ok {
		return domain{}, false
	}
	d := domain{size(n), parts.Width}
	if parts.Out == ops.Each {
		d.size *= parts.Width
	}
	return d, true
}

// newScheduler makes the tasks that the roots need.
func newScheduler(order, roots []*G.Node, known map[*G.Node][]float32, fuse bool) *scheduler {
	needed := map[*G.Node]bool{}
	for _, n := range roots {
		needed[ops.Home(n)] = true
	}
	var todo []*G.Node
	for _, n := range slices.Backward(order) {
		if op := operation(n, known); op != nil && needed[n] {
			todo = append(todo, n)
			for _, in := range inputs(op) {
				needed[in] = true
			}
		}
	}
	slices.Reverse(todo)
	readers := map[*G.Node][]*G.Node{} // nil among them for the outside
	for _, n := range todo {
		for _, in := range inputs(n.Op().(*ops.Op)) {
			readers[in] = append(readers[in], n)
		}
	}
	for _, n := range roots {
		readers[ops.Home(n)] = append(readers[ops.Home(n)], nil)
	}
	follower := followers(todo, readers)
	if fuse {
		todo = putOff(todo, follower)
	}

	s := &scheduler{tasks: make([]task, len(todo)), ready: map[int][]int{}}
	at := make(map[*G.Node]int, len(todo))
	for i, n := range todo {
		at[n] = i
	}
	for i, n := range todo {
		t := &s.tasks[i]
		t.node, t.op, t.follower = n, n.Op().(*ops.Op), -1
		t.domain, t.rowwise = domainOf(n)
		t.parts, _ = t.op.Parts()
		if f := follower[n]; f != nil {
			t.follower = at[f]
		}
		for _, r := range readers[n] {
			if r == nil {
				t.outside = true
			} else {
				t.readers = append(t.readers, at[r])
			}
		}
		for _, in := range inputs(t.op) {
			if made, ok := at[in]; ok {
				t.in = append(t.in, made)
				t.missing++
			} else {
				t.in = append(t.in, -1)
			}
		}
		if t.rowwise && t.missing == 0 {
			s.ready[t.domain.size] = append(s.ready[t.domain.size], i)
		}
	}
	return s
}

// finish notes that tasks are done.
func (s *scheduler) finish(members []int) {
	for _, m := range members {
		s.tasks[m].done = true
	}
	for _, m := range members {
		for _, r := range s.tasks[m].readers {
			t := &s.tasks[r]
			if t.missing--; t.missing == 0 && t.rowwise && !t.done {
				s.ready[t.domain.size] = append(s.ready[t.domain.size], r)
			}
		}
	}
}

// followers gives for an operation the one that alone reads it and works on as many
// values, if there is one. Where the two are in one group, what is between them is
// never written.
func followers(todo []*G.Node, readers map[*G.Node][]*G.Node) map[*G.Node]*G.Node {
	follower := map[*G.Node]*G.Node{}
	for _, n := range todo {
		r := readers[n]
		if len(r) != 1 || r[0] == nil {
			continue
		}
		d, ok := domainOf(n)
		if other, also := domainOf(r[0]); ok && also && d.size == other.size {
			follower[n] = r[0]
		}
	}
	return follower
}

// putOff moves each operation that has a follower to just before it.
func putOff(todo []*G.Node, follower map[*G.Node]*G.Node) []*G.Node {
	var order []*G.Node
	var add func(n *G.Node)
	add = func(n *G.Node) {
		for _, in := range inputs(n.Op().(*ops.Op)) {
			if follower[in] == n {
				add(in)
			}
		}
		order = append(order, n)
	}
	for _, n := range todo {
		if follower[n] == nil {
			add(n)
		}
	}
	return order
}
