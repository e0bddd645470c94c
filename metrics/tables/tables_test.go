package tables

import (
	"context"
	"math"
	"testing"
)

// formula is a table of n rows by a formula that another program can have too.
func formula(n, k int) Table {
	t := Table{{Name: "x"}, {Name: "y"}, {Name: "w", Words: 3}, {Name: "v", Words: 2}}
	for i := range n {
		x := float64(i*37%101) + 0.25*float64(k)*float64(i%7)
		y := x*x/10 + float64((i*13%17)*(1+k))
		if i%9 == 4 {
			y = math.NaN()
		}
		v := 0.0
		if x > float64(40+5*k) {
			v = 1
		}
		if i%(11-k) == 3 {
			v = math.NaN()
		}
		for c, value := range []float64{x, y, float64((i*(5+k) + i/4) % 3), v} {
			t[c].Values = append(t[c].Values, value)
		}
	}
	return t
}

// The numbers are those of SDMetrics 0.32, ColumnShapes and ColumnPairTrends on the same tables, and
// QualityReport's mean of the related pairs:
//
//	i = np.arange(n); x = (i*37 % 101) + 0.25*k*(i % 7)
//	y = x*x/10 + (i*13 % 17)*(1+k); y[i % 9 == 4] = nan
//	w = ["a","b","c"][(i*(5+k) + i//4) % 3]
//	v = where(x > 40+5*k, "up", "down"); v[i % (11-k) == 3] = None
//
// with n = 200, k = 0 as the real and n = 150, k = 1 as the synthetic table.
func TestSimilarityIsThatOfSDMetrics(t *testing.T) {
	s, err := Compare(formula(200, 0), formula(150, 1))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.981667, 0.946059, 0.846667, 0.962393} {
		if math.Abs(s.Shapes[k]-want) > 2e-6 {
			t.Errorf("the shape of column %d: got %v, want %v", k, s.Shapes[k], want)
		}
	}
	for k, want := range []float64{0.999939, 0.788333, 0.858333, 0.790000, 0.891667, 0.846667} {
		if math.Abs(s.Pairs[k].Alike-want) > 2e-6 {
			t.Errorf("the trend of pair %d: got %v, want %v", k, s.Pairs[k], want)
		}
	}
	if math.Abs(s.RelatedTrend.Value-0.916646) > 2e-6 {
		t.Errorf("the trend of related pairs: got %v, want 0.916646", s.RelatedTrend)
	}
	if !(s.Shape.Error > 0 && s.Shape.Error < 0.05 && s.Trend.Error > 0 && s.Trend.Error < 0.05) {
		t.Errorf("errors of the means: %v, %v, want small ones", s.Shape, s.Trend)
	}
}

func TestACopyIsEqualAndIsFound(t *testing.T) {
	ctx, real, held := context.Background(), formula(400, 0), formula(300, 1)
	s, err := Compare(real, real)
	if err != nil || s.Shape.Value != 1 || s.Trend.Value != 1 {
		t.Errorf("a table beside itself: %v, %v, %v, want 1", s.Shape, s.Trend, err)
	}
	p, err := Guard(ctx, real, real, held)
	if err != nil {
		t.Fatal(err)
	}
	if p.Copies.Value != 1 || p.HeldCopies.Value > 0.1 || p.Membership.Value < 0.9 {
		t.Errorf("copied rows: %v copies, %v of held rows, membership %v, want 1, few and near 1", p.Copies, p.HeldCopies, p.Membership)
	}
	if p.Nearest[7] != 7 || p.Distances[7] != 0 {
		t.Errorf("the nearest row of a copy: %d at %v, want itself", p.Nearest[7], p.Distances[7])
	}
	d, err := Discriminate(ctx, real, real)
	if err != nil || math.Abs(d.Value-0.5) > 3*d.Error+0.02 {
		t.Errorf("a table and its copy are told apart: %v, %v, want 0.5", d, err)
	}
	unrelated := formula(400, 0)
	for i := range unrelated[3].Values {
		unrelated[3].Values[i] = float64(i * 7919 % 13 % 2)
	}
	d, err = Discriminate(ctx, real, unrelated)
	if err != nil || d.Value < 0.7 {
		t.Errorf("a table in which two columns are not related: %v, %v, want it told apart", d, err)
	}
}

// The column v says whether x is above 40: whoever learns it from rows in which v is random tells no
// more than chance.
func TestAClassifierLearnsFromWhatIsThere(t *testing.T) {
	ctx, real, test := context.Background(), formula(400, 0), formula(200, 0)
	random := formula(400, 0)
	for i := range random[3].Values {
		random[3].Values[i] = float64(i * 7919 % 13 % 2)
	}
	l, err := Learn(ctx, random, real, test, 3)
	if err != nil {
		t.Fatal(err)
	}
	if l.Real.Value < 0.95 || l.Synthetic.Value > 0.8 || l.Chance.Value < 0.5 {
		t.Errorf("real %v, random %v, chance %v, want near 1, little and above a half", l.Real, l.Synthetic, l.Chance)
	}
	if _, err := Learn(ctx, real, real, test, 0); err == nil {
		t.Error("a column of numbers is taken for a label")
	}
}

func TestCorrelationsOfConstantsAreLeftOut(t *testing.T) {
	a := Table{{Name: "x", Values: []float64{1, 1, 1}}, {Name: "y", Values: []float64{1, 2, 3}}}
	if got := Pair(a[0], a[1], a[0], a[1]); !math.IsNaN(got) {
		t.Errorf("got %v, want no number", got)
	}
	if got := Shape(Column{Values: []float64{math.NaN()}}, a[1]); !math.IsNaN(got) {
		t.Errorf("the shape of a column that is missing: got %v, want no number", got)
	}
}

// Of y = x the correlation is 1: a constant in place of y has half of it, and none of its shape if it
// is missing.
func TestSyntheticColumnsThatSayNothingCountAsUnlike(t *testing.T) {
	x := Column{Values: []float64{1, 2, 3}}
	constant, missing := Column{Values: []float64{2, 2, 2}}, Column{Values: []float64{math.NaN(), math.NaN(), math.NaN()}}
	for name, c := range map[string]struct {
		got, want float64
	}{
		"a constant beside a relation":        {Pair(x, x, x, constant), 0.5},
		"a missing column beside a relation":  {Pair(x, x, x, missing), 0.5},
		"a missing column beside its numbers": {Shape(x, missing), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

// Words from number 63 on have one place in a vector, so that rows 0 and 1 are equally near to a copy
// of row 1.
func TestACopyIsFoundAmongRowsThatAreEquallyNear(t *testing.T) {
	train := Table{{Name: "w", Words: 80, Values: []float64{70, 71, 72, 73}}}
	made := Table{{Name: "w", Words: 80, Values: []float64{71, 73, 75, math.NaN()}}}
	p, err := Guard(t.Context(), made, train, made)
	if err != nil {
		t.Fatal(err)
	}
	if p.Copies.Value != 0.5 {
		t.Errorf("copies: got %v, want half of the rows", p.Copies)
	}
}
