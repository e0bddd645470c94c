package neon

import "fmt"

// word is an instruction written as its bits. Its comment is as ARM's assembler has it, and for
// each verb %d in it comes the number of a register: of those that it defines, then of those
// that it uses but does not define, in order. fields has where in the word these go.
func word(bits uint32, comment string, defs, uses []register, fields ...int) *inst {
	return &inst{defs: defs, uses: uses, write: func(i *inst) string {
		var numbers []any
		w := bits
		place := func(r register) {
			w |= uint32(r) << fields[len(numbers)]
			numbers = append(numbers, int(r))
		}
		for _, r := range i.defs {
			place(r)
		}
		for _, r := range i.uses[len(uses)-(len(fields)-len(defs)):] {
			place(r)
		}
		return fmt.Sprintf("WORD $%#08x // "+comment, append([]any{w}, numbers...)...)
	}}
}

// Where registers stand in most words: the result, and the operands n and m.
const (
	fieldD = 0
	fieldN = 5
	fieldM = 16
)

// opcode is a vector instruction on lanes of a kind.
type opcode struct {
	bits uint32
	name string
	arr  string // of lanes
}

var (
	fadd = map[int]opcode{4: {0x4e20d400, "FADD", "4S"}, 8: {0x4e60d400, "FADD", "2D"}}
	fsub = map[int]opcode{4: {0x4ea0d400, "FSUB", "4S"}, 8: {0x4ee0d400, "FSUB", "2D"}}
	fmul = map[int]opcode{4: {0x6e20dc00, "FMUL", "4S"}, 8: {0x6e60dc00, "FMUL", "2D"}}
	fdiv = map[int]opcode{4: {0x6e20fc00, "FDIV", "4S"}, 8: {0x6e60fc00, "FDIV", "2D"}}
	sqrt = map[int]opcode{4: {0x6ea1f800, "FSQRT", "4S"}, 8: {0x6ee1f800, "FSQRT", "2D"}}
	cmeq = map[int]opcode{4: {0x4e20e400, "FCMEQ", "4S"}, 8: {0x4e60e400, "FCMEQ", "2D"}}
	cmge = map[int]opcode{4: {0x6e20e400, "FCMGE", "4S"}, 8: {0x6e60e400, "FCMGE", "2D"}}
	cmgt = map[int]opcode{4: {0x6ea0e400, "FCMGT", "4S"}, 8: {0x6ee0e400, "FCMGT", "2D"}}
	addi = map[int]opcode{4: {0x4ea08400, "ADD", "4S"}, 8: {0x4ee08400, "ADD", "2D"}}
	zip1 = map[int]opcode{4: {0x4e803800, "ZIP1", "4S"}, 8: {0x4ec03800, "ZIP1", "2D"}}
	zip2 = map[int]opcode{4: {0x4e807800, "ZIP2", "4S"}, 8: {0x4ec07800, "ZIP2", "2D"}}
	dup  = map[int]opcode{4: {0x4e040400, "DUP", "4S"}, 8: {0x4e080400, "DUP", "2D"}}

	fmin   = opcode{0x4ee0f400, "FMIN", "2D"}
	fmax   = opcode{0x4e60f400, "FMAX", "2D"}
	facgt  = opcode{0x6ea0ec00, "FACGT", "4S"}
	bic    = opcode{0x4e601c00, "BIC", "16B"}
	mul4   = opcode{0x4ea09c00, "MUL", "4S"}
	faddp  = opcode{0x6e20d400, "FADDP", "4S"}
	fmla   = opcode{0x4e20cc00, "FMLA", "4S"}
	fmls   = opcode{0x4ea0cc00, "FMLS", "4S"}
	subi   = opcode{0x6ee08400, "SUB", "2D"}
	umax   = opcode{0x6ea06400, "UMAX", "4S"}
	cmeqi  = opcode{0x6ea08c00, "CMEQ", "4S"}
	uzp1   = opcode{0x4e801800, "UZP1", "4S"}
	uzp2   = opcode{0x4e805800, "UZP2", "4S"}
	trn2   = opcode{0x4e806800, "TRN2", "4S"}
	and    = opcode{0x4e201c00, "AND", "16B"}
	orr    = opcode{0x4ea01c00, "ORR", "16B"}
	eor    = opcode{0x6e201c00, "EOR", "16B"}
	bsl    = opcode{0x6e601c00, "BSL", "16B"}
	mvn    = opcode{0x6e205800, "MVN", "16B"}
	rev64  = opcode{0x4ea00800, "REV64", "4S"}
	scvtf  = opcode{0x4e21d800, "SCVTF", "4S"}
	cmtst8 = opcode{0x0e208c00, "CMTST", "8B"}
	and8   = opcode{0x0e201c00, "AND", "8B"}
	orn8   = opcode{0x0ee01c00, "ORN", "8B"}
	sub8   = opcode{0x2e208400, "SUB", "8B"}
)

