// Gemm writes the matrix products of package kernel: for AVX2, AVX-512 and NEON, one
// function for each size of tile, those that pack panels of the right operand, that
// which folds pictures and those that combine their pixels, their declarations and
// the tables of them. For the portable path on amd64 it writes the chains of its tiles
// and what combines pixels, in SSE2. Run it with
//
//	go generate ./kernel
package main

import (
	"flag"
	"fmt"
	"log"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/operand"

	"latentspace/kernel/asm/output"
)

// target is an instruction set: the lanes of a register and the most rows of a
// tile, which is up to two registers wide.
type target struct {
	output.Target
	lanes int
	rows  int
}

var targets = []target{{output.AVX2, 8, 6}, {output.AVX512, 16, 12}, {output.NEON, 8, 6}}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gemm: ")
	out := flag.String("to", ".", "write the files to this folder")
	flag.Parse()
	files := output.Files{}
	for _, t := range targets {
		ctx := t.New()
		function := func(name, args string, write func(w *writer)) {
			ctx.Function(name + t.Name)
			ctx.Pragma("noescape")
			ctx.SignatureExpr("func(args *" + args + ")")
			w := &writer{Context: ctx, target: t, args: ctx.Load(ctx.Param("args"), ctx.GP64())}
			write(w)
			ctx.VZEROUPPER()
			ctx.RET()
		}
		for rows := 1; rows <= t.rows; rows++ {
			for vecs := 1; vecs <= 2; vecs++ {
				function(fmt.Sprintf("tile%dx%d", rows, vecs), "uint64", func(w *writer) { w.tile(rows, vecs) })
			}
		}
		if t.Target != output.NEON {
			for rows := 1; rows <= t.pairRows(); rows++ {
				for vecs := 1; vecs <= 2; vecs++ {
					whole := func(w *writer) func() *masks { return func() *masks { return w.masks(tileMask, vecs) } }
					function(fmt.Sprintf("pairs%dx%d", rows, vecs), "uint64", func(w *writer) { w.tileBy(rows, vecs, whole(w), w.pairs) })
					if t.lanes == 16 {
						function(fmt.Sprintf("dots%dx%d", rows, vecs), "uint64", func(w *writer) { w.tileBy(rows, vecs, whole(w), w.dots) })
					}
				}
			}
		}
		if t.Target == output.AVX2 {
			function("halveAcross", "uint64", func(w *writer) { w.halveWhole(true) })
			function("halveAlong", "uint64", func(w *writer) { w.halveWhole(false) })
		}
		if t.lanes == 16 {
			function("halveAcross", "uint64", func(w *writer) { w.halve(true) })
			function("halveAlong", "uint64", func(w *writer) { w.halve(false) })
			for rows := 1; rows <= flatRows; rows++ {
				for panels := 2; panels <= flatPanels; panels++ {
					function(fmt.Sprintf("flat%dx%d", rows, panels), "uint64", func(w *writer) { w.flat(rows, panels) })
				}
			}
			for vecs := 1; vecs <= mostStrip; vecs++ {
				function(fmt.Sprintf("strip%d", vecs), "uint64", func(w *writer) { w.strip(vecs) })
			}
		}
		for vecs := 1; vecs <= 2; vecs++ {
			function(fmt.Sprintf("packRows%d", vecs), "uint64", func(w *writer) { w.packRows(vecs) })
		}
		function("packColumns", "uint64", (*writer).packColumns)
		function("addRuns", "uint64", (*writer).addRuns)
		for _, c := range combinations {
			function(c.name, "uint64", func(w *writer) { w.combine(c) })
		}
		function("living", "uint64", (*writer).living)
		function("livingAcross", "uint64", (*writer).livingAcross)
		if t.Target != output.AVX512 {
			ctx.Function("relax")
			ctx.SignatureExpr("func()")
			ctx.Doc("relax tells the processor that the program waits for another.")
			ctx.PAUSE()
			ctx.RET()

			ctx.Function("prefetch")
			ctx.Pragma("noescape")
			ctx.SignatureExpr("func(x *byte, lines int)")
			ctx.Doc("prefetch brings lines of the cache to the first cache, from the one of x on.")
			x, lines := ctx.Load(ctx.Param("x"), ctx.GP64()), ctx.Load(ctx.Param("lines"), ctx.GP64())
			ctx.Label("line")
			ctx.PREFETCHT0(operand.Mem{Base: x})
			ctx.ADDQ(operand.U8(64), x)
			ctx.DECQ(lines)
			ctx.JNZ(operand.LabelRef("line"))
			ctx.RET()
		}
		files.Add("gemm", t.Target, ctx)
		name := "gemm_avx512_amd64.s"
		files[name] = encodeDots(files[name])
	}
	ctx, constants := output.SSE2.New(), map[string]operand.Mem{}
	function := func(name string, write func(w *writer)) {
		ctx.Function(name + "SSE2")
		ctx.Pragma("noescape")
		ctx.SignatureExpr("func(args *uint64)")
		write(&writer{Context: ctx, target: target{output.SSE2, 4, 0}, args: ctx.Load(ctx.Param("args"), ctx.GP64()), constants: constants})
		ctx.RET()
	}
	function("chains", (*writer).chains)
	function("widen", (*writer).widen)
	function("list", (*writer).list)
	for _, c := range combinations {
		function(c.name, func(w *writer) { w.combine(c) })
	}
	files.Add("gemm", output.SSE2, ctx)
	all := []output.Target{output.SSE2}
	for _, t := range targets {
		all = append(all, t.Target)
	}
	files.AddTables("gemm", "var gemms = [...]gemm{\n", all, func(o output.Target) string {
		if o == output.SSE2 {
			return "portable: {lanes: 4, " + combine(o) + "},\n"
		}
		return entry(targets[slices.IndexFunc(targets, func(t target) bool { return t.Target == o })])
	})
	files.Write(*out)
}

