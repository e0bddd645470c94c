package elementary

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// between draws numbers, evenly or, of both signs alike, by their logarithms.
func between(lo, hi float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return lo + r.Float64()*(hi-lo) }
}

func magnitudes(lo, hi float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Exp(math.Log(lo) + r.Float64()*(math.Log(hi)-math.Log(lo))) }
}

func TestFunctionsAreAsAccurateAsTheySay(t *testing.T) {
	bigLog10 := func(x *big.Float) *big.Float { return blank().Quo(bigLog(x), bigLog(number(10))) }
	bigLog1p := func(x *big.Float) *big.Float { return bigLog(blank().Add(number(1), x)) }
	bigPow := func(y float64) func(*big.Float) *big.Float {
		return func(x *big.Float) *big.Float { return bigExp(blank().Mul(bigLog(x), number(y))) }
	}
	pow := func(y float64) func(float64) float64 { return func(x float64) float64 { return Pow(x, y) } }
	for _, c := range []struct {
		name string
		f    func(float64) float64
		want func(*big.Float) *big.Float
		draw func(*rand.Rand) float64
		most float64 // ulps
	}{
		{"exp, moderate", Exp, bigExp, between(-2, 2), 1},
		{"exp, all", Exp, bigExp, between(-708, 709.78), 1},
		{"exp, tiny", Exp, bigExp, magnitudes(1e-18, 1), 1},
		{"exp, subnormal", Exp, bigExp, between(-745, -708.5), 1},
		{"log, moderate", Log, bigLog, between(0.1, 10), 3},
		{"log, near 1", Log, bigLog, between(0.99, 1.01), 3},
		{"log, all", Log, bigLog, magnitudes(1e-300, 1e300), 3},
		{"log10, all", Log10, bigLog10, magnitudes(1e-300, 1e300), 4},
		{"log1p, tiny", Log1p, bigLog1p, magnitudes(1e-18, 1), 4},
		{"log1p, below", Log1p, bigLog1p, between(-0.9, 0), 4},
		{"sin", Sin, bigSin, between(-0.78, 0.78), 1},
		{"cos", Cos, bigCos, between(-0.78, 0.78), 2},
		{"atan2", func(x float64) float64 { return Atan2(x, 1) }, bigAtan, magnitudes(1e-9, 1e9), 2},
		{"pow 2", pow(2), bigPow(2), magnitudes(1e-9, 1e9), 1},
		{"pow 1000", pow(1000), bigPow(1000), between(0.9, 1.1), 1000},
		{"pow −3", pow(-3), bigPow(-3), magnitudes(1e-9, 1e9), 3},
		{"pow ¼", pow(0.25), bigPow(0.25), magnitudes(0.1, 10), 4},
		{"pow 2.7", pow(2.7), bigPow(2.7), magnitudes(0.1, 10), 6},
		{"erfc, near 0", Erfc, bigErfc, between(-1, 1), 20},
		{"erfc, beyond", Erfc, bigErfc, between(1, 10), 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, worst, at := rand.New(rand.NewPCG(1, 2)), 0.0, 0.0
			for range 500 {
				x := c.draw(r)
				if off := ulps(c.f(x), c.want(number(x))); off > worst {
					worst, at = off, x
				}
			}
			t.Logf("at most %.2f ulps, at %v", worst, at)
			if worst > c.most {
				t.Errorf("of %v: got %v, %.2f ulps off, want at most %v", at, c.f(at), worst, c.most)
			}
		})
	}
}

func TestAnglesBeyondTheFirstEighth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		x := 200 * (r.Float64() - 0.5)
		sin, _ := bigSin(number(x)).Float64()
		cos, _ := bigCos(number(x)).Float64()
		if math.Abs(Sin(x)-sin) > 0x1p-52 || math.Abs(Cos(x)-cos) > 0x1p-52 {
			t.Errorf("sine and cosine of %v: got %v, %v, want %v, %v", x, Sin(x), Cos(x), sin, cos)
		}
	}
	for i := -4000; i <= 4000; i++ {
		turns := float64(i) / 1024 // exact, so that 2π·turns is off by one rounding
		sin, cos := Circle(turns)
		wantSin, wantCos := math.Sincos(2 * math.Pi * turns)
		if math.Abs(sin-wantSin) > 1e-14 || math.Abs(cos-wantCos) > 1e-14 {
			t.Fatalf("circle of %v: got %v, %v, want %v, %v", turns, sin, cos, wantSin, wantCos)
		}
	}
	if got, want := Sin(1e300), math.Sin(math.Mod(1e300, 2*math.Pi)); math.Abs(got-want) > 1e-15 {
		t.Errorf("sine of 1e300: got %v, want %v", got, want)
	}
}

func TestNormalQuantileIsTheInverse(t *testing.T) {
	for p := 1e-12; p < 1; p += 0.0013 {
		// erfc has the accuracy that it says; a step of p is one of x by the density.
		x := NormalQuantile(p)
		density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		if off := (Erfc(-x/math.Sqrt2)/2 - p) / density; math.Abs(off) > 1e-14 {
			t.Errorf("quantile of %v: got %v, which is off by %v", p, x, off)
		}
		if want := math.Sqrt2 * math.Erfinv(2*p-1); p > 1e-3 && math.Abs(x-want) > 1e-12 {
			t.Errorf("quantile of %v: got %v, want %v", p, x, want)
		}
	}
}

