package npy

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"latentspace/internal/untrusted"
)

// literal is what is left to read of a Python literal.
type literal struct{ rest string }

// take skips a sign, and spaces on both of its sides, if it comes next.
func (p *literal) take(sign string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " "), sign)
	if ok {
		p.rest = strings.TrimLeft(rest, " ")
	}
	return ok
}

func (p *literal) want(sign string) error {
	if !p.take(sign) {
		return fmt.Errorf("header: %.40q, want %q", p.rest, sign)
	}
	return nil
}

// word reads a string in quotes, without escapes.
func (p *literal) word() (string, error) {
	for _, quote := range []string{"'", `"`} {
		if p.take(quote) {
			if word, rest, ok := strings.Cut(p.rest, quote); ok && !strings.Contains(word, `\`) {
				p.rest = rest
				return word, nil
			}
		}
	}
	return "", fmt.Errorf("header: %.40q, want a word in quotes", p.rest)
}

// descr reads the type of the elements, and whether their high byte comes first.
func (p *literal) descr() (t Type, swapped bool, err error) {
	if strings.HasPrefix(p.rest, "[") {
		return "", false, fmt.Errorf("header: descr %.40s: a structured type, want one of %q", p.rest, types)
	}
	word, err := p.word()
	if err != nil {
		return "", false, err
	}
	if t, swapped, err = parseType(word); err != nil {
		return "", false, fmt.Errorf("header: %w", err)
	}
	return t, swapped, nil
}

// order reports whether the array is in Fortran's order.
func (p *literal) order() (columns bool, err error) {
	if p.take("True") {
		return true, nil
	}
	return false, p.want("False")
}

// shape reads a tuple of sizes, of which Python 2 wrote some as 3L.
func (p *literal) shape() ([]int, error) {
	if err := p.want("("); err != nil {
		return nil, err
	}
	shape := []int{}
	for !p.take(")") {
		digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789"))]
		size, err := strconv.Atoi(digits)
		if errors.Is(err, strconv.ErrRange) {
			return nil, fmt.Errorf("header: a size of %.40s in the shape, want at most %d", digits, math.MaxInt)
		} else if err != nil {
			return nil, fmt.Errorf("header: %.40q, want a size of the shape", p.rest)
		}
		shape, p.rest = append(shape, size), p.rest[len(digits):]
		p.take("L")
		if err := untrusted.ArrayRank.Check(int64(len(shape))); err != nil {
			return nil, fmt.Errorf("header: a shape of %w", err)
		}
		if !p.take(",") {
			if err := p.want(")"); err != nil {
				return nil, err
			}
			break
		}
	}
	return shape, nil
}
