package latent

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"latentspace/internal/untrusted"
)

// Expr is a sum of scaled codes,
//
//	Σ Weight · code(Operand)
//
// as [ParseExpr] reads it.
type Expr struct {
	Terms []Term
}

// Term is a code with its weight.
type Term struct {
	Weight  float64
	Operand Operand
}

// Operand names a code: the mean of a class, or an example.
type Operand struct {
	Class  string // its name or number; empty for an example
	Index  int    // of the example in its data set
	Column int    // column in the expression, from 1
}

// String writes the operand as [ParseExpr] reads it.
func (o Operand) String() string {
	if o.Class == "" {
		return strconv.Itoa(o.Index)
	}
	for _, r := range o.Class {
		if !isWord(r) {
			if strings.Contains(o.Class, `"`) {
				return "class:'" + o.Class + "'"
			}
			return `class:"` + o.Class + `"`
		}
	}
	return "class:" + o.Class
}

// Eval returns the weighted sum of the codes that code returns. It is an error if one
// differs in length from the first.
func (e Expr) Eval(code func(Operand) ([]float32, error)) ([]float32, error) {
	var sum []float64
	for _, t := range e.Terms {
		z, err := code(t.Operand)
		if err != nil {
			return nil, err
		}
		if sum == nil {
			sum = make([]float64, len(z))
		} else if len(z) != len(sum) {
			return nil, fmt.Errorf("latent: expression: column %d: %s has %d values, want %d as %s", t.Operand.Column, t.Operand, len(z), len(sum), e.Terms[0].Operand)
		}
		for i, v := range z {
			sum[i] += float64(t.Weight * float64(v))
		}
	}
	out := make([]float32, len(sum))
	for i, v := range sum {
		out[i] = float32(v)
	}
	return out, nil
}

// maxNested is how deep brackets may nest.
const maxNested = 100

// ParseExpr reads an expression of code arithmetic:
//
//	expression = ["-"] product { ("+" | "-") product }
//	product    = { number "*" ["-"] } code { "/" number }
//	code       = index | "class:" name | name | "(" expression ")"
//
// such as 12 - class:3 + 0.5*(class:seven + bag). An index is the whole number of an example; a
// number before "*" is a scale. A name has letters, digits and "_"; a bare name does not begin with
// a digit, and any other name stands in quotes: "T-shirt/top". An error names its column.
func ParseExpr(s string) (Expr, error) {
	if err := untrusted.Expression.Check(int64(len(s))); err != nil {
		return Expr{}, fmt.Errorf("latent: expression of %w", err)
	}
	p := &exprParser{in: s}
	p.next()
	p.sum(1, 0)
	if p.err == nil && p.token != "" {
		p.fail("found %q, want + or - or the end", p.token)
	}
	if p.err != nil {
		return Expr{}, p.err
	}
	return p.out, nil
}

// exprParser reads by recursive descent. The first error sticks, and ends the input.
type exprParser struct {
	in    string
	at    int    // where the token ends
	start int    // where it begins
	token string // "" at the end
	quote bool   // the token is a name that stood between quotes
	out   Expr
	err   error
}

func (p *exprParser) column() int { return utf8.RuneCountInString(p.in[:p.start]) + 1 }

func (p *exprParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("latent: expression: column %d: "+format, append([]any{p.column()}, args...)...)
	}
	p.token, p.at = "", len(p.in)
}

// next reads a token: a number, a name, or a sign.
func (p *exprParser) next() {
	if p.err != nil {
		return
	}
	rest := strings.TrimLeftFunc(p.in[p.at:], unicode.IsSpace)
	p.start, p.quote = len(p.in)-len(rest), false
	if rest == "" {
		p.token, p.at = "", len(p.in)
		return
	}
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case r == '"' || r == '\'':
		end := strings.IndexRune(rest[1:], r)
		if end < 1 {
			p.fail("found %c without a name and another, want a name between quotes", r)
			return
		}
		p.token, p.quote, size = rest[1:1+end], true, end+2
	case isWord(r) || r == '.':
		size = strings.IndexFunc(rest, func(r rune) bool { return !isWord(r) && r != '.' })
		if size < 0 {
			size = len(rest)
		}
		p.token = rest[:size]
	default:
		p.token = rest[:size]
	}
	p.at = p.start + size
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// is reports whether the token is a sign.
func (p *exprParser) is(sign string) bool { return p.token == sign && !p.quote }

