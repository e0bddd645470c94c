package elementary

import (
	"math"
	"math/big"
)

// The functions with 300 bits, by their series.

const precision = 300

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }
func blank() *big.Float           { return new(big.Float).SetPrec(precision) }

// series sums terms, each the one before times ratio(n), until they vanish.
func series(first *big.Float, ratio func(n int) *big.Float) *big.Float {
	sum, term := blank().Set(first), blank().Set(first)
	for n := 1; term.Sign() != 0 && (n < 3 || term.MantExp(nil) > sum.MantExp(nil)-precision); n++ {
		term.Mul(term, ratio(n))
		sum.Add(sum, term)
	}
	return sum
}

func over(x *big.Float, n int) *big.Float { return blank().Quo(x, number(float64(n))) }

func bigExp(x *big.Float) *big.Float {
	halvings := max(0, x.MantExp(nil)+2)
	small := blank().SetMantExp(x, -halvings)
	y := series(number(1), func(n int) *big.Float { return over(small, n) })
	for range halvings {
		y.Mul(y, y)
	}
	return y
}

// bigLog is by Newton's steps y + x·e⁻ʸ − 1, each of which doubles the digits.
func bigLog(x *big.Float) *big.Float {
	m := blank()
	e := x.MantExp(m)
	f, _ := m.Float64()
	y := number(math.Log(f) + float64(e)*math.Ln2)
	for range 4 {
		step := blank().Mul(x, bigExp(blank().Neg(y)))
		y.Add(y, step.Sub(step, number(1)))
	}
	return y
}

func bigSin(x *big.Float) *big.Float {
	minus := blank().Neg(blank().Mul(x, x))
	return series(x, func(n int) *big.Float { return over(minus, 2*n*(2*n+1)) })
}

func bigCos(x *big.Float) *big.Float {
	minus := blank().Neg(blank().Mul(x, x))
	return series(number(1), func(n int) *big.Float { return over(minus, (2*n-1)*2*n) })
}

// bigAtan halves the angle until its series converges fast.
func bigAtan(x *big.Float) *big.Float {
	y := blank().Set(x)
	const halvings = 10
	for range halvings {
		root := blank().Mul(y, y)
		root.Sqrt(root.Add(root, number(1)))
		y.Quo(y, root.Add(root, number(1)))
	}
	minus := blank().Neg(blank().Mul(y, y))
	power, sum := blank().Set(y), blank()
	for n := 1; n < 200; n += 2 {
		sum.Add(sum, over(power, n))
		power.Mul(power, minus)
	}
	return sum.SetMantExp(sum, halvings)
}

// bigErfc is 1 less Kummer's series.
func bigErfc(x *big.Float) *big.Float {
	twice := blank().Mul(x, x)
	twice.Add(twice, twice)
	sum := series(x, func(n int) *big.Float { return over(twice, 2*n+1) })
	sum.Mul(sum, bigExp(blank().Neg(over(twice, 2))))
	pi := bigAtan(number(1))
	pi.Mul(pi, number(4))
	sum.Mul(sum, number(2))
	sum.Quo(sum, pi.Sqrt(pi))
	return sum.Sub(number(1), sum)
}

// ulps is how far a value is from the true one, in units of its last place.
func ulps(got float64, want *big.Float) float64 {
	f, _ := want.Float64()
	if got == f {
		return 0
	}
	unit := math.Nextafter(math.Abs(f), math.Inf(1)) - math.Abs(f)
	d := blank().Sub(number(got), want)
	off, _ := d.Quo(d, number(unit)).Float64()
	return math.Abs(off)
}
