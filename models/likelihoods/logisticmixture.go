package likelihoods

import (
	"slices"

	"latentspace/example"
	"latentspace/nn"
)

// LogisticMixture is a mixture of Components logistic densities for each pixel, integrated over
// the steps between Levels values as that of [Discretised]. In the units of the paper, x from −1
// to 1, a pixel of channels 1 … C has
//
//	p(x|y) = Σₖ πₖ Πc [σ((xc + h − μck)/sck) − σ((xc − h − μck)/sck)],   h = 1/(Levels − 1)
//	μck = mck + Σ_{j<c} tanh(γcjk)·xj
//
// where x is the true pixel: of the channels of a colour each depends on those before it. The
// decoder gives the logits of π, m, ln s and γ of each pixel, K(1 + 2C + C(C−1)/2) numbers. ln s
// is kept between −7, as in the paper, and 3. Values that are not those of a picture are
// mixtures of their own.
//
// Salimans, Karpathy, Chen and Kingma, PixelCNN++, ICLR 2017, equations 2 and 3.
type LogisticMixture struct {
	Components int `yaml:"components"` // of the mixture, 1 to 100
	Levels     int `yaml:"levels"`     // values that a pixel can have, 2 to 65536
}

// Check reports the fields that are out of range.
func (l LogisticMixture) Check(report func(key, format string, args ...any)) {
	if l.Components < 1 || l.Components > 100 {
		report("components", "%d, want it from 1 to 100", l.Components)
	}
	Discretised{l.Levels}.Check(report)
}

// pixelOf is the shape of the pixels of a field, and how many channels each has.
func pixelOf(f example.Field) (shape []int, channels int) {
	if n := len(f.Shape); n == 3 {
		return f.Shape[:n-1], f.Shape[n-1]
	}
	return f.Shape, 1
}

// Params implements [Likelihood].
func (l LogisticMixture) Params(f example.Field) []int {
	shape, channels := pixelOf(f)
	return append(clone(shape), l.Components*(1+2*channels+pairs(channels)))
}

// pairs is how many pairs of channels there are.
func pairs(channels int) int { return channels * (channels - 1) / 2 }

// mixtures are the parameters of pixels: (pixels, …) with the components of one channel, or pair of
// channels, after those of another.
type mixtures struct {
	logits        nn.Node // (pixels, K)
	means, scales nn.Node // (pixels, C·K), m and ln s
	factors       nn.Node // (pixels, pairs·K), tanh γ of the pairs (2, 1), (3, 1), (3, 2) …; none of one channel
	channels      int
}

func (l LogisticMixture) mixtures(y nn.Node, f example.Field) mixtures {
	_, channels := pixelOf(f)
	width := lastOf(y.Shape())
	y = y.Reshape(sizeOf(y.Shape())/width, width)
	k := l.Components
	n := k * channels
	m := mixtures{channels: channels, logits: y.Slice(1, 0, k), means: y.Slice(1, k, k+n), scales: y.Slice(1, k+n, k+2*n).Clamp(-7, 3)}
	if channels > 1 {
		m.factors = y.Slice(1, k+2*n, width).Tanh()
	}
	return m
}

// NLL implements [Likelihood], by the formula of [Discretised.NLL].
func (l LogisticMixture) NLL(g *nn.Graph, y, x nn.Node, f example.Field) nn.Node {
	m, k, h := l.mixtures(y, f), l.Components, 1/float64(l.Levels-1)
	pixels := m.logits.Shape()[0]
	x = x.Scale(2).AddScalar(-1).Reshape(pixels, m.channels)
	of := func(x nn.Node) nn.Node { // a value for each component
		n := lastOf(x.Shape())
		return x.Reshape(pixels*n).BroadcastCol(pixels*n, k).Reshape(pixels, n*k)
	}
	centred := of(x).Sub(m.means)
	if m.channels > 1 {
		given := x.MatMul(g.Constant(firstOfPairs(m.channels), m.channels, pairs(m.channels)))
		shift := m.factors.Mul(of(given)).MatMul(g.Constant(secondOfPairs(m.channels, k), k*pairs(m.channels), k*m.channels))
		centred = centred.Sub(shift)
	}
	precision := m.scales.Neg().Exp()
	a, b := centred.AddScalar(h).Mul(precision), centred.AddScalar(-h).Mul(precision)
	notHighest, notLowest := of(step(x.Neg().AddScalar(1-h))), of(step(x.AddScalar(1-h)))
	width := precision.Scale(-2 * h).Exp().Neg().AddScalar(1).Log() // ln(1 − e^(b−a))
	logs := width.Mul(notHighest).Mul(notLowest).Sub(a.Neg().Softplus().Mul(notHighest)).Sub(b.Softplus().Mul(notLowest))
	joint := logs.MatMul(g.Constant(ofComponents(m.channels, k), k*m.channels, k))
	nll := m.logits.LogSumExp().Sub(joint.Add(m.logits).LogSumExp())
	batch := y.Shape()[0]
	return nll.Reshape(batch, pixels/batch).SumCols()
}

