package nn

import (
	"slices"

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

// home is the node in whose memory the value of n is: n, or what n is a view of.
func home(n *G.Node) *G.Node {
	for {
		op, ok := n.Op().(*ops.Op)
		if !ok || !isView(op) {
			return n
		}
		n = op.Inputs()[0]
	}
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
		in[i] = home(n)
	}
	return in
}

// schedule divides the operations of order, other than those whose value is
// known, into calls. A group takes up later operations that are ready, so that
// the order of calls is not that of the graph. Without fuse every call is one
// operation.
func schedule(order, roots []*G.Node, known map[*G.Node][]float32, fuse bool) []call {
	needed := map[*G.Node]bool{}
	for _, n := range roots {
		needed[home(n)] = true
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
		readers[home(n)] = append(readers[home(n)], nil)
	}
	follower := followers(todo, readers)
	if fuse {
		todo = late(todo, follower)
	}
	done := map[*G.Node]bool{}
	var calls []call
	for i, n := range todo {
		if done[n] {
			continue
		}
		c := call{nodes: []*G.Node{n}}
		if d, ok := domainOf(n); ok && fuse {
			c.group = true
			c.nodes = adjoin(d.group(todo[i:], done, known, follower))
		} else if fuse && n.Op().(*ops.Op).IsProduct() {
			c.follow(readers, done, known)
		}
		for _, m := range c.nodes {
			done[m] = true
		}
		calls = append(calls, c)
	}
	connect(calls, roots, known)
	return calls
}

// follow adds to a product what follows it, as far as nobody else reads what is in
// between.
func (c *call) follow(readers map[*G.Node][]*G.Node, done map[*G.Node]bool, known map[*G.Node][]float32) {
	for {
		n := c.nodes[len(c.nodes)-1]
		if len(readers[n]) != 1 || readers[n][0] == nil {
			return
		}
		next := readers[n][0]
		tail, ok := c.tail.Extend(n, next)
		for _, in := range inputs(next.Op().(*ops.Op)) {
			ok = ok && (in == n || done[in] || operation(in, known) == nil)
		}
		if !ok {
			return
		}
		c.nodes, c.tail = append(c.nodes, next), tail
	}
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

// collect returns the operations of todo that can run in one group with the
// first: they are of its domain, and what they need is done, or made row by row
// in the group.
func (d domain) collect(todo []*G.Node, done map[*G.Node]bool, known map[*G.Node][]float32) []*G.Node {
	group := []*G.Node{todo[0]}
	d, _ = domainOf(todo[0])
	for _, n := range todo[1:] {
		other, ok := domainOf(n)
		if done[n] || !ok || other.size != d.size || max(d.width, other.width)%min(d.width, other.width) != 0 {
			continue
		}
		op := n.Op().(*ops.Op)
		parts, _ := op.Parts()
		ready := true
		for i, in := range inputs(op) {
			inGroup := slices.Contains(group, in)
			ready = ready && (done[in] || operation(in, known) == nil || inGroup && parts.In[i] != ops.Whole)
		}
		if ready {
			group = append(group, n)
			d.width = max(d.width, other.width)
		}
	}
	return group
}

// group returns the operations of todo that run in one group with the first. Those
// that are postponed may have made room for others, or been what let them fit: what is
// left is collected again.
func (d domain) group(todo []*G.Node, done map[*G.Node]bool, known map[*G.Node][]float32, follower map[*G.Node]*G.Node) []*G.Node {
	for {
		collected := d.collect(todo, done, known)
		kept := postpone(slices.Clone(collected), follower)
		if len(kept) == len(collected) {
			return kept
		}
		todo = kept
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

// late moves each operation that has a follower to just before it.
func late(todo []*G.Node, follower map[*G.Node]*G.Node) []*G.Node {
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

// postpone leaves out of a group, but for its first operation, those whose follower
// is not in it.
func postpone(group []*G.Node, follower map[*G.Node]*G.Node) []*G.Node {
	for i := len(group) - 1; i > 0; i-- {
		if f := follower[group[i]]; f != nil && !slices.Contains(group, f) {
			group = slices.Delete(group, i, i+1)
		}
	}
	return group
}

// adjoin moves an operation that one pass computes together with an earlier one
// next to it, if what it needs is made before.
func adjoin(group []*G.Node) []*G.Node {
	for i := range group {
		for j := i + 1; j < len(group); j++ {
			between := func(in *G.Node) bool { return slices.Contains(group[i:j], in) }
			n := group[j]
			if joint(group[i], n) != nil && !slices.ContainsFunc(inputs(n.Op().(*ops.Op)), between) {
				group = slices.Insert(slices.Delete(group, j, j+1), i+1, n)
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

// connect finds what each call reads and writes.
func connect(calls []call, roots []*G.Node, known map[*G.Node][]float32) {
	read := map[*G.Node]bool{}
	for _, n := range roots {
		read[home(n)] = true
	}
	for i := range calls {
		c := &calls[i]
		for _, n := range c.nodes {
			for _, in := range inputs(n.Op().(*ops.Op)) {
				if !slices.Contains(c.nodes, in) && !slices.Contains(c.reads, in) {
					c.reads = append(c.reads, in)
					read[in] = true
				}
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

// constants computes the values that depend on no parameter, input or noise.
func (r *root) constants(order []*G.Node) map[*G.Node][]float32 {
	known := map[*G.Node][]float32{}
	for _, v := range r.values {
		known[v.node.Raw()] = v.data
	}
	for _, n := range order {
		op, ok := n.Op().(*ops.Op)
		if !ok || isView(op) {
			continue
		}
		var in [][]float32
		for _, m := range inputs(op) {
			in = append(in, known[m])
		}
		if !op.Constant() && slices.ContainsFunc(in, func(v []float32) bool { return v == nil }) {
			continue
		}
		if checked, ok := op.Def.(ops.Checked); ok && checked.Check(in) != nil {
			continue // it says so when it is run
		}
		known[n] = make([]float32, size(n))
		op.Run(known[n], in, make([]float32, op.ScratchSize()))
	}
	return known
}
