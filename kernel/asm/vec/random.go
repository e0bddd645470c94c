package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"

	"latentspace/kernel/asm/neon"
)

// The inverse of the normal distribution function, see random.go of the kernel
// package.
var (
	centralTerms = []float64{1.253314144127626, 0.3281165314873491, 0.016336031136684078, -0.0033111259930977683, -0.0001670039789950134, 5.285165511625379e-05, 1.0360682409012938e-05, -4.150298894025458e-06, 5.466041803874868e-07, -3.4744183915102995e-08, 9.018951429292575e-10}
	tailTerms    = []float64{5.553761522921547, -9.868902673236244, 9.82970709990712, -5.018308859048627, 1.6503857160933026, -0.36173623219438106, 0.05276568276961759, -0.004934953358868856, 0.0002683727074022641, -6.463238518322788e-06}
)

const (
	golden     = 0x9e3779b97f4a7c15
	firstMixer = 0xbf58476d1ce4e5b9
	lastMixer  = 0x94d049bb133111eb
)

// mulInt is the low half of the product of 64-bit integers with a constant.
func (l *lanes) mulInt(a vec, b uint64) vec {
	if l.wide {
		return l.two(l.VPMULLQ, a, l.bits(b))
	}
	if l.neon {
		d := l.vec()
		l.Instruction(neon.Multiply(l.bits(b>>32|b<<32), l.bits(b), a, d))
		return d
	}
	cross := l.addInt(l.two(l.VPMULUDQ, l.right(a, 32), l.bits(b)), l.two(l.VPMULUDQ, a, l.bits(b>>32)))
	return l.addInt(l.two(l.VPMULUDQ, a, l.bits(b)), l.left(cross, 32))
}

func (l *lanes) mix(z vec) vec {
	z = l.mulInt(l.xor(z, l.right(z, 30)), firstMixer)
	z = l.mulInt(l.xor(z, l.right(z, 27)), lastMixer)
	return l.xor(z, l.right(z, 31))
}

// quantile is the normal value of 64 random bits.
func (l *lanes) quantile(z vec) vec {
	d := l.or(l.right(z, 12), l.bits(0x3ff<<52))
	v := l.sub(d, l.c(1.5))
	v = l.add(l.add(v, v), l.c(0x1p-52))
	a := l.abs(v)
	one := l.load(l.c(1))
	w := l.neg(l.log(l.mul(l.sub(one, a), l.add(a, one))))
	y := l.choose(l.cmp(less, w, l.c(6.25)), l.horner(w, centralTerms), l.horner(l.sqrt(w), tailTerms))
	return l.mul(v, y)
}

var randoms = []program{
	{name: "normal", signature: "(dst []float32, start, key uint64)", write: func(l *lanes) {
		n, dst := l.length("dst"), l.base("dst")
		state, stride, keys := l.vec(), l.load(l.bits(uint64(golden8))), l.vec()
		l.broadcastInt("key", keys)
		l.broadcastInt("start", state)
		states := []vec{state}
		for h := range l.halves() {
			if h == 1 {
				states = append(states, l.addInt(state, l.ramp(4)))
			}
		}
		states[0] = l.addInt(state, l.ramp(0))
		l.loop(n, func(p part) {
			s := states[p.half]
			y := l.quantile(l.mix(l.xor(s, keys)))
			l.VPADDQ(stride, s, s)
			l.put(dst, p, y)
		})
	}},
}

// golden8 is eight steps of the counter.
var golden8 = func() uint64 { g := uint64(golden); return 8 * g }()

func (l *lanes) broadcastInt(name string, d vec) {
	at, err := l.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	l.VPBROADCASTQ(at.Addr, d)
}

// ramp has the steps of the counter from first for the lanes of a register.
func (l *lanes) ramp(first uint64) operand.Mem {
	name := "ramp0"
	if first != 0 {
		name = "ramp4"
	}
	m := l.StaticGlobal(name)
	l.DataAttributes(attr.RODATA | attr.NOPTR)
	width := 4
	if l.wide {
		width = 8
	}
	for i := range width {
		step := uint64(golden)
		l.AddDatum(8*i, operand.U64((first+uint64(i))*step))
	}
	return m
}
