package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// programs has every loop, in the order of the kernel's files.
var programs = concat(unaries, singles, recurrences, reductions, randoms, embeddings, bytewise)

func concat(lists ...[]program) []program {
	var all []program
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// base is where a slice begins.
func (l *lanes) base(name string) reg.Register { return l.Load(l.Param(name).Base(), l.GP64()) }

// length is how long a slice is.
func (l *lanes) length(name string) reg.Register { return l.Load(l.Param(name).Len(), l.GP64()) }

// scalar is a parameter in every lane.
func (l *lanes) scalar(name string) vec {
	at, err := l.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	d := l.vec()
	switch {
	case l.narrow:
		l.MOVSS(at.Addr, d)
		l.SHUFPS(operand.U8(0), d, d)
	case l.single:
		l.VBROADCASTSS(at.Addr, d)
	default:
		l.VBROADCASTSD(at.Addr, d)
	}
	return d
}

// mapping is dst[i] = f(sources[i] …).
func (l *lanes) mapping(sources []string, f func(x []vec) vec) {
	n, dst := l.length("dst"), l.base("dst")
	var bases []reg.Register
	for _, s := range sources {
		bases = append(bases, l.base(s))
	}
	l.loop(n, func(p part) {
		var x []vec
		for _, b := range bases {
			x = append(x, l.get(b, p))
		}
		l.put(dst, p, f(x))
	})
}

// unary is a function of one array that takes exp's bounds.
func unary(name string, f func(l *lanes, b bounds, x op) vec) program {
	return program{name: name, signature: "(dst, x []float32)", write: func(l *lanes) {
		b := l.bounds()
		l.mapping([]string{"x"}, func(x []vec) vec { return f(l, b, x[0]) })
	}}
}

var unaries = []program{
	unary("exp", (*lanes).exp),
	{name: "log", signature: "(dst, x []float32)", write: func(l *lanes) {
		l.mapping([]string{"x"}, func(x []vec) vec { return l.log(x[0]) })
	}},
	unary("tanh", (*lanes).tanh),
	unary("sigmoid", (*lanes).sigmoid),
	unary("softplus", (*lanes).softplus),
	unary("erf", (*lanes).erf),
	{name: "elu", signature: "(dst, x []float32, alpha float64)", write: func(l *lanes) {
		alpha, b := l.scalar("alpha"), l.bounds()
		l.mapping([]string{"x"}, func(x []vec) vec {
			below := l.mul(alpha, l.expm1(b, x[0]))
			return l.choose(l.cmp(greater, x[0], l.c(0)), x[0], below)
		})
	}},
	{name: "expBounded", signature: "(dst, x []float32, bound, top float64)", write: func(l *lanes) {
		bound, top, b := l.scalar("bound"), l.scalar("top"), l.bounds()
		l.mapping([]string{"x"}, func(x []vec) vec { return l.expBounded(b, bound, top, x[0]) })
	}},
}

// expBounded is top·(1 + x − bound) above the bound.
func (l *lanes) expBounded(b bounds, bound, top vec, x op) vec {
	line := l.mul(top, l.sub(l.add(x, l.c(1)), bound))
	return l.choose(l.cmp(greater, x, bound), line, l.exp(b, x))
}
