// Vec writes the vectorised loops of package kernel: assembly for AVX2, AVX-512 and NEON,
// their declarations and the tables of them. Run it with
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

var targets = []output.Target{output.AVX2, output.AVX512, output.NEON}

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
			ctx.Function(p.name + t.Name)
			ctx.Pragma("noescape")
			ctx.SignatureExpr("func" + p.signature)
			l := &lanes{Context: ctx, wide: t == output.AVX512, neon: t == output.NEON, single: p.single, constants: constants, masks: masks}
			p.write(l)
			ctx.VZEROUPPER()
			ctx.RET()
			masks = l.masks
		}
		files.Add("vec", t, ctx)
	}
	files.AddTables("vec", "var vecs = [...]loops{\nportable: twins,\n", targets, entry)
	files.Write(*out)
}

// entry lists the functions of a target.
func entry(t output.Target) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: {\n", strings.ToLower(t.Name))
	for _, p := range programs {
		fmt.Fprintf(&b, "%s: %s%s,\n", p.name, p.name, t.Name)
	}
	fmt.Fprintf(&b, "},\n")
	return b.String()
}
