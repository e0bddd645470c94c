package explore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/explore/attributes"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Expression decodes the operands of code arithmetic and its result, in a row. An
// operand is the code of an example of the split, or the mean code of a class of the
// training split. N − 1 more rows use the next examples.
type Expression struct {
	Options
	Text string // for latent.ParseExpr
	Fit  int    // most examples whose codes the means are of
}

// ExpressionResult is what [Expression] decodes.
type ExpressionResult struct {
	Rows   Rows // with the weights and names of the terms above, and the index of an example beside each of several
	Report ExpressionReport
}

// ExpressionReport is what [Expression] reports.
type ExpressionReport struct {
	Expression string           `json:"expression"`
	Operands   []ExpressedTerm  `json:"operands"`
	Classes    []ExpressedClass `json:"classes,omitempty"`
}

// ExpressedTerm is an operand of the first row.
type ExpressedTerm struct {
	Weight  float64 `json:"weight"`
	Operand string  `json:"operand"`
}

// ExpressedClass is a class of which the mean was taken.
type ExpressedClass struct {
	Class    string `json:"class"`
	Examples int    `json:"examples"` // that it is the mean of
}

func (e ExpressionReport) String() string {
	s := e.Expression + "\n"
	for _, c := range e.Classes {
		s += fmt.Sprintf("class %s is the mean of %d codes\n", c.Class, c.Examples)
	}
	return s
}

// Run evaluates.
func (o Expression) Run(ctx context.Context, m *training.Trained) (ExpressionResult, error) {
	if err := o.check(); err != nil {
		return ExpressionResult{}, err
	}
	if err := checkFit(o.Fit); err != nil {
		return ExpressionResult{}, err
	}
	expr, err := latent.ParseExpr(o.Text)
	if err != nil {
		return ExpressionResult{}, experiments.Usagef("-expr %q: %v", o.Text, err)
	}
	first := slices.IndexFunc(expr.Terms, func(t latent.Term) bool { return t.Operand.Class == "" })
	if first < 0 && o.N > 1 {
		return ExpressionResult{}, experiments.Usagef("-n %d rows: %q names no example that others could follow", o.N, o.Text)
	}
	if err := checkHeld(o.N*(len(expr.Terms)+1), m.Shape); err != nil {
		return ExpressionResult{}, err
	}
	if !m.CanEncode() {
		return ExpressionResult{}, noEncoder(m)
	}
	ds, err := m.Split(ctx, o.Split)
	if err != nil {
		return ExpressionResult{}, err
	}
	means, err := o.means(ctx, m, expr)
	if err != nil {
		return ExpressionResult{}, err
	}
	rows := make([]*tensor.Tensor, o.N)
	for i := range rows {
		z, err := o.row(ctx, m, ds, expr, means, i)
		if err != nil {
			return ExpressionResult{}, err
		}
		about, err := o.condition(m, i, z.Shape[0])
		if err != nil {
			return ExpressionResult{}, err
		}
		if rows[i], err = m.Decode(ctx, z, about); err != nil {
			return ExpressionResult{}, err
		}
	}
	e := ExpressionReport{Expression: o.Text}
	for _, t := range expr.Terms {
		e.Operands = append(e.Operands, ExpressedTerm{t.Weight, t.Operand.String()})
	}
	for k, n := range means.counts {
		if means.asked[k] {
			e.Classes = append(e.Classes, ExpressedClass{means.classes[k], n})
		}
	}
	all := Rows{Schema: m.Schema, Examples: rows, Columns: headings(expr)}
	if len(rows) > 1 {
		for i := range rows {
			all.Names = append(all.Names, "#"+strconv.Itoa(expr.Terms[first].Operand.Index+i))
		}
	}
	return ExpressionResult{all, e}, nil
}

// classMeans are the mean codes of the classes in an expression.
type classMeans struct {
	classes []string
	asked   map[int]bool
	codes   [][]float32
	counts  []int
}

