package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// parameter is the name of an argument or a result.
func parameter(m operand.Mem) (string, bool) {
	if m.Base == nil || m.Base != reg.Register(reg.FramePointer) {
		return "", false
	}
	return fmt.Sprintf("%s+%d(FP)", m.Symbol.Name, m.Disp), true
}

// address is where memory is: a base, none being the stack, and an offset.
func (l *lowering) address(m operand.Mem) (base register, offset int) {
	switch {
	case m.Symbol.Name != "":
		p, ok := l.constants.at[m.Symbol.Name]
		if !ok {
			panic(refusal{fmt.Errorf("%s is no constant of the file", m.Asm())})
		}
		if p.repeats && m.Disp != 0 {
			panic(refusal{fmt.Errorf("%s is within a constant of which the table has a part", m.Asm())})
		}
		l.tabled = true
		base, offset = l.table, p.offset+m.Disp
	case m.Base == reg.Register(reg.StackPointer):
		if m.Index != nil {
			panic(refusal{fmt.Errorf("%s has an index from the stack pointer", m.Asm())})
		}
		return none, linkage + m.Disp
	default:
		base, offset = l.gp(m.Base), m.Disp
	}
	if m.Index != nil && m.Scale != 0 {
		base = l.sum(base, l.gp(m.Index), int(m.Scale))
	}
	return base, offset
}

// sum is base + index·scale.
func (l *lowering) sum(base, index register, scale int) register {
	key := fmt.Sprintf("<%d><%d>%d", base, index, scale)
	if r, ok := l.sums[key]; ok {
		return r
	}
	r := l.general()
	by := map[int]int{1: 0, 2: 1, 4: 2, 8: 3}[scale]
	if by == 0 {
		l.text("ADD %u, %u, %d", []register{r}, []register{index, base})
	} else {
		l.text(fmt.Sprintf("ADD %%u<<%d, %%u, %%d", by), []register{r}, []register{index, base})
	}
	l.sums[key] = r
	return r
}

// exact is the address as a register alone.
func (l *lowering) exact(base register, offset int) register {
	if base == none {
		r := l.general()
		l.text(fmt.Sprintf("ADD $%d, RSP, %%d", offset), []register{r}, nil)
		return r
	}
	if offset == 0 {
		return base
	}
	key := fmt.Sprintf("<%d>+%d", base, offset)
	if r, ok := l.sums[key]; ok {
		return r
	}
	r := l.general()
	l.text(fmt.Sprintf("ADD $%d, %%u, %%d", offset), []register{r}, []register{base})
	l.sums[key] = r
	return r
}

// reach returns an address whose offset fits a load of a size.
func (l *lowering) reach(base register, offset, size int) (register, int) {
	if scaled(offset, size) {
		return base, offset
	}
	return l.exact(base, offset), 0
}

// loadFrom loads size bytes.
func (l *lowering) loadFrom(v register, m operand.Mem, size int) {
	if m.Index != nil && m.Scale == 1 && m.Disp == 0 && m.Symbol.Name == "" {
		l.emit(loadIndexed(v, l.gp(m.Base), l.gp(m.Index), size))
		return
	}
	base, offset := l.address(m)
	base, offset = l.reach(base, offset, size)
	i := load(v, base, offset, size)
	i.constant = base == l.table && size == 16
	i.offset = offset
	l.emit(i)
}

func (l *lowering) storeTo(v register, m operand.Mem, size int) {
	base, offset := l.address(m)
	base, offset = l.reach(base, offset, size)
	l.emit(store(v, base, offset, size))
}

// repeats reports whether the halves of a constant are the same.
func (l *lowering) repeats(m operand.Mem) bool {
	return m.Symbol.Name != "" && m.Base != reg.Register(reg.FramePointer) && m.Index == nil && l.constants.at[m.Symbol.Name].repeats
}

// loadWhole loads both halves, or the lower one alone.
func (l *lowering) loadWhole(v *vector, m operand.Mem, both bool) {
	if v.halves(both) == 1 {
		l.loadFrom(v.half[0], m, 16)
		return
	}
	if l.repeats(m) {
		l.loadFrom(v.half[0], m, 16)
		l.emit(move(v.half[1], v.half[0]))
		return
	}
	base, offset := l.address(m)
	if paired(offset) {
		l.emit(loadPair(v.half[0], v.half[1], base, offset))
		return
	}
	for h, r := range v.half {
		b, o := l.reach(base, offset+16*h, 16)
		l.emit(load(r, b, o, 16))
	}
}
