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
	if k := len(i.Operands) - 1; k >= 0 && isVector(i.Operands[k]) {
		return l.vector(i, k)
	}
	return nil
}

// apart has the instructions of whose result the second half is not made of the second halves of
// the operands as the first is of the first ones.
var apart = []string{"VINSERTF128", "VPERM2F128", "VPMOVZXBD", "VPMOVSXDQ", "VCVTPS2PD", "VMASKMOVPS"}

// uniform takes all vectors for uniform, and then those no longer that are made of others that are
// not, until none is left. One of 128 bits has no second half.
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
			case i.Opcode == "VFMADD231PS" && k == 0:
			default:
				other[v] = true
			}
		}
	}
	for v := range other {
		v.factor = false
	}
}

// masks finds the vectors that comparisons make, and those that are masks for half as many lanes
// made wider.
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

// setters are the instructions whose flags may be used.
var setters = []string{"SUBQ", "DECQ", "CMPQ", "CMPL", "TESTQ", "TESTL", "SHRL"}

// usesFlags reports whether what an instruction does depends on flags.
func usesFlags(i *ir.Instruction) bool {
	return conditions[i.Opcode] != "" || slices.Contains([]string{"CMOVQLT", "ADCQ", "SBBQ"}, i.Opcode)
}

// findFlags finds which instruction sets the flags that another uses: the one right before it, or
// before others that use them.
func (l *lowering) findFlags() {
	var last *ir.Instruction
	for _, n := range l.nodes {
		i, ok := n.(*ir.Instruction)
		switch {
		case ok && usesFlags(i):
			if last == nil || !slices.Contains(setters, last.Opcode) {
				refuse(i, "no flags are set right before it that NEON has")
			}
			l.setters[i], l.flags[last] = last, true
		case ok:
			last = i
		default:
			last = nil // a label may be reached with others
		}
	}
}