// sum reads an expression whose weights are times scale.
func (p *exprParser) sum(scale float64, nested int) {
	if nested > maxNested {
		p.fail("brackets %d deep, want at most %d", nested, maxNested)
		return
	}
	sign := scale
	if p.is("-") {
		sign = -scale
		p.next()
	}
	for p.err == nil {
		p.product(sign, nested)
		switch {
		case p.is("+"):
			sign = scale
		case p.is("-"):
			sign = -scale
		default:
			return
		}
		p.next()
	}
}

// product reads scales and a code.
func (p *exprParser) product(scale float64, nested int) {
	first := len(p.out.Terms)
	for p.err == nil && isNumber(p.token) && !p.quote {
		column, start, token := p.column(), p.start, p.token
		p.next()
		if !p.is("*") {
			p.example(token, start, column, scale)
			break
		}
		scale *= p.number(token, start)
		p.next()
		if p.is("-") {
			scale = -scale
			p.next()
		}
	}
	if len(p.out.Terms) == first {
		p.code(scale, nested)
	}
	for p.err == nil && p.is("/") {
		p.next()
		v := p.number(p.token, p.start)
		if p.err == nil && v == 0 {
			p.fail("division by 0")
		}
		for i := range p.out.Terms[first:] {
			p.out.Terms[first+i].Weight /= v
		}
		p.next()
	}
	for _, t := range p.out.Terms[first:] {
		if math.IsInf(t.Weight, 0) || math.IsNaN(t.Weight) {
			p.fail("a weight of %v, want finite scales", t.Weight)
		}
	}
}

// isNumber reports whether a token begins as a number does.
func isNumber(token string) bool {
	return token != "" && (token[0] == '.' || token[0] >= '0' && token[0] <= '9')
}

// number is the value of a token that begins at start.
func (p *exprParser) number(token string, start int) float64 {
	v, err := strconv.ParseFloat(token, 64)
	if err != nil || !isNumber(token) {
		p.start = start
		if token == "" {
			p.fail("found the end, want a number")
		} else {
			p.fail("found %q, want a number", token)
		}
	}
	return v
}

// example reads an index.
func (p *exprParser) example(token string, start, column int, scale float64) {
	i, err := strconv.Atoi(token)
	if err != nil {
		p.start = start
		p.fail("found %q, want the whole number of an example; a scale stands before a *, as in 0.5*12", token)
		return
	}
	p.out.Terms = append(p.out.Terms, Term{scale, Operand{Index: i, Column: column}})
}

// code reads a class or an expression between brackets.
func (p *exprParser) code(scale float64, nested int) {
	if p.err != nil {
		return
	}
	column, name := p.column(), p.token
	switch {
	case p.is("("):
		p.next()
		p.sum(scale, nested+1)
		if p.err == nil && !p.is(")") {
			p.fail("found %s, want )", p.found())
		}
		p.next()
		return
	case p.is("class"):
		p.next()
		if p.is(":") {
			p.next()
			if name = p.token; !p.isName() {
				p.fail("found %s, want the name of a class", p.found())
				return
			}
			p.next()
		}
	case p.isName():
		p.next()
	default:
		p.fail("found %s, want an example's number, a class or a bracket", p.found())
		return
	}
	p.out.Terms = append(p.out.Terms, Term{scale, Operand{Class: name, Column: column}})
}

// isName reports whether the token can name a class.
func (p *exprParser) isName() bool {
	return p.quote || p.token != "" && strings.IndexFunc(p.token, func(r rune) bool { return !isWord(r) }) < 0
}

func (p *exprParser) found() string {
	if p.token == "" && !p.quote {
		return "the end"
	}
	return strconv.Quote(p.token)
}
