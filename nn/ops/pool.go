package ops

import "latentspace/kernel"

// AvgPool is the mean over size×size windows, stride apart, without padding:
// (n, h, w, c) to (n, ⌊(h − size)/stride⌋ + 1, …, c).
func AvgPool(x Node, size, stride int) Node {
	p, bad, ok := poolOf("average pool", x, size, stride)
	if ok {
		return bad
	}
	return apply(avgPool{p}, pooled(p), x)
}

// MaxPool is the maximum over the windows of [AvgPool].
func MaxPool(x Node, size, stride int) Node {
	p, bad, ok := poolOf("max pool", x, size, stride)
	if ok {
		return bad
	}
	return apply(maxPool{p}, pooled(p), x)
}

func poolOf(name string, x Node, size, stride int) (p kernel.Pool, bad Node, failed bool) {
	if bad, ok := firstErr(x); ok {
		return p, bad, true
	}
	s := x.Shape()
	if len(s) != 4 {
		return p, Errorf("%s: shape %v, want (batch, height, width, channels)", name, s), true
	}
	if size < 1 || stride < 1 || size > s[1] || size > s[2] {
		return p, Errorf("%s: %d×%d windows, stride %d, do not fit into %d×%d pictures", name, size, size, stride, s[1], s[2]), true
	}
	return kernel.Pool{Batch: s[0], Height: s[1], Width: s[2], Channels: s[3], Size: size, Stride: stride}, Node{}, false
}

func pooled(p kernel.Pool) []int { return []int{p.Batch, p.OutHeight(), p.OutWidth(), p.Channels} }
func whole(p kernel.Pool) []int  { return []int{p.Batch, p.Height, p.Width, p.Channels} }

type avgPool struct{ p kernel.Pool }

func (avgPool) Name() string { return "average pool" }
func (d avgPool) Run(out []float32, in [][]float32, _ []float32) {
	kernel.AvgPool(out, in[0], d.p)
}
func (d avgPool) Diff(_ []Node, _, g Node) []Node {
	return []Node{apply(avgPoolAdjoint(d), whole(d.p), g)}
}

type avgPoolAdjoint struct{ p kernel.Pool }

func (avgPoolAdjoint) Name() string { return "average pool gradient" }
func (d avgPoolAdjoint) Run(out []float32, in [][]float32, _ []float32) {
	kernel.AvgPoolAdjoint(out, in[0], d.p)
}
func (d avgPoolAdjoint) Diff(_ []Node, _, g Node) []Node {
	return []Node{apply(avgPool(d), pooled(d.p), g)}
}

type maxPool struct{ p kernel.Pool }

func (maxPool) Name() string { return "max pool" }
func (d maxPool) Run(out []float32, in [][]float32, _ []float32) {
	kernel.MaxPool(out, in[0], d.p)
}
func (d maxPool) Diff(in []Node, _, g Node) []Node {
	return []Node{apply(maxPoolScatter(d), whole(d.p), in[0], g)}
}

// maxPoolScatter sends g to where the maxima of x are; maxPoolGather fetches
// from there. For fixed x they are each other's adjoints, and neither changes
// with x between ties.
type maxPoolScatter struct{ p kernel.Pool }

func (maxPoolScatter) Name() string          { return "max pool gradient" }
func (maxPoolScatter) constantIn(i int) bool { return i == 0 }
func (d maxPoolScatter) Run(out []float32, in [][]float32, _ []float32) {
	kernel.MaxPoolScatter(out, in[0], in[1], d.p)
}
func (d maxPoolScatter) Diff(in []Node, _, h Node) []Node {
	return []Node{{}, apply(maxPoolGather(d), pooled(d.p), in[0], h)}
}

type maxPoolGather struct{ p kernel.Pool }

func (maxPoolGather) Name() string          { return "max pool gather" }
func (maxPoolGather) constantIn(i int) bool { return i == 0 }
func (d maxPoolGather) Run(out []float32, in [][]float32, _ []float32) {
	kernel.MaxPoolGather(out, in[0], in[1], d.p)
}
func (d maxPoolGather) Diff(in []Node, _, h Node) []Node {
	return []Node{{}, apply(maxPoolScatter(d), whole(d.p), in[0], h)}
}

// Upsample repeats every pixel factor×factor times: (n, h, w, c) to
// (n, factor·h, factor·w, c).
func Upsample(x Node, factor int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if len(s) != 4 || factor < 1 {
		return Errorf("upsample: shape %v, factor %d, want (batch, height, width, channels) and at least 1", s, factor)
	}
	d := upsample{s[0], s[1], s[2], s[3], factor}
	return apply(d, d.large(), x)
}

type upsample struct{ batch, height, width, channels, factor int }

func (d upsample) small() []int { return []int{d.batch, d.height, d.width, d.channels} }
func (d upsample) large() []int {
	return []int{d.batch, d.factor * d.height, d.factor * d.width, d.channels}
}

func (upsample) Name() string { return "upsample" }
func (d upsample) Run(out []float32, in [][]float32, _ []float32) {
	kernel.UpsampleNearest(out, in[0], d.batch, d.height, d.width, d.channels, d.factor)
}
func (d upsample) Diff(_ []Node, _, g Node) []Node {
	return []Node{apply(upsampleAdjoint(d), d.small(), g)}
}

// upsampleAdjoint sums every factor×factor block.
type upsampleAdjoint upsample

func (upsampleAdjoint) Name() string { return "upsample gradient" }
func (d upsampleAdjoint) Run(out []float32, in [][]float32, _ []float32) {
	kernel.UpsampleNearestAdjoint(out, in[0], d.batch, d.height, d.width, d.channels, d.factor)
}
func (d upsampleAdjoint) Diff(_ []Node, _, g Node) []Node {
	return []Node{apply(upsample(d), upsample(d).large(), g)}
}
