package ops

// Part says how much of a tensor belongs to some rows of a [Rowwise] operation.
type Part int

const (
	Whole Part = iota // all of it, whichever the rows are
	Rows              // the rows themselves
	Each              // one value for each row
)

// Parts says what the rows of an operation are: Width successive values of the
// tensors that are Rows. Any multiple of Width that divides their size will do as
// well, where no tensor is Each.
type Parts struct {
	Width int
	In    []Part
	Out   Part
}

// Rowwise is implemented by operations whose Run, given some of the rows of its
// inputs, computes those rows of its output.
type Rowwise interface{ parts(o *Op) Parts }

// Parts returns what the rows of the operation are, and whether it has any.
func (o *Op) Parts() (Parts, bool) {
	if r, ok := o.Def.(Rowwise); ok {
		return r.parts(o), true
	}
	return Parts{}, false
}

// elements are the parts of an operation on the elements of n tensors.
func elements(n int) Parts {
	p := Parts{Width: 1, In: make([]Part, n), Out: Rows}
	for i := range p.In {
		p.In[i] = Rows
	}
	return p
}

// width is the number of values in a row of x, when a vector along its last axis
// is Whole, or one along its first axis is Each.
func width(x []int, vector Part) int {
	if vector == Whole {
		return x[len(x)-1]
	}
	n := 1
	for _, d := range x[1:] {
		n *= d
	}
	return n
}

func (unary) parts(*Op) Parts       { return elements(1) }
func (elementPair) parts(*Op) Parts { return elements(2) }
func (gradient) parts(*Op) Parts    { return elements(2) }
func (step) parts(*Op) Parts        { return elements(1) }
func (constant) parts(*Op) Parts    { return Parts{Width: 1, In: []Part{Whole}, Out: Rows} }

func (d pair) parts(o *Op) Parts {
	return Parts{Width: width(o.shape, d.vector), In: []Part{Rows, d.vector}, Out: Rows}
}

func (normalise) parts(o *Op) Parts {
	return Parts{Width: width(o.shape, Whole), In: []Part{Rows, Whole, Whole, Whole}, Out: Rows}
}

func (d spread) parts(o *Op) Parts {
	if len(o.inputs[0].Shape()) == 0 {
		return Parts{Width: 1, In: []Part{Whole}, Out: Rows}
	}
	return Parts{Width: width(o.shape, d.vector), In: []Part{d.vector}, Out: Rows}
}

func (perRow) parts(o *Op) Parts {
	return Parts{Width: width(o.inputs[0].Shape(), Each), In: []Part{Rows}, Out: Each}
}

func (bernoulliNLL) parts(o *Op) Parts {
	return Parts{Width: width(o.inputs[0].Shape(), Each), In: []Part{Rows, Rows}, Out: Each}
}

func (bernoulliNLLGrad) parts(o *Op) Parts {
	return Parts{Width: width(o.shape, Each), In: []Part{Rows, Rows, Each}, Out: Rows}
}

func (d softmax) parts(*Op) Parts {
	return Parts{Width: d.classes, In: []Part{Rows}, Out: Rows}
}
