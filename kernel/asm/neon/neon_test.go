package neon

import (
	"regexp"
	"testing"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// What no program of the kernels has is translated correctly too, or refused.
func TestTranslation(t *testing.T) {
	type context = *build.Context
	at := func(base reg.Register, offset int) operand.Mem { return operand.Mem{Base: base, Disp: offset} }
	for _, c := range []struct {
		name  string
		write func(c context, x reg.GPVirtual)
		want  string // an expression of the assembly or the error
	}{
		{"halves of two numbers in every lane are apart", func(c context, x reg.GPVirtual) {
			a, b, both := c.YMM(), c.YMM(), c.YMM()
			c.VBROADCASTSS(at(x, 0), a)
			c.VBROADCASTSS(at(x, 4), b)
			c.VPERM2F128(operand.U8(0x20), b, a, both)
			c.VMOVUPS(both, at(x, 0))
		}, `STP (Q0, Q1|Q1, Q0),`},
		{"a number that is multiplied by itself is in every lane", func(c context, x reg.GPVirtual) {
			a, sum := c.YMM(), c.YMM()
			c.VBROADCASTSS(at(x, 0), a)
			c.VXORPS(sum, sum, sum)
			c.VFMADD231PS(a, a, sum)
			c.VMOVUPS(sum, at(x, 0))
		}, `LD1R(.|\n)*FMLA V\d+.4S, V\d+.4S, V\d+.4S\n`},
		{"a blend looks at signs alone", func(c context, x reg.GPVirtual) {
			a, b := c.YMM(), c.YMM()
			c.VMOVUPS(at(x, 0), a)
			c.VMOVUPS(at(x, 32), b)
			c.VBLENDVPS(b, a, b, a)
			c.VMOVUPS(a, at(x, 0))
		}, `SSHR(.|\n)*BSL(.|\n)*SSHR(.|\n)*BSL`},
		{"flags do not come from before a label", func(c context, x reg.GPVirtual) {
			c.CMPQ(x, operand.U8(1))
			c.Label("here")
			c.JNE(operand.LabelRef("here"))
		}, `JNE here: no flags are set right before it`},
		{"flags do not come from far before", func(c context, x reg.GPVirtual) {
			c.Label("here")
			c.TESTQ(x, x)
			c.MOVQ(at(x, 0), x)
			c.JNE(operand.LabelRef("here"))
		}, `JNE here: no flags are set right before it`},
		{"half a register that nothing wrote has no value", func(c context, x reg.GPVirtual) {
			a := c.YMM()
			c.VMOVUPS(at(x, 0), a.AsX())
			c.VMOVUPS(a, at(x, 0))
		}, `a register is used before it has a value`},
		{"the stack has no index", func(c context, x reg.GPVirtual) {
			a, m := c.YMM(), c.AllocLocal(64)
			m.Index, m.Scale = x, 1
			c.VMOVUPS(m, a)
			c.VMOVUPS(a, at(x, 0))
		}, `has an index from the stack pointer`},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := build.NewContext()
			ctx.Function("f")
			ctx.SignatureExpr("func(x *float32)")
			c.write(ctx, ctx.Load(ctx.Param("x"), ctx.GP64()).(reg.GPVirtual))
			ctx.RET()
			file, err := ctx.Result()
			if err != nil {
				t.Fatal(err)
			}
			out, err := Write(file, "test", "constants", false)
			got := string(out)
			if err != nil {
				got = err.Error()
			}
			if !regexp.MustCompile(c.want).MatchString(got) {
				t.Errorf("got\n%s\nwant %s", got, c.want)
			}
		})
	}
}
