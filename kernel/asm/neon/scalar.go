package neon

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// general1 is an operand that is a general register.
func (l *lowering) general1(o op) register { return l.gp(o.(reg.Register)) }

// number is an operand as Go's assembler has it, a register or an immediate, and the registers
// in it. Memory of size bytes is loaded.
func (l *lowering) number(o op, size int) (string, []register) {
	if n, ok := immediate(o); ok {
		return fmt.Sprintf("$%d", n), nil
	}
	if m, ok := o.(operand.Mem); ok {
		t := l.general()
		l.loadGeneral(t, m, map[int]string{4: "MOVWU", 8: "MOVD"}[size])
		return "%u", []register{t}
	}
	return "%u", []register{l.general1(o)}
}

// memory is a place as Go's assembler has it, and the registers in it.
func (l *lowering) memory(m operand.Mem) (string, []register) {
	if p, ok := parameter(m); ok {
		return p, nil
	}
	base, offset := l.address(m)
	return fmt.Sprintf("%d(%%u)", offset), []register{base}
}

func (l *lowering) loadGeneral(d register, m operand.Mem, name string) {
	at, uses := l.memory(m)
	l.text(name+" "+at+", %d", []register{d}, uses)
	l.changed(d)
}

func (l *lowering) storeGeneral(r register, m operand.Mem, name string) {
	at, uses := l.memory(m)
	i := text(name+" %u, "+at, nil, append([]register{r}, uses...))
	i.keep = true
	l.emit(i)
}

// conditions has the suffixes of branches.
var conditions = map[string]string{"JEQ": "EQ", "JZ": "EQ", "JNE": "NE", "JNZ": "NE", "JLT": "LT", "JGE": "GE", "JG": "GT", "JGT": "GT"}

func (l *lowering) scalar(i *ir.Instruction) {
	size, half := 8, ""
	if strings.HasSuffix(i.Opcode, "L") {
		size, half = 4, "W"
	}
	last := len(i.Operands) - 1
	// arithmetic is to = to∘from, or with flags that are used.
	arithmetic := func(name string, from op) {
		flags := ""
		if l.flags[i] {
			flags = "S"
		}
		n, uses := l.number(from, size)
		if m, ok := i.Operands[last].(operand.Mem); ok {
			t := l.general()
			l.loadGeneral(t, m, "MOVD")
			l.emit(keeping(text(fmt.Sprintf("%s%s%s %s, %%u, %%d", name, flags, half, n), []register{t}, append(uses, t)), flags != ""))
			l.storeGeneral(t, m, "MOVD")
			return
		}
		d := l.general1(i.Operands[last])
		l.emit(keeping(text(fmt.Sprintf("%s%s%s %s, %%u, %%d", name, flags, half, n), []register{d}, append(uses, d)), flags != ""))
		l.changed(d)
	}
	// function is to = f(from …).
	function := func(format string, uses ...register) {
		d := l.general1(i.Operands[last])
		l.text(format, []register{d}, uses)
		l.changed(d)
	}
	switch i.Opcode {
	case "MOVQ", "MOVL":
		l.moveGeneral(i, size)
	case "MOVBQZX":
		l.loadGeneral(l.general1(i.Operands[1]), i.Operands[0].(operand.Mem), "MOVBU")
	case "MOVLQSX":
		l.loadGeneral(l.general1(i.Operands[1]), i.Operands[0].(operand.Mem), "MOVW")
	case "ADDQ":
		arithmetic("ADD", i.Operands[0])
	case "SUBQ":
		arithmetic("SUB", i.Operands[0])
	case "INCQ":
		arithmetic("ADD", operand.U8(1))
	case "DECQ":
		arithmetic("SUB", operand.U8(1))
	case "ANDQ":
		arithmetic("AND", i.Operands[0])
	case "XORQ", "XORL":
		if i.Operands[0] == i.Operands[1] {
			function("MOVD ZR, %d")
		} else {
			arithmetic("EOR", i.Operands[0])
		}
	case "SHLQ":
		arithmetic("LSL", i.Operands[0])
	case "SHRQ", "SHRL":
		if l.flags[i] {
			l.carry = l.general()
			l.text("ANDW $1, %u, %d", []register{l.carry}, []register{l.general1(i.Operands[1])})
		}
		d := l.general1(i.Operands[1])
		l.text(fmt.Sprintf("LSR%s $%d, %%u, %%d", half, how(i)), []register{d}, []register{d})
		l.changed(d)
	case "ADCQ":
		if l.setters[i].Opcode != "SHRL" || how(i) != 0 {
			refuse(i, "it adds more than a bit that was shifted out")
		}
		d := l.general1(i.Operands[1])
		l.text("ADD %u, %u, %d", []register{d}, []register{l.carry, d})
		l.changed(d)
	case "SBBQ":
		if l.setters[i].Opcode != "CMPL" || how(i) != -1 {
			refuse(i, "it subtracts more than a bit of a comparison")
		}
		d := l.general1(i.Operands[1]) // − (−1) − borrow is + carry, which is set without a borrow
		l.text("ADC ZR, %u, %d", []register{d}, []register{d})
		l.changed(d)
	case "NEGQ":
		function("NEG %u, %d", l.general1(i.Operands[0]))
	case "IMULQ":
		arithmetic("MUL", i.Operands[0])
	case "LEAQ":
		l.addressOf(i)
	case "CMOVQLT":
		d := l.general1(i.Operands[1])
		function("CSEL LT, %u, %u, %d", l.general1(i.Operands[0]), d)
	case "CMPQ", "CMPL":
		a, usesA := l.number(i.Operands[0], size)
		b, usesB := l.number(i.Operands[1], size)
		l.emit(keeping(text(fmt.Sprintf("CMP%s %s, %s", half, b, a), nil, append(usesB, usesA...)), true))
	case "TESTQ", "TESTL":
		if l.byZero(i) == nil {
			a, usesA := l.number(i.Operands[0], size)
			b, usesB := l.number(i.Operands[1], size)
			l.emit(keeping(text(fmt.Sprintf("TST%s %s, %s", half, a, b), nil, append(usesA, usesB...)), true))
		}
	case "TZCNTL":
		t := l.general()
		l.text("RBITW %u, %d", []register{t}, []register{l.general1(i.Operands[0])})
		function("CLZW %u, %d", t)
	case "BLSRL":
		n, t := l.general1(i.Operands[0]), l.general()
		l.text("SUBW $1, %u, %d", []register{t}, []register{n})
		function("ANDW %u, %u, %d", t, n)
	case "POPCNTL", "POPCNTQ":
		bits, comment := uint32(0x1e270000), "FMOV S%d, W%d"
		if size == 8 {
			bits, comment = 0x9e670000, "FMOV D%d, X%d"
		}
		a, b, c, d := l.fresh(), l.fresh(), l.fresh(), l.general1(i.Operands[1])
		l.emit(other(bits, comment, a, l.general1(i.Operands[0])), other(0x0e205800, "CNT V%d.8B, V%d.8B", b, a),
			other(0x0e31b800, "ADDV B%d, V%d.8B", c, b), other(0x1e260000, "FMOV W%d, S%d", d, c))
		l.changed(d)
	case "SHRXL":
		n, uses := l.number(i.Operands[1], 4)
		function("LSRW %u, "+n+", %d", append([]register{l.general1(i.Operands[0])}, uses...)...)
	case "PREFETCHT0", "PREFETCHT1":
		at, uses := l.memory(i.Operands[0].(operand.Mem))
		cache := map[string]string{"PREFETCHT0": "PLDL1KEEP", "PREFETCHT1": "PLDL2KEEP"}[i.Opcode]
		l.emit(keeping(text("PRFM "+at+", "+cache, nil, uses), true))
	case "PAUSE":
		l.emit(keeping(text("ISB $15", nil, nil), true))
	case "JMP":
		l.branch("JMP", string(*i.TargetLabel()))
	default: // a branch that depends
		c, ok := conditions[i.Opcode]
		if !ok {
			refuse(i, "no translation")
		}
		l.jumpIf(i, c)
	}
}

