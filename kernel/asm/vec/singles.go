package main

import (
	"github.com/mmcloughlin/avo/reg"

	"latentspace/kernel/asm/neon"
)

// single is dst[i] = f(sources[i] …) in float32 lanes, with scalar parameters.
func single(name, signature string, sources, scalars []string, f func(l *lanes, x, c []vec) vec) program {
	return program{name: name, signature: signature, single: true, write: func(l *lanes) {
		var c []vec
		for _, s := range scalars {
			c = append(c, l.scalar(s))
		}
		l.mapping(sources, func(x []vec) vec { return f(l, x, c) })
	}}
}

func binary(name string, f func(l *lanes, a, b op) vec) program {
	return single(name, "(dst, a, b []float32)", []string{"a", "b"}, nil,
		func(l *lanes, x, _ []vec) vec { return f(l, x[0], x[1]) })
}

// flush is x, and 0 where x is subnormal. NaN stays.
func (l *lanes) flush(x vec) vec {
	if l.neon {
		return l.two(l.instruction(neon.Flush), x, l.c(smallestNormal))
	}
	normal := l.cmp(notLess, l.and(x, l.bits(1<<31-1)), l.c(smallestNormal))
	if !l.wide {
		return l.and(x, normal)
	}
	d := l.vec()
	l.VMOVAPS_Z(x, normal, d)
	return d
}

// smallestNormal is the smallest number above 0 that is not subnormal.
const smallestNormal = 0x1p-126

// positive is the mask of y > 0.
func (l *lanes) positive(y op) op { return l.cmp(greater, y, l.c(0)) }

var (
	one  = []string{"x"}
	grad = []string{"y", "g"}
)