// firstOfPairs are the matrix (channels, pairs) that takes of each pair its earlier channel.
func firstOfPairs(channels int) []float32 {
	n := pairs(channels)
	m := make([]float32, channels*n)
	for pair, of := range eachPair(channels) {
		m[of[1]*n+pair] = 1
	}
	return m
}

// secondOfPairs are the matrix (pairs·k, channels·k) that adds to each channel what its pairs have.
func secondOfPairs(channels, k int) []float32 {
	m := make([]float32, pairs(channels)*k*channels*k)
	for pair, of := range eachPair(channels) {
		for i := range k {
			m[(pair*k+i)*channels*k+of[0]*k+i] = 1
		}
	}
	return m
}

// ofComponents are the matrix (channels·k, k) that sums over channels.
func ofComponents(channels, k int) []float32 {
	m := make([]float32, channels*k*k)
	for c := range channels {
		for i := range k {
			m[(c*k+i)*k+i] = 1
		}
	}
	return m
}

// eachPair are the pairs of a channel and an earlier one, in order.
func eachPair(channels int) (all [][2]int) {
	for c := range channels {
		for j := range c {
			all = append(all, [2]int{c, j})
		}
	}
	return all
}

// Mean implements [Likelihood]: the mean of the mixture, where the earlier channels are at their
// means, cut to [0, 1].
func (l LogisticMixture) Mean(g *nn.Graph, y nn.Node, f example.Field) nn.Node {
	m := l.mixtures(y, f)
	return l.pixels(y, f, m, m.logits.Softmax(), func(_ int, mean, _ nn.Node) nn.Node { return mean })
}

// Draw implements [Likelihood]: a component, and then one channel after another.
func (l LogisticMixture) Draw(g *nn.Graph, y nn.Node, f example.Field) nn.Node {
	m := l.mixtures(y, f)
	one := m.logits.Add(g.Gumbel("component", m.logits.Shape()...)).ArgMax().OneHot(l.Components)
	u := g.Uniform("logistic", m.logits.Shape()[0], m.channels)
	logistic := u.Log().Sub(u.Neg().AddScalar(1).Log())
	steps := float64(l.Levels - 1)
	return l.pixels(y, f, m, one, func(c int, mean, scale nn.Node) nn.Node {
		x := mean.Add(scale.Exp().MulCol(logistic.Slice(1, c, c+1).Reshape(u.Shape()[0])))
		return x.Clamp(-1, 1).AddScalar(1).Scale(steps / 2).Round().Scale(2 / steps).AddScalar(-1)
	})
}

// pixels are examples made one channel after another: value gives that of each component by its
// mean and ln s, and share says how much of each component there is.
func (l LogisticMixture) pixels(y nn.Node, f example.Field, m mixtures, share nn.Node, value func(c int, mean, scale nn.Node) nn.Node) nn.Node {
	k, pair := l.Components, 0
	var values, mixed []nn.Node
	for c := range m.channels {
		mean := m.means.Slice(1, c*k, (c+1)*k)
		for j := range c {
			mean = mean.Add(m.factors.Slice(1, pair*k, (pair+1)*k).Mul(values[j]))
			pair++
		}
		values = append(values, value(c, mean, m.scales.Slice(1, c*k, (c+1)*k)))
		mixed = append(mixed, values[c].Mul(share).SumCols().Reshape(m.logits.Shape()[0], 1))
	}
	x := nn.Concat(1, mixed...).AddScalar(1).Scale(0.5).Clamp(0, 1)
	return x.Reshape(slices.Concat(y.Shape()[:1], f.Shape)...)
}

// Support implements [Likelihood].
func (LogisticMixture) Support(example.Field) (lo, hi float64) { return 0, 1 }

// Fits implements [Likelihood].
func (LogisticMixture) Fits() []example.Kind { return []example.Kind{example.Unit, example.Binary} }