// entry lists the functions of a target.
func entry(t target) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: {lanes: %d, rows: %d, tile: [][2]func(*uint64){{},\n", strings.ToLower(t.Name), t.lanes, t.rows)
	for r := 1; r <= t.rows; r++ {
		fmt.Fprintf(&b, "{tile%dx1%s, tile%dx2%s},\n", r, t.Name, r, t.Name)
	}
	fmt.Fprintf(&b, "}, packRows: [2]func(*uint64){packRows1%s, packRows2%s}, packColumns: packColumns%s,\n", t.Name, t.Name, t.Name)
	if t.Target != output.NEON {
		tiles := func(name string) {
			fmt.Fprintf(&b, "%s: [][2]func(*uint64){{},\n", name)
			for r := 1; r <= t.pairRows(); r++ {
				fmt.Fprintf(&b, "{%s%dx1%s, %s%dx2%s},\n", name, r, t.Name, name, r, t.Name)
			}
			fmt.Fprintf(&b, "},\n")
		}
		tiles("pairs")
		if t.lanes == 16 {
			tiles("dots")
		}
		fmt.Fprintf(&b, "halveAcross: halveAcross%s, halveAlong: halveAlong%s,\n", t.Name, t.Name)
	}
	if t.lanes == 16 {
		fmt.Fprintf(&b, "flat: [][2]func(*uint64){{},\n")
		for r := 1; r <= flatRows; r++ {
			fmt.Fprintf(&b, "{flat%dx2%s, flat%dx3%s},\n", r, t.Name, r, t.Name)
		}
		fmt.Fprintf(&b, "},\nstrip: []func(*uint64){\n")
		for vecs := 1; vecs <= mostStrip; vecs++ {
			fmt.Fprintf(&b, "strip%d%s,\n", vecs, t.Name)
		}
		fmt.Fprintf(&b, "},\n")
	}
	fmt.Fprintf(&b, "addRuns: addRuns%s,\n", t.Name)
	fmt.Fprintf(&b, "%s,\nliving: living%s, livingAcross: livingAcross%s},\n", combine(t.Target), t.Name, t.Name)
	return b.String()
}

// combine lists the combinations of a target.
func combine(t output.Target) string {
	var b strings.Builder
	b.WriteString("combine: [...]func(*uint64){")
	for _, c := range combinations {
		fmt.Fprintf(&b, "%s: %s%s, ", c.name, c.name, t.Name)
	}
	return b.String() + "}"
}

// field is an argument: a field of a struct of 64-bit fields.
func (w *writer) field(n int) operand.Mem { return operand.Mem{Base: w.args, Disp: 8 * n} }
