package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// moveWhole is between a register and memory or another register.
func (l *lowering) moveWhole(i *ir.Instruction) {
	from, to := i.Operands[0], i.Operands[1]
	if m, ok := to.(operand.Mem); ok {
		v := l.vector(i, 0)
		base, offset := l.address(m)
		switch {
		case !wide(from):
			l.storeTo(v.half[0], m, 16)
		case paired(offset):
			l.emit(storePair(v.of(0), v.of(1), base, offset))
		default:
			for h := range 2 {
				b, o := l.reach(base, offset+16*h, 16)
				l.emit(store(v.of(h), b, o, 16))
			}
		}
		return
	}
	d := l.vector(i, 1)
	if m, ok := from.(operand.Mem); ok {
		l.loadWhole(d, m, wide(to))
		return
	}
	l.unary(i, func(d, n register) { l.emit(move(d, n)) })
}

// moveLane is of the first lane between a register and memory.
func (l *lowering) moveLane(i *ir.Instruction, size int) {
	name := map[int]string{4: "FMOVS", 8: "FMOVD"}[size]
	if m, ok := i.Operands[1].(operand.Mem); ok {
		v := l.vector(i, 0).half[0]
		if p, ok := parameter(m); ok {
			t := text(name+" %U, "+p, nil, []register{v})
			t.keep = true
			l.emit(t)
			return
		}
		l.storeTo(v, m, size)
		return
	}
	m, ok := i.Operands[0].(operand.Mem)
	if !ok {
		refuse(i, "it is not of memory")
	}
	l.loadFrom(l.vector(i, 1).half[0], m, size)
}

// moveBits is eight bytes to memory, or four bytes between the first lane and a general register.
func (l *lowering) moveBits(i *ir.Instruction) {
	from, to := i.Operands[0], i.Operands[1]
	m, memory := to.(operand.Mem)
	switch double := i.Opcode == "VMOVQ"; {
	case memory && double:
		l.storeTo(l.vector(i, 0).half[0], m, 8)
	case !double && isVector(to) && isGeneral(from):
		l.emit(other(0x1e270000, "FMOV S%d, W%d", l.vector(i, 1).half[0], l.general1(from)))
	case !double && isGeneral(to) && isVector(from):
		d := l.general1(to)
		l.emit(other(0x1e260000, "FMOV W%d, S%d", d, l.vector(i, 0).half[0]))
		l.changed(d)
	default:
		refuse(i, "no translation")
	}
}

// broadcast gives every lane the same number.
func (l *lowering) broadcast(i *ir.Instruction, size int) {
	d := l.vector(i, 1)
	m, memory := i.Operands[0].(operand.Mem)
	p, isParameter := parameter(m)
	switch {
	case memory && isParameter:
		t := l.fresh()
		l.emit(text(map[int]string{4: "FMOVS ", 8: "FMOVD "}[size]+p+", %D", []register{t}, nil))
		l.lanes(d, t, size)
	case memory && d.factor:
		l.loadFrom(d.half[0], m, size)
	case memory && size == 4:
		base, offset := l.address(m)
		l.emit(loadEach(d.half[0], l.exact(base, offset)))
		if !d.uniform {
			l.emit(move(d.half[1], d.half[0]))
		}
	case memory:
		refuse(i, "no translation")
	default:
		l.lanes(d, l.vector(i, 0).half[0], size)
	}
}

// lanes gives every lane of d the first of n.
func (l *lowering) lanes(d *vector, n register, size int) {
	o := dup[size]
	for h := range d.halves(true) {
		l.emit(other(o.bits, fmt.Sprintf("DUP V%%d.%s, V%%d.%s[0]", o.arr, o.arr[1:]), d.half[h], n))
	}
}

// maskedMove touches only the lanes that a mask lets through, which are the first ones: NEON has
// no masks, so that a half goes whole or lane by lane.
func (l *lowering) maskedMove(i *ir.Instruction) {
	mask := l.vector(i, 1)
	m, storing := i.Operands[2].(operand.Mem)
	k := 2
	if storing {
		k = 0
	} else {
		m = i.Operands[0].(operand.Mem)
	}
	base, offset := l.address(m)
	at, v := l.exact(base, offset), l.vector(i, k)
	halves := 1
	if wide(i.Operands[1]) {
		halves = 2
	}
	done := make([]register, halves)
	for h := range halves {
		whole, end, bits := l.inner(), l.inner(), l.general()
		place, t := l.exact(at, 16*h), l.fresh()
		each := func(lanes int) *inst {
			if storing {
				return storeLane(v.of(h), lanes, l.exact(place, 4*lanes), 4)
			}
			return loadLane(t, lanes, l.exact(place, 4*lanes), 4)
		}
		if !storing {
			l.emit(zero(t))
		}
		l.emit(lane(bits, mask.of(h), 3))
		l.branch("CBNZ %u,", whole, bits)
		for n := range 3 {
			l.emit(lane(bits, mask.of(h), n))
			l.branch("CBZ %u,", end, bits)
			l.emit(each(n))
		}
		l.branch("JMP", end)
		l.label(whole)
		if storing {
			l.emit(store(v.of(h), place, 0, 16))
		} else {
			l.emit(load(t, place, 0, 16))
		}
		l.label(end)
		done[h] = t
	}
	if !storing {
		l.put(v, done...)
	}
}