var singles = []program{
	binary("add", (*lanes).add),
	binary("sub", (*lanes).sub),
	binary("mul", (*lanes).mul),
	binary("div", (*lanes).div),
	single("addScaled", "(dst, a, b []float32, c float32)", []string{"a", "b"}, []string{"c"},
		func(l *lanes, x, c []vec) vec { return l.add(x[0], l.mul(c[0], x[1])) }),
	single("sqrt", "(dst, x []float32)", one, nil,
		func(l *lanes, x, _ []vec) vec { return l.sqrt(x[0]) }),
	single("reciprocal", "(dst, x []float32)", one, nil,
		func(l *lanes, x, _ []vec) vec { return l.div(l.load(l.c(1)), x[0]) }),
	single("relu", "(dst, x []float32)", one, nil,
		func(l *lanes, x, _ []vec) vec {
			zero := l.load(l.c(0))
			return l.choose(l.cmp(notLessEqual, x[0], zero), x[0], zero)
		}),
	single("leakyReLU", "(dst, x []float32, slope float32)", one, []string{"slope"},
		func(l *lanes, x, c []vec) vec { return l.choose(l.positive(x[0]), x[0], l.mul(c[0], x[0])) }),
	single("scale", "(dst, x []float32, c float32)", one, []string{"c"},
		func(l *lanes, x, c []vec) vec { return l.mul(c[0], x[0]) }),
	single("addScalar", "(dst, x []float32, c float32)", one, []string{"c"},
		func(l *lanes, x, c []vec) vec { return l.add(x[0], c[0]) }),
	single("fill", "(dst []float32, c float32)", nil, []string{"c"},
		func(_ *lanes, _, c []vec) vec { return c[0] }),
	single("reluGrad", "(dst, y, g []float32)", grad, nil,
		func(l *lanes, x, _ []vec) vec { return l.choose(l.positive(x[0]), x[1], l.load(l.c(0))) }),
	single("leakyReLUGrad", "(dst, y, g []float32, slope float32)", grad, []string{"slope"},
		func(l *lanes, x, c []vec) vec { return l.choose(l.positive(x[0]), x[1], l.mul(x[1], c[0])) }),
	single("tanhGrad", "(dst, y, g []float32)", grad, nil,
		func(l *lanes, x, _ []vec) vec { return l.mul(x[1], l.sub(l.load(l.c(1)), l.mul(x[0], x[0]))) }),
	single("sigmoidGrad", "(dst, y, g []float32)", grad, nil,
		func(l *lanes, x, _ []vec) vec {
			return l.mul(l.mul(x[1], x[0]), l.sub(l.load(l.c(1)), x[0]))
		}),
	single("eluGrad", "(dst, y, g []float32, alpha float32)", grad, []string{"alpha"},
		func(l *lanes, x, c []vec) vec {
			return l.choose(l.positive(x[0]), x[1], l.mul(x[1], l.add(x[0], c[0])))
		}),
	single("expBoundedGrad", "(dst, y, g []float32, top float32)", grad, []string{"top"},
		func(l *lanes, x, c []vec) vec { return l.mul(x[1], l.min(c[0], x[0])) }),
	single("normalise", "(dst, x, mean, factor, bias []float32)", []string{"x", "mean", "factor", "bias"}, nil,
		func(l *lanes, x, _ []vec) vec { return l.add(l.mul(l.sub(x[0], x[1]), x[2]), x[3]) }),
	single("flush", "(dst, x []float32)", one, nil,
		func(l *lanes, x, _ []vec) vec { return l.flush(x[0]) }),
	update("sgd", "(w, g []float32, rate, decay float32)", []string{"w", "g"}, []string{"rate", "decay"}, []int{0},
		func(l *lanes, x, c []vec) []vec {
			d := l.add(x[1], l.mul(c[1], x[0]))
			return []vec{l.flush(l.sub(x[0], l.mul(c[0], d)))}
		}),
	update("momentum", "(w, g, u []float32, rate, mu, decay float32)", []string{"w", "g", "u"}, []string{"rate", "mu", "decay"}, []int{0, 2},
		func(l *lanes, x, c []vec) []vec {
			d := l.add(x[1], l.mul(c[2], x[0]))
			v := l.flush(l.add(l.mul(c[1], x[2]), d))
			return []vec{l.flush(l.sub(x[0], l.mul(c[0], v))), v}
		}),
	update("nesterov", "(w, g, u []float32, rate, mu, decay float32)", []string{"w", "g", "u"}, []string{"rate", "mu", "decay"}, []int{0, 2},
		func(l *lanes, x, c []vec) []vec {
			d := l.add(x[1], l.mul(c[2], x[0]))
			v := l.flush(l.add(l.mul(c[1], x[2]), d))
			return []vec{l.flush(l.sub(x[0], l.mul(c[0], l.add(d, l.mul(c[1], v))))), v}
		}),
	update("rmsProp", "(w, g, v []float32, rate, rho, rest, eps float32)", []string{"w", "g", "v"}, []string{"rate", "rho", "rest", "eps"}, []int{0, 2},
		func(l *lanes, x, c []vec) []vec {
			s := l.flush(l.add(l.mul(c[1], x[2]), l.mul(c[2], l.mul(x[1], x[1]))))
			step := l.div(l.mul(c[0], x[1]), l.add(l.sqrt(s), c[3]))
			return []vec{l.flush(l.sub(x[0], step)), s}
		}),
	update("rmsPropMomentum", "(w, g, v, u []float32, rate, rho, rest, eps, mu float32)", []string{"w", "g", "v", "u"}, []string{"rate", "rho", "rest", "eps", "mu"}, []int{0, 2, 3},
		func(l *lanes, x, c []vec) []vec {
			s := l.flush(l.add(l.mul(c[1], x[2]), l.mul(c[2], l.mul(x[1], x[1]))))
			y := l.flush(l.add(l.mul(c[4], x[3]), l.div(x[1], l.add(l.sqrt(s), c[3]))))
			return []vec{l.flush(l.sub(x[0], l.mul(c[0], y))), s, y}
		}),
	update("adam", "(w, g, m, v []float32, beta1, rest1, beta2, rest2, rate, scale, eps, keep float32)", []string{"w", "g", "m", "v"},
		[]string{"beta1", "rest1", "beta2", "rest2", "rate", "scale", "eps", "keep"}, []int{0, 2, 3},
		func(l *lanes, x, c []vec) []vec {
			mean := l.flush(l.add(l.mul(c[0], x[2]), l.mul(c[1], x[1])))
			square := l.flush(l.add(l.mul(c[2], x[3]), l.mul(c[3], l.mul(x[1], x[1]))))
			step := l.div(l.mul(c[4], mean), l.add(l.mul(c[5], l.sqrt(square)), c[6]))
			return []vec{l.flush(l.sub(l.mul(c[7], x[0]), step)), mean, square}
		}),
	update("ema", "(avg, w []float32, rest float32)", []string{"avg", "w"}, []string{"rest"}, []int{0},
		func(l *lanes, x, c []vec) []vec {
			return []vec{l.flush(l.add(x[0], l.mul(c[0], l.sub(x[1], x[0]))))}
		}),
}

// update reads arrays and writes back those numbered in written.
func update(name, signature string, arrays, scalars []string, written []int, f func(l *lanes, x, c []vec) []vec) program {
	return program{name: name, signature: signature, single: true, write: func(l *lanes) {
		n := l.length(arrays[0])
		var bases []reg.Register
		for _, a := range arrays {
			bases = append(bases, l.base(a))
		}
		var c []vec
		for _, s := range scalars {
			c = append(c, l.scalar(s))
		}
		l.loop(n, func(p part) {
			var x []vec
			for _, b := range bases {
				x = append(x, l.get(b, p))
			}
			for i, v := range f(l, x, c) {
				l.put(bases[written[i]], p, v)
			}
		})
	}}
}
