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
		l.tabled = true
		base, offset = l.table, p.offset+m.Disp
	case m.Base == reg.Register(reg.StackPointer):
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