func keeping(i *inst, keep bool) *inst {
	i.keep = keep
	return i
}

// byZero is the register of a test whose flags only say whether that is zero. It is nil for others.
func (l *lowering) byZero(test *ir.Instruction) *reg.Register {
	if !strings.HasPrefix(test.Opcode, "TEST") || test.Operands[0] != test.Operands[1] {
		return nil
	}
	for user, setter := range l.setters {
		if setter == test && !slices.Contains([]string{"EQ", "NE"}, conditions[user.Opcode]) {
			return nil
		}
	}
	r := test.Operands[0].(reg.Register)
	return &r
}

func (l *lowering) jumpIf(i *ir.Instruction, condition string) {
	label := string(*i.TargetLabel())
	if r := l.byZero(l.setters[i]); r != nil {
		half := ""
		if strings.HasSuffix(l.setters[i].Opcode, "L") {
			half = "W"
		}
		l.branch(map[string]string{"EQ": "CBZ", "NE": "CBNZ"}[condition]+half+" %u,", label, l.gp(*r))
		return
	}
	l.branch("B"+condition, label)
}

// moveGeneral is of a number, a register or memory to a register or memory.
func (l *lowering) moveGeneral(i *ir.Instruction, size int) {
	from, to := i.Operands[0], i.Operands[1]
	if isVector(from) || isVector(to) {
		refuse(i, "no translation")
	}
	if m, ok := to.(operand.Mem); ok {
		l.storeGeneral(l.general1(from), m, map[int]string{4: "MOVW", 8: "MOVD"}[size])
		return
	}
	d := l.general1(to)
	if m, ok := from.(operand.Mem); ok {
		l.loadGeneral(d, m, map[int]string{4: "MOVWU", 8: "MOVD"}[size])
		return
	}
	n, uses := l.number(from, size)
	name := "MOVD"
	if size == 4 && uses != nil {
		name = "MOVWU"
	}
	l.text(fmt.Sprintf("%s %s, %%d", name, n), []register{d}, uses)
	l.changed(d)
}

// addressOf computes an address.
func (l *lowering) addressOf(i *ir.Instruction) {
	m, d := i.Operands[0].(operand.Mem), l.general1(i.Operands[1])
	at := l.exact(l.address(m))
	l.text("MOVD %u, %d", []register{d}, []register{at})
	l.changed(d)
}
