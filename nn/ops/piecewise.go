package ops

import "math"

// Functions whose derivative is constant between kinks.

// Abs is |x|. Its derivative at 0 is 0.
func Abs(x Node) Node {
	return applyUnary(x, "abs", func(dst, x []float32) {
		for i, v := range x {
			dst[i] = float32(math.Abs(float64(v)))
		}
	}, func(x, _, g Node) Node { return Mul(g, Sign(x)) })
}

// Sign is −1, 0 or 1 as x is below, at or above zero, and NaN for NaN. It has no gradient.
func Sign(x Node) Node {
	return apply(still{"sign", func(v float32) float32 {
		switch {
		case v > 0:
			return 1
		case v < 0:
			return -1
		}
		return v
	}}, x.Shape(), x)
}

// Round is the nearest integer, the even one of two. It has no gradient.
func Round(x Node) Node {
	return apply(still{"round", func(v float32) float32 { return float32(math.RoundToEven(float64(v))) }}, x.Shape(), x)
}

// still is a function that is constant between its steps, element by element.
type still struct {
	name string
	f    func(float32) float32
}

func (d still) Name() string      { return d.name }
func (still) Attrs() []Attr       { return nil }
func (still) elementwise()        {}
func (still) parts(*Op) Parts     { return elements(1) }
func (still) constantIn(int) bool { return true }
func (d still) Run(out []float32, in [][]float32, _ []float32) {
	for i, v := range in[0] {
		out[i] = d.f(v)
	}
}
func (still) Diff([]Node, Node, Node) []Node { return []Node{{}} }

// Clamp is x where it is in [lo, hi], and the nearer of the two elsewhere. The derivative
// is 1 from lo to hi and 0 outside. Either bound may be infinite.
func Clamp(x Node, lo, hi float32) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	if !(lo <= hi) {
		return Errorf("clamp: to [%v, %v], want the first of them no larger", lo, hi)
	}
	attrs := []Attr{{"lo", lo}, {"hi", hi}}
	return apply(unary{name: "clamp", attrs: attrs,
		run: func(dst, x []float32) {
			for i, v := range x {
				dst[i] = min(max(v, lo), hi)
			}
		},
		diff: func(x, _, g Node) Node { return within(x, g, lo, hi) }}, x.Shape(), x)
}

// within is g where x is in [lo, hi], and zero elsewhere.
func within(x, g Node, lo, hi float32) Node {
	return apply(gradient{name: "clamp gradient", attrs: []Attr{{"lo", lo}, {"hi", hi}},
		run: func(dst, x, g []float32) {
			for i, v := range x {
				if lo <= v && v <= hi {
					dst[i] = g[i]
				} else {
					dst[i] = 0
				}
			}
		}}, x.Shape(), x, g)
}
