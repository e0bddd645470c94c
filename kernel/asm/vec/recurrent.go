package main

import "github.com/mmcloughlin/avo/reg"

// recurrences has the steps of recurrent layers: the loops of lstm.go and gru.go of the kernel
// package, operation by operation.
var recurrences = []program{
	recurrence("lstm", "(h, c, i, f, o, g, before []float32)", []string{"h", "c", "i", "f", "o", "g", "before"},
		func(s *step) {
			c := s.mul(s.keep("f", s.sigmoid(s.of("f"))), s.of("before"))
			in := s.keep("i", s.sigmoid(s.of("i")))
			c = s.keep("c", s.flush(s.plus(c, in, s.keep("g", s.tanh(s.of("g"))))))
			t := s.tanh(c)
			s.keep("h", s.flush(s.mul(s.keep("o", s.sigmoid(s.of("o"))), t)))
		}),
	recurrence("lstmGrad", "(i, f, o, g, dc, dh, c, before []float32)", []string{"i", "f", "o", "g", "dc", "dh", "c", "before"},
		func(s *step) {
			t := s.tanh(s.of("c"))
			i, f, o, g := s.of("i"), s.of("f"), s.of("o"), s.of("g")
			dh, dc, before := s.of("dh"), s.of("dc"), s.of("before")
			dc = s.plus(dc, s.mul(dh, o), s.minus(s.load(s.c(1)), t, t))
			s.keep("o", s.mul(s.mul(dh, t), s.slope(o)))
			s.keep("i", s.mul(s.mul(dc, g), s.slope(i)))
			s.keep("f", s.mul(s.mul(dc, before), s.slope(f)))
			s.keep("g", s.mul(s.mul(dc, i), s.minus(s.load(s.c(1)), g, g)))
			s.keep("dc", s.flush(s.mul(dc, f)))
		}),
	recurrence("gru", "(h, r, z, n, q, before []float32)", []string{"h", "r", "z", "n", "q", "before"},
		func(s *step) {
			r := s.keep("r", s.sigmoid(s.of("r")))
			n := s.keep("n", s.tanh(s.plus(s.of("n"), r, s.of("q"))))
			z := s.keep("z", s.sigmoid(s.of("z")))
			s.keep("h", s.flush(s.times(z, s.sub(s.of("before"), n), n)))
		}),
	recurrence("gruGrad", "(r, z, q, n, dh, before []float32)", []string{"r", "z", "q", "n", "dh", "before"},
		func(s *step) {
			r, z, q, n, dh, before := s.of("r"), s.of("z"), s.of("q"), s.of("n"), s.of("dh"), s.of("before")
			dn := s.mul(s.minus(s.copy(dh), dh, z), s.minus(s.load(s.c(1)), n, n))
			s.keep("r", s.mul(s.mul(dn, q), s.slope(r)))
			s.keep("z", s.mul(s.mul(dh, s.sub(before, n)), s.slope(z)))
			s.keep("q", s.mul(dn, r))
			s.keep("n", dn)
			s.keep("dh", s.mul(dh, z))
		}),
}

// step is some units of a step.
type step struct {
	*lanes
	part
	bases map[string]reg.Register
	magic vec
}

func recurrence(name, signature string, arrays []string, write func(s *step)) program {
	return program{name: name, signature: signature, single: true, write: func(l *lanes) {
		s := &step{lanes: l, bases: map[string]reg.Register{}}
		n := l.length(arrays[0])
		for _, a := range arrays {
			s.bases[a] = l.base(a)
		}
		s.magic = l.load(l.c(3 << 22))
		l.loop(n, func(p part) {
			s.part = p
			write(s)
		})
	}}
}

// of is what an array has for the units, and keep gives it others.
func (s *step) of(array string) vec { return s.get(s.bases[array], s.part) }

func (s *step) keep(array string, x vec) vec {
	s.put(s.bases[array], s.part, x)
	return x
}

// slope is y(1 − y), the derivative of the sigmoid y.
func (s *step) slope(y vec) vec { return s.minus(s.copy(y), y, y) }

const singleSign = 1 << 31

func (s *step) sigmoid(x vec) vec {
	e := s.expSingle(s.magic, s.or(x, s.bits(singleSign)))
	one := s.load(s.c(1))
	y := s.div(s.choose(s.cmp(less, x, s.c(0)), e, one), s.add(e, one))
	return s.choose(s.cmp(notEqual, x, x), x, y)
}

func (s *step) tanh(x vec) vec {
	a := s.or(x, s.bits(singleSign))
	u, n := s.reduceSingle(s.magic, s.max(s.load(s.c(-certain)), s.add(a, a)))
	two := s.addInt(n, s.c(1))
	e := s.plus(s.sub(two, s.c(1)), two, u)
	y := s.div(e, s.add(e, s.c(2)))
	y = s.or(s.and(y, s.bits(singleSign-1)), s.and(x, s.bits(singleSign)))
	return s.choose(s.cmp(notEqual, x, x), x, y)
}
