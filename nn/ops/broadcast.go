package ops

import "latentspace/kernel"

// Rows and columns: a tensor of any rank is read as a matrix. "Row" operations
// pair it with a vector along its last axis, one value per feature or channel;
// "Col" operations with a vector along its first axis, one value per example.

// withRow checks that row is a vector as long as the last axis of x.
func withRow(name string, x, row Node) (Node, bool) {
	if bad, ok := firstErr(x, row); ok {
		return bad, true
	}
	if s := row.Shape(); len(s) != 1 || len(x.Shape()) == 0 || s[0] != x.last() {
		return Errorf("%s: shapes %v and %v, want (…, n) and (n)", name, x.Shape(), s), true
	}
	return Node{}, false
}

// withCol checks that col is a vector as long as the first axis of x.
func withCol(name string, x, col Node) (Node, bool) {
	if bad, ok := firstErr(x, col); ok {
		return bad, true
	}
	if s := col.Shape(); len(s) != 1 || len(x.Shape()) == 0 || s[0] != x.first() {
		return Errorf("%s: shapes %v and %v, want (n, …) and (n)", name, x.Shape(), s), true
	}
	return Node{}, false
}

// pair is an operation on a tensor and a vector, along its last axis (Whole) or
// its first (Each).
type pair struct {
	name   string
	vector Part
	run    func(dst, x, v []float32)
	diff   func(x, v, g Node) []Node
}

func (d pair) Name() string { return d.name }
func (pair) elementwise()   {}
func (d pair) Run(out []float32, in [][]float32, _ []float32) {
	d.run(out, in[0], in[1])
}
func (d pair) Diff(in []Node, _, g Node) []Node { return d.diff(in[0], in[1], g) }

const addRow = "add row"

// AddRow is x + row, the row added along the last axis.
func AddRow(x, row Node) Node {
	if bad, ok := withRow(addRow, x, row); ok {
		return bad
	}
	return apply(pair{addRow, Whole, kernel.AddRow, func(_, _, g Node) []Node {
		return []Node{g, SumRows(g)}
	}}, x.Shape(), x, row)
}

// MulRow is x·row, multiplied along the last axis.
func MulRow(x, row Node) Node {
	if bad, ok := withRow("mul row", x, row); ok {
		return bad
	}
	return apply(pair{"mul row", Whole, kernel.MulRow, func(x, row, g Node) []Node {
		return []Node{MulRow(g, row), SumRows(Mul(g, x))}
	}}, x.Shape(), x, row)
}

// AddCol is x + col, the column added along the first axis.
func AddCol(x, col Node) Node {
	if bad, ok := withCol("add column", x, col); ok {
		return bad
	}
	return apply(pair{"add column", Each, kernel.AddCol, func(_, _, g Node) []Node {
		return []Node{g, SumCols(g)}
	}}, x.Shape(), x, col)
}

// MulCol is x·col, multiplied along the first axis.
func MulCol(x, col Node) Node {
	if bad, ok := withCol("mul column", x, col); ok {
		return bad
	}
	return apply(pair{"mul column", Each, kernel.MulCol, func(x, col, g Node) []Node {
		return []Node{MulCol(g, col), SumCols(Mul(g, x))}
	}}, x.Shape(), x, col)
}

// spread copies a scalar over a shape, or a vector along its last axis (Whole) or
// its first (Each).
type spread struct {
	name   string
	vector Part
	run    func(dst, v []float32)
	diff   func(g Node) Node
}

func (d spread) Name() string { return d.name }
func (d spread) Run(out []float32, in [][]float32, _ []float32) {
	d.run(out, in[0])
}
func (d spread) Diff(_ []Node, _, g Node) []Node { return []Node{d.diff(g)} }

// BroadcastRow repeats a vector (n) to a shape (…, n).
func BroadcastRow(row Node, shape ...int) Node {
	if bad, ok := firstErr(row); ok {
		return bad
	}
	if s := row.Shape(); len(s) != 1 || len(shape) == 0 || shape[len(shape)-1] != s[0] {
		return Errorf("broadcast row: %v to %v, want (n) to (…, n)", s, shape)
	}
	return apply(spread{"broadcast row", Whole, kernel.BroadcastRow, SumRows}, shape, row)
}

// BroadcastCol repeats each value of a vector (n) over a shape (n, …).
func BroadcastCol(col Node, shape ...int) Node {
	if bad, ok := firstErr(col); ok {
		return bad
	}
	if s := col.Shape(); len(s) != 1 || len(shape) == 0 || shape[0] != s[0] {
		return Errorf("broadcast column: %v to %v, want (n) to (n, …)", s, shape)
	}
	return apply(spread{"broadcast column", Each, kernel.BroadcastCol, SumCols}, shape, col)
}

// Broadcast copies a scalar to every element of a shape.
func Broadcast(x Node, shape ...int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	if s := x.Shape(); len(s) != 0 {
		return Errorf("broadcast: shape %v, want a scalar", s)
	}
	return apply(spread{"broadcast", Whole, func(dst, v []float32) { kernel.Fill(dst, v[0]) }, Sum}, shape, x)
}

// ConstLike is a constant in the shape of x.
func ConstLike(x Node, c float32) Node {
	return apply(constant{c}, x.Shape(), x)
}

type constant struct{ c float32 }

func (constant) Name() string        { return "constant" }
func (constant) elementwise()        {}
func (constant) constantIn(int) bool { return true }
func (d constant) Run(out []float32, _ [][]float32, _ []float32) {
	kernel.Fill(out, d.c)
}
func (constant) Diff([]Node, Node, Node) []Node { return []Node{{}} }
