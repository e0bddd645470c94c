package neon

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// analyse finds out of which vectors the halves are the same, which are factors alone, which
// are masks, and whose flags are used.
func (l *lowering) analyse() {
	all := l.instructions()
	l.uniform(all)
	l.factors(all)
	l.masks(all)
	l.findFlags()
}

// result is the vector that an instruction makes, or nil.
func (l *lowering) result(i *ir.Instruction) *vector {
	if k := len(i.Operands) - 1; k >= 0 && isVector(i.Operands[k]) && i.Opcode != "VPTEST" {
		return l.vector(i, k)
	}
	return nil
}

// apart has the instructions whose two halves of a result are not made alike of those of the
// operands.
var apart = []string{"VINSERTF128", "VPERM2F128", "VEXTRACTF128", "VEXTRACTI128", "VPMOVZXBD", "VPMOVSXDQ", "VCVTPS2PD", "VCVTPD2PSY", "VMASKMOVPS", "VMOVHPS", spread}

// uniform takes all vectors for uniform, until nothing speaks against one of those that are left.
func (l *lowering) uniform(all []*ir.Instruction) {
	for _, i := range all {
		if v := l.result(i); v != nil {
			v.uniform = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, i := range all {
			v := l.result(i)
			if v == nil || !v.uniform {
				continue
			}
			last := len(i.Operands) - 1
			for k, o := range i.Operands {
				m, memory := o.(operand.Mem)
				switch {
				case strings.Contains(i.Opcode, "BROADCAST"), cancels(i):
					continue
				case memory && !l.repeats(m), isVector(o) && !l.vector(i, k).uniform:
				default:
					continue
				}
				v.uniform = false
			}
			if slices.Contains(apart, i.Opcode) || !wide(i.Operands[last]) {
				v.uniform = false
			}
			changed = changed || !v.uniform
		}
	}
}

// cancels reports whether the result is zero whatever the operands are.
func cancels(i *ir.Instruction) bool {
	return (i.Opcode == "VXORPS" || i.Opcode == "VXORPD") && i.Operands[0] == i.Operands[1]
}

// factors finds the numbers that are loaded into every lane only to be multiplied by.
func (l *lowering) factors(all []*ir.Instruction) {
	other := map[*vector]bool{}
	for _, i := range all {
		for k, o := range i.Operands {
			if !isVector(o) {
				continue
			}
			v := l.vector(i, k)
			_, memory := i.Operands[0].(operand.Mem)
			switch {
			case i.Opcode == "VBROADCASTSS" && memory && k == 1:
				v.factor = true
			case i.Opcode == "VFMADD231PS" && k == 0 && i.Operands[0] != i.Operands[1]:
			default:
				other[v] = true
			}
		}
	}
	for v := range other {
		v.factor = false
	}
}

// masks finds the vectors that comparisons make.
func (l *lowering) masks(all []*ir.Instruction) {
	other := map[*vector]bool{}
	for _, i := range all {
		v := l.result(i)
		if v == nil {
			continue
		}
		switch i.Opcode {
		case "VCMPPS", "VCMPPD", "VPCMPEQD", "VPMOVSXDQ":
			v.mask = true
		default:
			other[v] = true
		}
	}
	for v := range other {
		v.mask = false
	}
}

// users have the instructions that use flags.
var users = []string{"JEQ", "JZ", "JNE", "JNZ", "JL", "JLT", "JGE", "JG", "JGT", "JLE", "CMOVQLT", "ADCQ", "SBBQ"}

// setters are the instructions that set flags and may be asked for them.
var setters = []string{"ADDQ", "SUBQ", "DECQ", "CMPQ", "CMPL", "TESTQ", "TESTL", "SHRL"}

// findFlags finds who sets the flags that an instruction uses: the last one before it that sets some.
func (l *lowering) findFlags() {
	var last, before *ir.Instruction
	for _, i := range l.instructions() {
		if slices.Contains(users, i.Opcode) {
			if last == nil || !slices.Contains(setters, last.Opcode) {
				refuse(i, "no flags are set before it that NEON has")
			}
			l.setters[i], l.flags[last] = last, true
			if before != last && !slices.Contains(users, before.Opcode) {
				l.distant[last] = true
			}
		}
		before = i
		if setsFlags(i) {
			last = i
		}
	}
}

// setsFlags reports whether an instruction sets flags, or leaves them undefined.
func setsFlags(i *ir.Instruction) bool {
	vector := len(i.Operands) > 0 && isVector(i.Operands[len(i.Operands)-1])
	for _, none := range []string{"V", "MOV", "LEAQ", "PREFETCH", "SHRX", "CMOV", fence} {
		vector = vector || strings.HasPrefix(i.Opcode, none)
	}
	return !vector && !i.IsBranch
}
