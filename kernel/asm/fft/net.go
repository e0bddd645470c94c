package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// net writes straight-line code over more vectors than there are registers. Its
// operations are noted, and written by flush, when it is known where each value is
// needed next: of the registers in use, the one that is needed last is given up, to
// the stack if its value has no other place.
//
// Belady, A study of replacement algorithms for a virtual-storage computer, IBM
// Systems Journal 1966.
type net struct {
	*build.Context
	wide bool // AVX-512
	neon bool // AVX2's programs, to be translated

	list      []*value
	slots     []operand.Mem // on the stack
	constants map[string]operand.Mem
}

type op = operand.Op

// value is a vector and the operation that makes it; a store makes none.
type value struct {
	write    func(a, b, d op)
	a, b     *value
	from     *operand.Mem // where a load has it from, and it may be had again
	store    bool
	uses     []int // where in the list
	register int   // -1 for none
	slot     int   // -1 for none
}

func (n *net) bytes() int {
	if n.wide {
		return 64
	}
	return 32
}

// halves is in how many registers the sixteen lanes of a row are.
func (n *net) halves() int { return 64 / n.bytes() }

func (n *net) note(v *value) *value {
	v.register, v.slot = -1, -1
	for _, o := range []*value{v.a, v.b} {
		if o != nil {
			o.uses = append(o.uses, len(n.list))
		}
	}
	n.list = append(n.list, v)
	return v
}

func (n *net) load(m operand.Mem) *value {
	return n.note(&value{write: func(_, _, d op) { n.VMOVUPS(m, d) }})
}

func (n *net) broadcast(m operand.Mem) *value {
	return n.note(&value{from: &m, write: func(_, _, d op) { n.VBROADCASTSS(m, d) }})
}

func (n *net) store(v *value, m operand.Mem) {
	n.note(&value{a: v, store: true, write: func(a, _, _ op) { n.VMOVUPS(a, m) }})
}

func (n *net) add(a, b *value) *value {
	return n.note(&value{a: a, b: b, write: func(a, b, d op) { n.VADDPS(b, a, d) }})
}

func (n *net) sub(a, b *value) *value {
	return n.note(&value{a: a, b: b, write: func(a, b, d op) { n.VSUBPS(b, a, d) }})
}

func (n *net) mul(a, b *value) *value {
	return n.note(&value{a: a, b: b, write: func(a, b, d op) { n.VMULPS(b, a, d) }})
}

// times is a vector in memory times v.
func (n *net) times(v *value, m operand.Mem) *value {
	return n.note(&value{a: v, write: func(a, _, d op) { n.VMULPS(m, a, d) }})
}

// scale is c·v.
func (n *net) scale(v *value, c float64) *value { return n.times(v, n.constant(c)) }

// constant is a number in every lane.
func (n *net) constant(c float64) operand.Mem {
	lanes := make([]float64, n.bytes()/4)
	for i := range lanes {
		lanes[i] = c
	}
	return n.vector(fmt.Sprintf("fft%d_%08x", len(lanes), math.Float32bits(float32(c))), lanes)
}

// vector is numbers in memory. Their bits are written as integers: avo writes whole
// floats as integers of that value.
func (n *net) vector(name string, lanes []float64) operand.Mem {
	if m, ok := n.constants[name]; ok {
		return m
	}
	m := n.StaticGlobal(name)
	n.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, c := range lanes {
		n.AddDatum(4*i, operand.U32(math.Float32bits(float32(c))))
	}
	n.constants[name] = m
	return m
}

// registers of the instruction set, which the code between flushes may not use.
func (n *net) registers() []reg.VecPhysical {
	if n.neon { // whose translation needs some for itself
		return []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
			reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14}
	}
	if !n.wide {
		return []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
			reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
	}
	return []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}
}

// flush writes what was noted.
func (n *net) flush() {
	registers := n.registers()
	holds := make([]*value, len(registers))
	var freeSlots []int
	for i := range n.slots {
		freeSlots = append(freeSlots, i)
	}
	next := func(v *value, now int) int { // where v is used, at now or behind
		for _, u := range v.uses {
			if u >= now {
				return u
			}
		}
		return math.MaxInt
	}
	release := func(v *value) {
		if v.register >= 0 {
			holds[v.register] = nil
		}
		if v.slot >= 0 {
			freeSlots = append(freeSlots, v.slot)
		}
		v.register, v.slot = -1, -1
	}
	// take finds a register at step now, which must not be that of a or b.
	take := func(now int, a, b *value) int {
		worst, last := -1, -1
		for r, v := range holds {
			if v == nil {
				return r
			}
			if v != a && v != b && next(v, now) > last {
				worst, last = r, next(v, now)
			}
		}
		v := holds[worst]
		if v.slot < 0 && v.from == nil {
			if len(freeSlots) == 0 {
				freeSlots = append(freeSlots, len(n.slots))
				n.slots = append(n.slots, n.AllocLocal(n.bytes()))
			}
			v.slot = freeSlots[len(freeSlots)-1]
			freeSlots = freeSlots[:len(freeSlots)-1]
			n.VMOVUPS(registers[worst], n.slots[v.slot])
		}
		v.register = -1
		return worst
	}
	for now, v := range n.list {
		var in [2]op
		for i, o := range []*value{v.a, v.b} {
			if o == nil {
				continue
			}
			if o.register < 0 {
				o.register = take(now, v.a, v.b)
				holds[o.register] = o
				if o.slot >= 0 {
					n.VMOVUPS(n.slots[o.slot], registers[o.register])
				} else {
					o.write(nil, nil, registers[o.register])
				}
			}
			in[i] = registers[o.register]
		}
		for _, o := range []*value{v.a, v.b} {
			if o != nil && next(o, now+1) == math.MaxInt {
				release(o)
			}
		}
		if v.store {
			v.write(in[0], nil, nil)
			continue
		}
		v.register = take(now+1, nil, nil)
		holds[v.register] = v
		v.write(in[0], in[1], registers[v.register])
	}
	n.list = nil
}