// The bits on this list are part of checkpoints: corrections of Adam's means and the
// cosine schedule.
func TestBitsOfTheLibraryWhereItDoesNotFuse(t *testing.T) {
	if fuses() {
		t.Skip("package math fuses products and sums here")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		x := 20 * (r.Float64() - 0.5)
		if Sin(x) != math.Sin(x) || Cos(x) != math.Cos(x) {
			t.Fatalf("sine and cosine of %v: got %v, %v, want %v, %v", x, Sin(x), Cos(x), math.Sin(x), math.Cos(x))
		}
		base, power := r.Float64()*1.1, math.Floor(r.Float64()*20_000)-1000
		if got, want := Pow(base, power), math.Pow(base, power); got != want {
			t.Fatalf("%v to the power of %v: got %v, want %v", base, power, got, want)
		}
	}
}

// fuses reports whether the compiler fuses here: (1 + 2⁻³⁰)² − (1 + 2⁻²⁹) is 2⁻⁶⁰, which
// a product rounded to float64 has lost.
func fuses() bool {
	x := 1 + math.Ldexp(1, -30)
	y := -(1 + math.Ldexp(1, -29))
	return x*x+y != 0
}

func TestEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"exp 0", Exp(0), 1},
		{"exp −∞", Exp(-inf), 0},
		{"exp ∞", Exp(inf), inf},
		{"exp 710", Exp(710), inf},
		{"exp −746", Exp(-746), 0},
		{"exp NaN", Exp(nan), nan},
		{"log 1", Log(1), 0},
		{"log 0", Log(0), -inf},
		{"log −1", Log(-1), nan},
		{"log ∞", Log(inf), inf},
		{"log −∞", Log(-inf), nan},
		{"log NaN", Log(nan), nan},
		{"log1p 0", Log1p(0), 0},
		{"log1p −1", Log1p(-1), -inf},
		{"log1p −2", Log1p(-2), nan},
		{"log1p ∞", Log1p(inf), inf},
		{"log10 1", Log10(1), 0},
		{"log10 1000", Log10(1000), 3},
		{"log10 10²²", Log10(1e22), 22},
		{"log10 0", Log10(0), -inf},
		{"pow 0⁰", Pow(0, 0), 1},
		{"pow 0²", Pow(0, 2), 0},
		{"pow 0⁻²", Pow(0, -2), inf},
		{"pow ∞²", Pow(inf, 2), inf},
		{"pow ∞⁻²", Pow(inf, -2), 0},
		{"pow ½^∞", Pow(0.5, inf), 0},
		{"pow 2^∞", Pow(2, inf), inf},
		{"pow ½^−∞", Pow(0.5, -inf), inf},
		{"pow 2⁵⁰⁰⁰", Pow(2, 5000), inf},
		{"pow 2⁻⁵⁰⁰⁰", Pow(2, -5000), 0},
		{"pow 10⁻³⁰⁰", Pow(10, -300), math.Pow(10, -300)},
		{"pow of a negative number", Pow(-1, 2), nan},
		{"pow NaN", Pow(nan, 2), nan},
		{"sin 0", Sin(0), 0},
		{"sin ∞", Sin(inf), nan},
		{"cos 0", Cos(0), 1},
		{"cos NaN", Cos(nan), nan},
		{"atan2 0, 1", Atan2(0, 1), 0},
		{"atan2 0, −1", Atan2(0, -1), math.Pi},
		{"atan2 1, 0", Atan2(1, 0), math.Pi / 2},
		{"atan2 −1, 0", Atan2(-1, 0), -math.Pi / 2},
		{"atan2 −1, −1", Atan2(-1, -1), -3 * math.Pi / 4},
		{"atan2 ∞, −∞", Atan2(inf, -inf), 3 * math.Pi / 4},
		{"atan2 NaN", Atan2(nan, 1), nan},
		{"hypot 3, 4", Hypot(3, -4), 5},
		{"hypot 0, 0", Hypot(0, 0), 0},
		{"hypot of large ones", Hypot(3e300, 4e300), 5e300},
		{"hypot NaN, ∞", Hypot(nan, inf), inf},
		{"hypot NaN", Hypot(nan, 1), nan},
		{"erfc 0", Erfc(0), 1},
		{"erfc ∞", Erfc(inf), 0},
		{"erfc −∞", Erfc(-inf), 2},
		{"quantile of 0", NormalQuantile(0), -inf},
		{"quantile of 1", NormalQuantile(1), inf},
		{"quantile of ½", NormalQuantile(0.5), 0},
		{"quantile of 2", NormalQuantile(2), nan},
	} {
		if c.got != c.want && !(math.IsNaN(c.got) && math.IsNaN(c.want)) {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

var sink float64 // keeps the work of a benchmark

func BenchmarkFunctions(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
	}{{"exp", Exp}, {"library exp", math.Exp}, {"log", Log}, {"library log", math.Log}} {
		b.Run(c.name, func(b *testing.B) {
			sum := 0.0
			for x := 0.0; b.Loop(); x += 0.001 {
				sum += c.f(x)
			}
			sink = sum
		})
	}
}
