package nn

import (
	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// A call is what a program does at once: one operation, a product with what follows
// it, or a group of rowwise operations over tensors of one size, run block by block of rows, so that what
// one of them writes is in a cache when the next reads it. Views are no calls.
type call struct {
	nodes  []*G.Node // what it computes, in order
	reads  []*G.Node // what it needs of others, each once
	writes []*G.Node // those of nodes that others need
	group  bool
	tail   ops.Tail // of a product: what the nodes after the first do
}

// operation returns the operation that makes n's value, nil for a parameter, an
// input, and what the program knows beforehand.
func operation(n *G.Node, known map[*G.Node][]float32) *ops.Op {
	if known[n] != nil {
		return nil
	}
	op, _ := n.Op().(*ops.Op)
	return op
}

// inputs are the homes of what an operation reads.
func inputs(op *ops.Op) []*G.Node {
	in := make([]*G.Node, len(op.Inputs()))
	for i, n := range op.Inputs() {
		in[i] = ops.Home(n)
	}
	return in
}

// schedule divides the operations of order, other than those whose value is
// known, into calls. A group takes up later operations that are ready, so that
// the order of calls is not that of the graph. Without fuse every call is one
// operation.
func schedule(order, roots []*G.Node, known map[*G.Node][]float32, fuse bool) []call {
	s := newScheduler(order, roots, known, fuse)
	var calls []call
	for i := range s.tasks {
		t := &s.tasks[i]
		if t.done {
			continue
		}
		c := call{nodes: []*G.Node{t.node}, group: t.rowwise && fuse}
		members := []int{i}
		switch {
		case c.group:
			members = s.adjoin(s.group(i))
		case fuse && t.op.IsProduct():
			members, c.tail = s.follow(i)
		}
		for _, m := range members[1:] {
			c.nodes = append(c.nodes, s.tasks[m].node)
		}
		s.finish(members)
		calls = append(calls, c)
	}
	connect(calls, roots)
	return calls
}

// follow returns a product and what follows it, as far as nobody else reads what is in
// between.
func (s *scheduler) follow(product int) (members []int, tail ops.Tail) {
	members = []int{product}
	for {
		last := members[len(members)-1]
		t := &s.tasks[last]
		if t.outside || len(t.readers) != 1 {
			return members, tail
		}
		next := &s.tasks[t.readers[0]]
		longer, ok := tail.Extend(t.node, next.node)
		for _, in := range next.in {
			ok = ok && (in == last || in < 0 || s.tasks[in].done)
		}
		if !ok {
			return members, tail
		}
		members, tail = append(members, t.readers[0]), longer
	}
}

// connect finds what each call reads and writes.
func connect(calls []call, roots []*G.Node) {
	maker := map[*G.Node]int{} // the call that makes a value
	for i, c := range calls {
		for _, n := range c.nodes {
			maker[n] = i
		}
	}
	read := map[*G.Node]bool{}
	for _, n := range roots {
		read[ops.Home(n)] = true
	}
	reader := map[*G.Node]int{} // the last call that was seen to read a value
	for i := range calls {
		c := &calls[i]
		for _, n := range c.nodes {
			for _, in := range inputs(n.Op().(*ops.Op)) {
				made, ok := maker[in]
				if seen, also := reader[in]; ok && made == i || also && seen == i {
					continue
				}
				reader[in], read[in] = i, true
				c.reads = append(c.reads, in)
			}
		}
	}
	for i := range calls {
		c := &calls[i]
		for _, n := range c.nodes {
			if read[n] {
				c.writes = append(c.writes, n)
			}
		}
	}
}
