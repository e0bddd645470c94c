package neon

import (
	"fmt"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// Instructions that AVX2 does not have: NEON needs fewer for the same than those that AVX2 has.
const (
	spread   = "SPREAD"
	smaller  = "SMALLER"
	larger   = "LARGER"
	flush    = "FLUSH"
	multiply = "MULTIPLY"
	fence    = "FENCE"
)

func instruction(opcode string, operands ...operand.Op) *ir.Instruction {
	last := len(operands) - 1
	return &ir.Instruction{Opcode: opcode, Operands: operands, Inputs: operands[:last], Outputs: operands[last:]}
}

// Smaller and Larger return the instruction for the smaller or the larger of two vectors of float64, and
// NaN where one is NaN. Of zeros with two signs it may be either.
func Smaller(a, b, to operand.Op) *ir.Instruction { return instruction(smaller, a, b, to) }
func Larger(a, b, to operand.Op) *ir.Instruction  { return instruction(larger, a, b, to) }

// Flush returns the instruction for the float32s of a vector, and 0 for those of a magnitude below
// bound's. NaN stays.
func Flush(bound, x, to operand.Op) *ir.Instruction { return instruction(flush, bound, x, to) }

// Multiply returns the instruction for the low halves of the products of 64-bit integers with
// factors, of which swapped has the two halves of each in the other order.
func Multiply(swapped, factors, x, to operand.Op) *ir.Instruction {
	return instruction(multiply, swapped, factors, x, to)
}

// Fence returns an instruction that does nothing, between parts of a loop that may be scheduled
// apart.
func Fence() *ir.Instruction { return &ir.Instruction{Opcode: fence} }

// Spread returns the instruction that puts the first bytes of memory, as many as bits has ones
// in its lower eight, to those of eight bytes of a vector where the ones are, and zeros to the
// others.
func Spread(values, bits, to operand.Op) *ir.Instruction {
	return instruction(spread, values, bits, to)
}

// multiply adds the product of the low halves to 2³² times the sum of those of a low and a high one.
func (l *lowering) multiply(i *ir.Instruction) {
	l.halves(i, 3, func(d register, at func(k int) register) {
		cross, sum, high, low, factor, t := l.fresh(), l.fresh(), l.fresh(), l.fresh(), l.fresh(), l.fresh()
		l.emit(three(mul4, cross, at(2), at(0)), other(0x6ea02800, "UADDLP V%d.2D, V%d.4S", sum, cross), shift("SHL", 8, high, sum, 32),
			other(0x0ea12800, "XTN V%d.2S, V%d.2D", low, at(2)), other(0x0ea12800, "XTN V%d.2S, V%d.2D", factor, at(1)),
			move(t, high), word(0x2ea08000, "UMLAL V%d.2D, V%d.2S, V%d.2S", []register{t}, []register{t, low, factor}, fieldD, fieldN, fieldM), move(d, t))
	})
}

// spread counts for each byte how many come before it, and looks it up there.
func (l *lowering) spread(i *ir.Instruction) {
	const ones = 0x0101010101010101
	bits := l.general1(i.Operands[1])
	powers, one, m, x, count, before := l.fresh(), l.fresh(), l.fresh(), l.general(), l.general(), l.fresh()
	values, index, d := l.fresh(), l.fresh(), l.fresh()
	table := operand.NewDataAddr(operand.NewStaticSymbol(l.constants.powers()), 0)
	l.loadFrom(powers, table, 8)
	l.emit(other(0x0e010c00, "DUP V%d.8B, W%d", m, bits))
	set, mine := l.fresh(), l.fresh()
	l.emit(three(cmtst8, set, m, powers))
	l.loadFrom(one, table.Offset(8), 8)
	l.emit(three(and8, mine, set, one), other(0x9e660000, "FMOV X%d, D%d", x, mine))
	l.text(fmt.Sprintf("MOVD $%#x, %%d", ones), []register{count}, nil)
	l.text("MUL %u, %u, %d", []register{count}, []register{x, count})
	l.emit(other(0x9e670000, "FMOV D%d, X%d", before, count))
	t := l.fresh()
	l.emit(three(sub8, t, before, mine), three(orn8, index, t, set))
	mem, _ := i.Operands[0].(operand.Mem)
	l.loadFrom(values, mem, 8)
	l.emit(word(0x0e000000, "TBL V%d.8B, {V%d.16B}, V%d.8B", []register{d}, []register{values, index}, fieldD, fieldN, fieldM))
	l.put(l.result(i), d)
}

// powers adds to the table one bit for each of eight bytes, and a one for each.
func (c *constants) powers() string {
	const name = "powers"
	if _, ok := c.at[name]; !ok {
		c.at[name] = place{offset: len(c.data)}
		for i := range 8 {
			c.data = append(c.data, 1<<i)
		}
		for range 8 {
			c.data = append(c.data, 1)
		}
	}
	return name
}
