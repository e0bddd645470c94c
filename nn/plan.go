package nn

import (
	"container/heap"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// plan gives memory to what calls write: memory that values share whose lifetimes
// do not meet, or the memory of a value that the call itself is the last to read.
// The roots keep theirs to the end.
func plan(calls []call, roots []*G.Node, shared *Memory) map[*G.Node][]float32 {
	var nodes []*G.Node
	var lives []life
	index := map[*G.Node]int{}
	for i, c := range calls {
		for _, r := range c.reads {
			if j, ok := index[r]; ok {
				lives[j].dies = i
			}
		}
		for _, w := range c.writes {
			index[w] = len(lives)
			nodes, lives = append(nodes, w), append(lives, life{size: size(w), born: i, dies: i})
		}
	}
	for _, n := range roots {
		if j, ok := index[ops.Home(n)]; ok {
			lives[j].dies = forever
		}
	}
	for i := range calls {
		calls[i].inherit(i, lives, index)
	}

	buffers := map[*G.Node][]float32{}
	for i, memory := range shared.take(lives) {
		buffers[nodes[i]] = memory
	}
	return buffers
}

// reading is how a call reads a value.
type reading struct {
	last  int      // the last of its nodes that does
	part  ops.Part // how much of it a row needs, of a group
	mixed bool     // that differs between nodes
}

// estate is the memory that a call can write over: of values of a size, of which its rows
// need the same part.
type estate struct {
	size int
	part ops.Part
}

// inherit gives each value that call number i writes the memory of one that nobody reads
// later, if there is one of its size: the call does not read that after the value is
// written, and what writes the value reads it, if at all, element by element. Of several
// the value has the one that the call reads first.
func (c *call) inherit(i int, lives []life, index map[*G.Node]int) {
	if !c.group && len(c.nodes) > 1 {
		return // a product reads its inputs to the end
	}
	readings := c.readings()
	leaving := make([][]int, len(c.nodes)) // what each node is the last to read, by their positions in c.reads
	for k, r := range c.reads {
		j, ok := index[r]
		if reading := readings[r]; ok && lives[j].dies == i && !reading.mixed {
			leaving[reading.last] = append(leaving[reading.last], k)
		}
	}
	free := map[estate]*queue{}
	release := func(at int) {
		for _, k := range leaving[at] {
			r := c.reads[k]
			e := estate{lives[index[r]].size, readings[r].part}
			if free[e] == nil {
				free[e] = &queue{}
			}
			heap.Push(free[e], k)
		}
	}
	writes := c.writes
	for at, n := range c.nodes {
		op := n.Op().(*ops.Op)
		_, elementwise := op.Def.(ops.Elementwise)
		if elementwise {
			release(at)
		}
		if len(writes) > 0 && writes[0] == n {
			writes = writes[1:]
			e := estate{size: size(n)}
			if c.group {
				parts, _ := op.Parts()
				e.part = parts.Out
			}
			if q := free[e]; q != nil && q.Len() > 0 {
				l := &lives[index[n]]
				l.over = append(l.over, index[c.reads[heap.Pop(q).(int)]])
			}
		}
		if !elementwise {
			release(at)
		}
	}
}

// readings says how the call reads each value.
func (c *call) readings() map[*G.Node]reading {
	all := map[*G.Node]reading{}
	for at, n := range c.nodes {
		op := n.Op().(*ops.Op)
		parts, _ := op.Parts()
		for k, in := range inputs(op) {
			now := reading{last: at}
			if c.group {
				now.part = parts.In[k]
			}
			if before, ok := all[in]; ok {
				now.mixed = before.mixed || before.part != now.part
			}
			all[in] = now
		}
	}
	return all
}

// viewed is the memory of a value, nil if its home has none.
func viewed(memory map[*G.Node][]float32, n *G.Node) []float32 {
	home, at := ops.Place(n)
	if memory[home] == nil {
		return nil
	}
	return memory[home][at:][:size(n)]
}

func isView(op *ops.Op) bool {
	_, ok := op.Def.(ops.View)
	return ok
}

// size returns the number of elements of a node.
func size(n *G.Node) int { return max(1, n.Shape().TotalSize()) }
