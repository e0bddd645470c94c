package latent

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// codeOf gives an example its index and a class the value of its name.
func codeOf(o Operand) ([]float32, error) {
	classes := map[string]float32{"3": 100, "seven": 1000, "T-shirt/top": 10_000, "bag": 100_000, "class": 1e6}
	switch v, ok := classes[o.Class]; {
	case o.Class == "":
		return []float32{float32(o.Index), 1}, nil
	case ok:
		return []float32{v, 1}, nil
	}
	return nil, errors.New("no class " + o.Class)
}

func TestExpressions(t *testing.T) {
	cases := []struct {
		in         string
		want, ones float32 // of the values and of the weights
	}{
		{"12", 12, 1},
		{" 1-2+ 4 ", 3, 1},
		{"-5", -5, -1},
		{"0.5*12", 6, 0.5},
		{"2*3*4", 24, 6},
		{"-2*-3*4", 24, 6},
		{"2*-3", -6, -2},
		{"2*-(1+class:3)", -202, -4},
		{".5*class:3", 50, 0.5},
		{"class:3 - 17", 83, 0},
		{"class:seven+seven", 2000, 2},
		{`"T-shirt/top" - 'bag'`, -90_000, 0},
		{`class:"T-shirt/top"/2`, 5000, 0.5},
		{"(2+4)/2", 3, 1},
		{"10 - (1 - (2 - 3))", 8, 0},
		{"2*(1+2*(3+4))/4", 7.5, 2.5},
		{"class", 1e6, 1},
	}
	for _, c := range cases {
		e, err := ParseExpr(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		got, err := e.Eval(codeOf)
		if err != nil || got[0] != c.want || got[1] != c.ones {
			t.Errorf("%s: got %v, %v, want %v of weights %v", c.in, got, err, c.want, c.ones)
		}
	}
}

func TestExpressionErrorsPointAtTheColumn(t *testing.T) {
	cases := []struct{ in, want string }{
		{"", "column 1: found the end, want an example's number, a class or a bracket"},
		{"1 +", "column 4: found the end, want an example's number"},
		{"1 2", `column 3: found "2", want + or - or the end`},
		{"1 + * 2", `column 5: found "*", want an example's number`},
		{"3*0.5", `column 3: found "0.5", want the whole number of an example; a scale stands before a *`},
		{"2.x*3", `column 1: found "2.x", want a number`},
		{"(1 + 2", `column 7: found the end, want )`},
		{"1)", `column 2: found ")", want + or - or the end`},
		{"class: + 1", `column 8: found "+", want the name of a class`},
		{"class:3 - ü.b", `column 11: found "ü.b", want an example's number`},
		{`1 + "bag`, `column 5: found " without a name and another`},
		{`1 + ''`, `column 5: found ' without a name and another`},
		{"2*--3", `column 4: found "-", want an example's number`},
		{"1 + -2", `column 5: found "-", want an example's number`},
		{"1/-2", `column 3: found "-", want a number`},
		{"1/0", "column 3: division by 0"},
		{"1/bag", `column 3: found "bag", want a number`},
		{"99999999999999999999", "want the whole number of an example"},
		{"1e308*1e308*1", "a weight of +Inf, want finite scales"},
		{strings.Repeat("(", 200), "column 102: brackets 101 deep, want at most 100"},
		{strings.Repeat("1+", 6000) + "1", "expression of 12001 bytes, want at most 10000"},
	}
	for _, c := range cases {
		if _, err := ParseExpr(c.in); err == nil || !strings.HasPrefix(err.Error(), "latent: expression") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.in, err, c.want)
		}
	}
	e, _ := ParseExpr("1 + cat")
	if _, err := e.Eval(codeOf); err == nil || err.Error() != "no class cat" {
		t.Errorf("an unknown class: got %v", err)
	}
	_, err := e.Eval(func(o Operand) ([]float32, error) { return make([]float32, len(o.Class)), nil })
	if want := "latent: expression: column 5: class:cat has 3 values, want 0 as 1"; err == nil || err.Error() != want {
		t.Errorf("codes of two lengths: got %v, want %s", err, want)
	}
}

// Whatever parses has finite weights, and each operand reads back as itself.
func FuzzParseExpr(f *testing.F) {
	for _, s := range []string{"12", "a - b + c", "0.5*class:3/2", `class:"T-shirt/top"`, "-(1+'x y')", "((", "1e9*2", "class:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseExpr(s)
		if err != nil {
			return
		}
		for _, term := range e.Terms {
			if math.IsInf(term.Weight, 0) || math.IsNaN(term.Weight) {
				t.Errorf("%q: weight %v", s, term.Weight)
			}
			again, err := ParseExpr(term.Operand.String())
			if err != nil || len(again.Terms) != 1 {
				t.Fatalf("%q: operand %s: %v, %v", s, term.Operand, again, err)
			}
			got := again.Terms[0].Operand
			got.Column = term.Operand.Column
			if got != term.Operand {
				t.Errorf("%q: operand %+v reads back as %+v", s, term.Operand, got)
			}
		}
	})
}