// three is d = n∘m.
func three(o opcode, d, n, m register) *inst {
	return word(o.bits, fmt.Sprintf("%s V%%d.%s, V%%d.%[2]s, V%%d.%[2]s", o.name, o.arr), []register{d}, []register{n, m}, fieldD, fieldN, fieldM)
}

// into changes d by n and m.
func into(o opcode, d, n, m register) *inst {
	return word(o.bits, fmt.Sprintf("%s V%%d.%s, V%%d.%[2]s, V%%d.%[2]s", o.name, o.arr), []register{d}, []register{d, n, m}, fieldD, fieldN, fieldM)
}

// two is d = f(n).
func two(o opcode, d, n register) *inst {
	return word(o.bits, fmt.Sprintf("%s V%%d.%s, V%%d.%[2]s", o.name, o.arr), []register{d}, []register{n}, fieldD, fieldN)
}

// other is d = f(n), with lanes that comment names.
func other(bits uint32, comment string, d, n register) *inst {
	return word(bits, comment, []register{d}, []register{n}, fieldD, fieldN)
}

// multiplyLane adds n times the first lane of m to d.
func multiplyLane(d, n, m register) *inst {
	return word(0x4f801000, "FMLA V%d.4S, V%d.4S, V%d.S[0]", []register{d}, []register{d, n, m}, fieldD, fieldN, fieldM)
}

// move copies n to d: it is n or n.
func move(d, n register) *inst {
	i := &inst{defs: []register{d}, uses: []register{n}, move: true}
	i.write = func(i *inst) string {
		d, n := uint32(i.defs[0]), uint32(i.uses[0])
		return fmt.Sprintf("WORD $%#08x // MOV V%d.16B, V%d.16B", orr.bits|n<<16|n<<5|d, d, n)
	}
	return i
}

func zero(d register) *inst {
	return word(0x6f00e400, "MOVI V%d.2D, #0", []register{d}, nil, fieldD)
}

// shift is d = n shifted by an immediate: left, right, or right with the sign.
func shift(name string, lanes int, d, n register, by int) *inst {
	size, arr := 32, "4S"
	if lanes == 8 {
		size, arr = 64, "2D"
	}
	var bits uint32
	switch name {
	case "SHL":
		bits = 0x4f005400 | uint32(size+by)<<16
	case "USHR":
		bits = 0x6f000400 | uint32(2*size-by)<<16
	case "SSHR":
		bits = 0x4f000400 | uint32(2*size-by)<<16
	}
	return word(bits, fmt.Sprintf("%s V%%d.%s, V%%d.%[2]s, #%d", name, arr, by), []register{d}, []register{n}, fieldD, fieldN)
}

// access is a load or store of 4, 8 or 16 bytes.
type access struct {
	letter      string
	load, store uint32 // with an offset in units of the size
	loadBy      uint32 // with an index
}

var accesses = map[int]access{
	4:  {"S", 0xbd400000, 0xbd000000, 0xbc606800},
	8:  {"D", 0xfd400000, 0xfd000000, 0xfc606800},
	16: {"Q", 0x3dc00000, 0x3d800000, 0x3ce06800},
}

// stack is the number of the stack pointer in an address.
const stack = 31

// scaled reports whether an offset fits a word's field in units of the size.
func scaled(offset, size int) bool { return offset >= 0 && offset%size == 0 && offset/size < 1<<12 }

// load loads v from base and an offset that is scaled; a base of none is the stack.
func load(v, base register, offset, size int) *inst {
	a := accesses[size]
	bits := a.load | uint32(offset/size)<<10
	i := word(bits, fmt.Sprintf("LDR %s%%d, [X%%d, #%d]", a.letter, offset), []register{v}, []register{base}, fieldD, fieldN)
	if base == none {
		i = word(bits|stack<<fieldN, fmt.Sprintf("LDR %s%%d, [SP, #%d]", a.letter, offset), []register{v}, nil, fieldD)
	}
	i.place = memoryAt(base, offset)
	return i
}

