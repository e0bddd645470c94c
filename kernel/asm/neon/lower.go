package neon

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// lowering writes a function's instructions for AVX2 as ones for NEON.
type lowering struct {
	constants *constants
	nodes     []ir.Node
	list      []*inst

	table   register                    // where the constants are
	tabled  bool                        // the table is used
	values  map[*ir.Instruction][]value // of its operands
	vectors map[value]*vector
	gps     map[reg.ID]register
	next    register                            // the last number in use
	sums    map[string]register                 // addresses that were computed since the last label
	labels  int                                 // how many there are within translations
	setters map[*ir.Instruction]*ir.Instruction // which sets the flags that an instruction uses
	flags   map[*ir.Instruction]bool            // those that set flags which are used
	carry   register                            // a bit that was shifted out
}

// value is what a register of AVX2 holds. A virtual register has one value, which may change; a
// physical one has several, one after the other.
type value struct {
	id      reg.ID
	version int
}

// vector is the two halves of a register of AVX2.
type vector struct {
	half    [2]register
	uniform bool // they are the same
	factor  bool // a number in every lane, only to multiply by: the first lane does
	mask    bool // the bits of a lane are all alike
}

type op = operand.Op

// lower returns the function's instructions, with registers that are to be allocated, and the
// one where the constants are.
func lower(f *ir.Function, c *constants) (list []*inst, table register, err error) {
	l := &lowering{constants: c, nodes: f.Nodes, values: map[*ir.Instruction][]value{}, vectors: map[value]*vector{}, gps: map[reg.ID]register{},
		sums: map[string]register{}, setters: map[*ir.Instruction]*ir.Instruction{}, flags: map[*ir.Instruction]bool{}}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case refusal:
			err = e
		default:
			panic(e)
		}
	}()
	l.rename()
	l.analyse()
	l.table = l.general()
	for _, n := range f.Nodes {
		switch n := n.(type) {
		case ir.Label:
			l.label(string(n))
		case *ir.Instruction:
			l.instruction(n)
		}
	}
	if l.tabled {
		at := text(fmt.Sprintf("MOVD $%s<>(SB), %%d", c.name), []register{l.table}, nil)
		l.list = append([]*inst{at}, l.list...)
	}
	return l.list, l.table, nil
}

// refusal is an instruction that there is no translation of.
type refusal struct{ error }

func refuse(i *ir.Instruction, why string) {
	var ops []string
	for _, o := range i.Operands {
		ops = append(ops, o.Asm())
	}
	panic(refusal{fmt.Errorf("%s %s: %s", i.Opcode, strings.Join(ops, ", "), why)})
}

// rename tells the values apart that a physical register of AVX2 has one after the other. They
// are of straight-line code.
func (l *lowering) rename() {
	last := map[reg.ID]int{}
	for _, i := range l.instructions() {
		values := make([]value, len(i.Operands))
		for k, o := range i.Operands {
			if r, ok := o.(reg.Register); ok {
				values[k] = value{r.ID(), last[r.ID()]}
			}
		}
		k := len(values) - 1
		if k >= 0 && isVector(i.Operands[k]) && values[k].id.IsPhysical() {
			last[values[k].id]++
			values[k].version++
		}
		l.values[i] = values
	}
}

func (l *lowering) instructions() []*ir.Instruction {
	var all []*ir.Instruction
	for _, n := range l.nodes {
		if i, ok := n.(*ir.Instruction); ok {
			all = append(all, i)
		}
	}
	return all
}

// vector is operand k.
func (l *lowering) vector(i *ir.Instruction, k int) *vector {
	v := l.vectors[l.values[i][k]]
	if v == nil {
		v = &vector{half: [2]register{l.fresh(), l.fresh()}}
		l.vectors[l.values[i][k]] = v
	}
	return v
}

// fresh is a new vector register, and general a general one.
func (l *lowering) fresh() register {
	l.next += 2
	return l.next
}

func (l *lowering) general() register { return l.fresh() + 1 }

func (l *lowering) emit(list ...*inst) { l.list = append(l.list, list...) }

func (l *lowering) text(format string, defs, uses []register) { l.emit(text(format, defs, uses)) }

func (l *lowering) label(name string) {
	l.emit(&inst{label: name})
	clear(l.sums)
}

// inner is a new label within the translation of an instruction.
func (l *lowering) inner() string {
	l.labels++
	return fmt.Sprintf("part%d", l.labels)
}

// branch jumps to a label; what it uses decides.
func (l *lowering) branch(format, label string, uses ...register) {
	i := text(format+" "+label, nil, uses)
	i.jumps, i.ends, i.label = true, format == "JMP", label
	l.emit(i)
}

// gp is a general register, of 64 bits or the lower half of one.
func (l *lowering) gp(r reg.Register) register {
	id := r.ID()
	if _, ok := l.gps[id]; !ok {
		l.gps[id] = l.general()
	}
	return l.gps[id]
}

// changed forgets addresses that a register was part of.
func (l *lowering) changed(r register) {
	for key := range l.sums {
		if strings.Contains(key, fmt.Sprintf("<%d>", r)) {
			delete(l.sums, key)
		}
	}
}

func isVector(o op) bool {
	r, ok := o.(reg.Register)
	return ok && r.Kind() == reg.KindVector
}

func isGeneral(o op) bool {
	r, ok := o.(reg.Register)
	return ok && r.Kind() == reg.KindGP
}

func immediate(o op) (int64, bool) {
	switch o := o.(type) {
	case operand.U8:
		return int64(o), true
	case operand.I8:
		return int64(o), true
	case operand.I32:
		return int64(o), true
	case operand.U32:
		return int64(o), true
	}
	return 0, false
}

// wide reports whether an operand is of 256 bits.
func wide(o op) bool {
	r, ok := o.(reg.Register)
	return ok && r.Size() == 32
}

// source is the halves of operand k, a vector or memory of as many bytes.
func (l *lowering) source(i *ir.Instruction, k int, whole bool) *vector {
	if m, ok := i.Operands[k].(operand.Mem); ok {
		v := &vector{half: [2]register{l.fresh(), l.fresh()}, uniform: l.repeats(m)}
		l.loadWhole(v, m, whole)
		return v
	}
	return l.vector(i, k)
}

// of is half h.
func (v *vector) of(h int) register {
	if v.uniform {
		return v.half[0]
	}
	return v.half[h]
}

// halves is how many halves of a result there are to compute.
func (v *vector) halves(both bool) int {
	if v.uniform || !both {
		return 1
	}
	return 2
}
