// Fft writes the fast Fourier transforms and the splines of package kernel: assembly
// for AVX2, AVX-512 and NEON, their declarations and the tables of them. Run it with
//
//	go generate ./kernel
package main

import (
	"flag"
	"fmt"
	"log"
	"strings"

	"github.com/mmcloughlin/avo/operand"

	"latentspace/kernel/asm/output"
)

// program is one function of the kernel package in all instruction sets.
type program struct {
	field     string // of the table
	name      string
	signature string
	write     func(n *net)
}

var targets = []output.Target{output.AVX2, output.AVX512, output.NEON}

func main() {
	log.SetFlags(0)
	log.SetPrefix("fft: ")
	out := flag.String("to", ".", "write the files to this folder")
	flag.Parse()
	files := output.Files{}
	for _, t := range targets {
		ctx := t.New()
		constants := map[string]operand.Mem{}
		for _, p := range programs() {
			ctx.Function(p.name + t.Name)
			ctx.Pragma("noescape")
			ctx.SignatureExpr("func" + p.signature)
			p.write(&net{Context: ctx, wide: t == output.AVX512, neon: t == output.NEON, constants: constants})
			ctx.VZEROUPPER()
			ctx.RET()
		}
		files.Add("fft", t, ctx)
	}
	files.AddTables("fft", "var ffts = [...]fftLoops{\nportable: fftTwins,\n", targets, entry)
	files.Write(*out)
}

var leafSizes = []int{4, 6, 8, 10, 12, 15, 20}

func programs() []program {
	list := []program{
		{"down", "fftDown", "(x []float32, q, count int, twiddles []float32)", func(n *net) { n.pass(false) }},
		{"up", "fftUp", "(x []float32, q, count int, twiddles []float32)", func(n *net) { n.pass(true) }},
		{"halfDown", "fftHalfDown", "(dst, re, im []float32, stride, q int, twiddles []float32)", (*net).halfDown},
		{"halfUp", "fftHalfUp", "(re, im []float32, stride int, x []float32, q int, twiddles []float32)", (*net).halfUp},
		{"separate", "fftSeparate", "(lower, upper, x []float32, at []int)", (*net).separate},
		{"join", "fftJoin", "(x, lower, upper []float32, at []int)", (*net).join},
		{"spread", "spread", "(grid []float32, side int, at []int32, frac []float32)", (*net).spread},
		{"slopes", "slopes", "(slope, grid []float32, side int, at []int32, frac []float32)", (*net).slopes},
	}
	for i, size := range leafSizes {
		leaf := func(field, signature string, write func(n *net)) {
			list = append(list, program{fmt.Sprintf("leaves[%d].%s", i, field), fmt.Sprintf("fft%d%s", size, field), signature, write})
		}
		leaf("down", "(x []float32, count int)", func(n *net) { n.leaf(size, false) })
		leaf("up", "(x []float32, count int)", func(n *net) { n.leaf(size, true) })
		leaf("convolve", "(x, s []float32, sums []float64, count int)", func(n *net) { n.convolve(size) })
	}
	return list
}

// entry lists the functions of a target.
func entry(t output.Target) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: {\nleaves: [...]leafLoops{\n", strings.ToLower(t.Name))
	for _, size := range leafSizes {
		fmt.Fprintf(&b, "{down: fft%ddown%s, up: fft%dup%s, convolve: fft%dconvolve%s},\n", size, t.Name, size, t.Name, size, t.Name)
	}
	fmt.Fprintf(&b, "},\n")
	for _, p := range programs() {
		if !strings.HasPrefix(p.field, "leaves") {
			fmt.Fprintf(&b, "%s: %s%s,\n", p.field, p.name, t.Name)
		}
	}
	fmt.Fprintf(&b, "},\n")
	return b.String()
}
