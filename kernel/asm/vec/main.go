// Vec writes the vectorised loops of package kernel: assembly for AVX2, AVX-512 and NEON,
// their declarations and the tables of them. For the portable path on amd64 it writes the
// update by Adam, in SSE2. Run it with
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
	name      string
	signature string
	single    bool // float32 lanes
	write     func(l *lanes)
}

var targets = []output.Target{output.SSE2, output.AVX2, output.AVX512, output.NEON}

func main() {
	log.SetFlags(0)
	log.SetPrefix("vec: ")
	out := flag.String("to", ".", "write the files to this folder")
	flag.Parse()
	files := output.Files{}
	for _, t := range targets {
		ctx := t.New()
		constants := map[uint64]operand.Mem{}
		var masks *operand.Mem
		for _, p := range programs {
			if t == output.SSE2 && p.name != "adam" {
				continue
			}
			ctx.Function(p.name + t.Name)
			ctx.Pragma("noescape")
			ctx.SignatureExpr("func" + p.signature)
			l := &lanes{Context: ctx, wide: t == output.AVX512, neon: t == output.NEON, narrow: t == output.SSE2, single: p.single, constants: constants, masks: masks}
			p.write(l)
			if !l.narrow {
				ctx.VZEROUPPER()
			}
			ctx.RET()
			masks = l.masks
		}
		files.Add("vec", t, ctx)
	}
	files.AddTables("vec", "var vecs = [...]loops{\n", targets, entry)
	files.Write(*out)
}

// entry lists the functions of a target.
func entry(t output.Target) string {
	if t == output.SSE2 {
		return "portable: sse2Loops(),\n"
	}
	var b strings.Builder
	if t == output.NEON {
		b.WriteString("portable: twins,\n")
	}
	fmt.Fprintf(&b, "%s: {\n", strings.ToLower(t.Name))
	for _, p := range programs {
		fmt.Fprintf(&b, "%s: %s%s,\n", p.name, p.name, t.Name)
	}
	fmt.Fprintf(&b, "},\n")
	return b.String()
}