// memoryAt tells the places apart that words load from and store to.
func memoryAt(base register, offset int) string { return fmt.Sprintf("%d+%d", base, offset) }

// store stores v as load loads it.
func store(v, base register, offset, size int) *inst {
	a := accesses[size]
	bits := a.store | uint32(offset/size)<<10
	i := word(bits, fmt.Sprintf("STR %s%%d, [X%%d, #%d]", a.letter, offset), nil, []register{v, base}, fieldD, fieldN)
	if base == none {
		i = word(bits|stack<<fieldN, fmt.Sprintf("STR %s%%d, [SP, #%d]", a.letter, offset), nil, []register{v}, fieldD)
	}
	i.keep, i.stores, i.place = true, true, memoryAt(base, offset)
	return i
}

// loadIndexed loads v from base and an index in bytes.
func loadIndexed(v, base, index register, size int) *inst {
	a := accesses[size]
	return word(a.loadBy, fmt.Sprintf("LDR %s%%d, [X%%d, X%%d]", a.letter), []register{v}, []register{base, index}, fieldD, fieldN, fieldM)
}

// paired reports whether an offset fits a pair's field.
func paired(offset int) bool { return offset%16 == 0 && offset >= -1024 && offset < 1024 }

const fieldSecond = 10 // of a pair

func loadPair(low, high, base register, offset int) *inst {
	bits := 0xad400000 | uint32(offset/16&127)<<15
	i := word(bits, fmt.Sprintf("LDP Q%%d, Q%%d, [X%%d, #%d]", offset), []register{low, high}, []register{base}, fieldD, fieldSecond, fieldN)
	if base == none {
		i = word(bits|stack<<fieldN, fmt.Sprintf("LDP Q%%d, Q%%d, [SP, #%d]", offset), []register{low, high}, nil, fieldD, fieldSecond)
	}
	i.place = memoryAt(base, offset)
	return i
}

func storePair(low, high, base register, offset int) *inst {
	bits := 0xad000000 | uint32(offset/16&127)<<15
	i := word(bits, fmt.Sprintf("STP Q%%d, Q%%d, [X%%d, #%d]", offset), nil, []register{low, high, base}, fieldD, fieldSecond, fieldN)
	if base == none {
		i = word(bits|stack<<fieldN, fmt.Sprintf("STP Q%%d, Q%%d, [SP, #%d]", offset), nil, []register{low, high}, fieldD, fieldSecond)
	}
	i.keep, i.stores, i.place = true, true, memoryAt(base, offset)
	return i
}

// loadEach loads a number of four bytes into every lane.
func loadEach(v, base register) *inst {
	return word(0x4d40c800, "LD1R {V%d.4S}, [X%d]", []register{v}, []register{base}, fieldD, fieldN)
}

// loadLane loads lane i, of 4 or 8 bytes, of v, and storeLane stores it.
func loadLane(v register, i int, base register, size int) *inst {
	bits, letter := laneBits(0x0d400000, i, size)
	return word(bits, fmt.Sprintf("LD1 {V%%d.%s}[%d], [X%%d]", letter, i), []register{v}, []register{v, base}, fieldD, fieldN)
}

func storeLane(v register, i int, base register, size int) *inst {
	bits, letter := laneBits(0x0d000000, i, size)
	w := word(bits, fmt.Sprintf("ST1 {V%%d.%s}[%d], [X%%d]", letter, i), nil, []register{v, base}, fieldD, fieldN)
	w.keep, w.stores = true, true
	return w
}

func laneBits(bits uint32, i, size int) (uint32, string) {
	if size == 8 {
		return bits | 0x8400 | uint32(i)<<30, "D"
	}
	return bits | 0x8000 | uint32(i>>1)<<30 | uint32(i&1)<<12, "S"
}

// lane moves lane i, of 4 bytes, to a general register.
func lane(d, v register, i int) *inst {
	return other(0x0e003c00|uint32(i<<3|4)<<16, fmt.Sprintf("MOV W%%d, V%%d.S[%d]", i), d, v)
}
