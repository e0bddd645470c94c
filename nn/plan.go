package nn

import (
	"slices"

	G "gorgonia.org/gorgonia"

	"latentspace/nn/ops"
)

// plan gives memory to what calls write: slots that values share whose lifetimes
// do not meet, or the memory of a value that the call itself is the last to read.
// The roots keep theirs to the end.
func plan(calls []call, roots []*G.Node, shared *Memory) map[*G.Node][]float32 {
	var nodes []*G.Node
	var lives []life
	index := map[*G.Node]int{}
	for i, c := range calls {
		var over []int
		for _, r := range c.reads {
			if j, ok := index[r]; ok {
				lives[j].dies = i
				over = append(over, j)
			}
		}
		for _, w := range c.writes {
			l := life{size: size(w), born: i, dies: i}
			for _, j := range over {
				if c.mayOverwrite(nodes[j], w) {
					l.over = append(l.over, j)
				}
			}
			index[w] = len(lives)
			nodes, lives = append(nodes, w), append(lives, l)
		}
	}
	for _, n := range roots {
		if j, ok := index[home(n)]; ok {
			lives[j].dies = forever
		}
	}

	slots, sizes := share(lives)
	memory := shared.take(sizes)
	buffers := map[*G.Node][]float32{}
	for i, n := range nodes {
		buffers[n] = memory[slots[i]][:lives[i].size]
	}
	return buffers
}

// mayOverwrite reports whether the call may write w where r is, which nobody reads
// later: whether no operation of the call reads r after w is written, and the one
// that writes w reads r, if at all, element by element.
func (c *call) mayOverwrite(r, w *G.Node) bool {
	if !c.group && len(c.nodes) > 1 {
		return false // a product reads its inputs to the end
	}
	at := slices.Index(c.nodes, w)
	for i, n := range c.nodes {
		op := n.Op().(*ops.Op)
		for j, in := range inputs(op) {
			if in != r {
				continue
			}
			if _, elementwise := op.Def.(ops.Elementwise); i > at || i == at && !elementwise {
				return false
			}
			if c.group {
				parts, _ := op.Parts()
				if out, _ := c.nodes[at].Op().(*ops.Op).Parts(); parts.In[j] != out.Out {
					return false
				}
			}
		}
	}
	return true
}

func isView(op *ops.Op) bool {
	_, ok := op.Def.(ops.View)
	return ok
}

// size returns the number of elements of a node.
func size(n *G.Node) int { return max(1, n.Shape().TotalSize()) }
