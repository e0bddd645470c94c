package kernel

import (
	"slices"
	"testing"
)

// The bits of long arrays are the same on any number of processors and every path,
// in place too.
func TestBitsDoNotDependOnProcessors(t *testing.T) {
	const n, rows = 3*elementGrain + 1235, 59 // 59 divides none of the chunks
	for _, c := range []struct {
		name string
		run  func(x, y []float32)
	}{
		{"Exp", func(x, _ []float32) { Exp(x, x) }},
		{"Tanh", func(x, _ []float32) { Tanh(x, x) }},
		{"ELU", func(x, _ []float32) { ELU(x, x, 1) }},
		{"ExpBounded", func(x, _ []float32) { ExpBounded(x, x, 1) }},
		{"Mul", func(x, y []float32) { Mul(x, x, y) }},
		{"AddScaled", func(x, y []float32) { AddScaled(y[:n], x, y, 0.3) }},
		{"Square", func(x, _ []float32) { Square(x, x) }},
		{"Fill", func(x, _ []float32) { Fill(x, 3) }},
		{"TanhGrad", func(x, y []float32) { TanhGrad(y[:n], x, y) }},
		{"LeakyReLUGrad", func(x, y []float32) { LeakyReLUGrad(x, x, y, 0.2) }},
		{"ExpBoundedGrad", func(x, y []float32) { ExpBoundedGrad(y[:n], x, y, 0.2) }},
		{"EMA", func(x, y []float32) { EMA(x, y[:n], 0.9) }},
		{"RMSProp", func(x, y []float32) { RMSProp(x, y, slices.Clone(y), 0.1, 0.9, 1e-8) }},
		{"Normal", func(x, _ []float32) { Normal(x, Key{1, 2}) }},
		{"Uniform", func(x, _ []float32) { Uniform(x, Key{1, 2}) }},
		{"Sum", func(x, _ []float32) { x[0] = Sum(x) }},
		{"SumSquares", func(x, _ []float32) { x[0] = float32(SumSquares(x)) }},
		{"SumRows", func(x, y []float32) { SumRows(y[:7], x[:n/7*7]) }},
		{"Moments", func(x, y []float32) { Moments(y[:14], x[:n/7*7]) }},
		{"CentredSums", func(x, y []float32) { CentredSums(x[:14], x[:n/7*7], y, y[n-7:n]) }},
		{"Normalise", func(x, y []float32) { Normalise(x[:n/7*7], x, y[:7], y[7:14], y[14:21]) }},
		{"MomentsEach", func(x, y []float32) { MomentsEach(y[:7*2*59], x[:n/(7*59)*7*59], 59, 7) }},
		{"CentredSumsEach", func(x, y []float32) {
			CentredSumsEach(y[:7*2*59], x[:n/(7*59)*7*59], x, y[7*2*59:7*3*59], 59, 7)
		}},
		{"NormaliseEach", func(x, y []float32) {
			NormaliseEach(x[:n/(7*59)*7*59], x, y[:7*59], y[7*59:14*59], y[14*59:21*59], 59, 7)
		}},
		{"SumCols", func(x, y []float32) { SumCols(y[:rows], x[:n/rows*rows]) }},
		{"Softmax", func(x, _ []float32) { Softmax(x[:n/10*10], x[:n/10*10], 10) }},
		{"TopK", func(x, y []float32) { TopK(x[:n/rows*rows], slices.Clone(x[:n/rows*rows]), y, rows, 5) }},
		{"TokenNLLGrad", func(x, y []float32) {
			index := y[3*rows : 4*rows]
			for i := range index {
				index[i] = float32(i%9 - 1)
			}
			TokenNLL(y[:rows], x[:n/rows*rows], index)
			TokenNLLGrad(x[:n/rows*rows], x[:n/rows*rows], index, y[:rows], y[rows:2*rows])
		}},
		{"BernoulliNLLGrad", func(x, y []float32) {
			BernoulliNLLGrad(y[:rows], x[:n/rows*rows], x[:n/rows*rows], y[rows:], y[rows:2*rows])
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var wantX, wantY []float32
			for _, procs := range []int{1, 2, 7} {
				everyPath(t, func(t *testing.T) {
					x, y := noise(n, "x"), noise(n+rows, "y")
					withProcessors(procs, func() { c.run(x, y) })
					if wantX == nil {
						wantX, wantY = x, y
					}
					if !equal(x, wantX) || !equal(y, wantY) {
						t.Errorf("%d processors: other bits than with one", procs)
					}
				})
			}
		})
	}
}