// means computes them over the training split, if the expression names a class.
func (o Expression) means(ctx context.Context, m *training.Trained, expr latent.Expr) (c classMeans, err error) {
	train, err := m.Split(ctx, "train")
	if err != nil {
		return c, err
	}
	class, labelled := data.ClassField(train)
	for _, t := range expr.Terms {
		if t.Operand.Class == "" {
			continue
		}
		if !labelled {
			return c, fmt.Errorf("explore: -expr: column %d: the examples of this data have no classes", t.Operand.Column)
		}
		if c.asked == nil {
			c = classMeans{classes: class.Words, asked: map[int]bool{}}
		}
		k, err := attributes.ClassIndex(c.classes, t.Operand.Class)
		if err != nil {
			return c, fmt.Errorf("explore: -expr: column %d: %w", t.Operand.Column, err)
		}
		c.asked[k] = true
	}
	if c.asked == nil {
		return c, nil
	}
	some := o.some(train, o.Fit)
	labels, _, err := some.labels()
	if err != nil {
		return c, err
	}
	z, err := m.Codes(ctx, some, some.n)
	if err != nil {
		return c, err
	}
	dim := z.Shape[1]
	sums := make([]float64, len(c.classes)*dim)
	c.counts = make([]int, len(c.classes))
	for i := range z.Shape[0] {
		k := labels[i]
		c.counts[k]++
		for j, v := range z.Data[i*dim : (i+1)*dim] {
			sums[k*dim+j] += float64(v)
		}
	}
	c.codes = make([][]float32, len(c.classes))
	for k, n := range c.counts {
		if n == 0 && c.asked[k] {
			return c, fmt.Errorf("explore: -expr: class %s has no example among %d of the training split", c.classes[k], z.Shape[0])
		}
		c.codes[k] = make([]float32, dim)
		for j := range dim {
			c.codes[k][j] = float32(sums[k*dim+j] / float64(max(1, n)))
		}
	}
	return c, nil
}

// row returns the codes (terms+1, dim) of the operands and of the result, with examples
// shifted by a number of places.
func (o Expression) row(ctx context.Context, m *training.Trained, ds data.Dataset, expr latent.Expr, means classMeans, after int) (*tensor.Tensor, error) {
	dim, err := m.Dim()
	if err != nil {
		return nil, err
	}
	z := tensor.New(len(expr.Terms)+1, dim)
	term := 0
	result, err := expr.Eval(func(operand latent.Operand) ([]float32, error) {
		to := z.Data[term*dim : (term+1)*dim]
		term++
		if operand.Class != "" {
			k, err := attributes.ClassIndex(means.classes, operand.Class)
			if err != nil {
				return nil, err
			}
			copy(to, means.codes[k])
			return to, nil
		}
		x, err := m.Read(ds, operand.Index+after, 1)
		if err != nil {
			return nil, fmt.Errorf("explore: -expr: column %d: %w", operand.Column, err)
		}
		code, err := m.Encode(ctx, x)
		if err != nil {
			return nil, err
		}
		copy(to, code.Data)
		return to, nil
	})
	if err != nil {
		return nil, err
	}
	copy(z.Data[term*dim:], result)
	return z, nil
}

// headings returns the weights and the names of the terms, and the name of the result.
func headings(expr latent.Expr) []string {
	columns := make([]string, 0, len(expr.Terms)+1)
	for i, t := range expr.Terms {
		sign := "+ "
		if t.Weight < 0 {
			sign = "− "
		} else if i == 0 {
			sign = ""
		}
		if w := math.Abs(t.Weight); w != 1 {
			sign += strconv.FormatFloat(w, 'g', 3, 64) + "·"
		}
		name := t.Operand.Class
		if name == "" {
			name = "#" + strconv.Itoa(t.Operand.Index)
		} else if _, err := strconv.Atoi(name); err == nil {
			name = "class " + name
		}
		columns = append(columns, sign+name)
	}
	return append(columns, "=")
}
