package nn_test

import (
	"math"
	"slices"
	"testing"

	"latentspace/nn"
)

// Losses of the field are a few lines on nodes. Each test has one, and the same in plain Go.

// fixed are n values of different sizes and signs.
func fixed(n int, step float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(1 + step*float64(i)))
	}
	return x
}

// value compiles and runs a graph and returns its outputs, one behind the other.
func value(t *testing.T, g *nn.Graph, outputs ...nn.Node) []float64 {
	t.Helper()
	p, err := nn.Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	var all []float64
	for _, o := range outputs {
		for _, v := range p.Output(o) {
			all = append(all, float64(v))
		}
	}
	return all
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-5*max(1, math.Abs(b)) }) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// The critic is tanh(x·W)·v. Its gradient by x is W·(v·(1 − tanh²)); that of the penalty by W
// is compared with differences.
//
// Gulrajani et al., Improved Training of Wasserstein GANs, NIPS 2017, equation 3.
func TestTheGradientPenaltyOfWGAN(t *testing.T) {
	data, fake, mix := fixed(6, 0.7), fixed(6, 1.3), []float32{0.25, 0.75}
	w, v := fixed(12, 0.9), fixed(4, 1.1)
	build := func(w []float32) (g *nn.Graph, penalty, weights nn.Node) {
		g = nn.NewGraph(nn.NewParams(1), nn.Options{})
		x, y, u := g.Constant(data, 2, 3), g.Constant(fake, 2, 3), g.Constant(mix, 2)
		weights = g.Constant(w, 3, 4)

		between := y.Add(x.Sub(y).MulCol(u))
		out := between.MatMul(weights).Tanh().MatMul(g.Constant(v, 4, 1))
		norm := g.Grad(out.Sum(), between)[0].Square().SumCols().AddScalar(1e-12).Sqrt()
		penalty = norm.AddScalar(-1).Square().Mean().Scale(10)
		return g, penalty, weights
	}
	plain := func(w []float32) float64 {
		sum := 0.0
		for r := range 2 {
			square := 0.0
			var x [3]float64
			for i := range x {
				u := float64(mix[r])
				x[i] = u*float64(data[3*r+i]) + (1-u)*float64(fake[3*r+i])
			}
			var slope [4]float64
			for j := range slope {
				h := 0.0
				for i := range x {
					h += x[i] * float64(w[4*i+j])
				}
				slope[j] = float64(v[j]) * (1 - math.Tanh(h)*math.Tanh(h))
			}
			for i := range x {
				d := 0.0
				for j := range slope {
					d += float64(w[4*i+j]) * slope[j]
				}
				square += d * d
			}
			sum += 10 * math.Pow(math.Sqrt(square)-1, 2) / 2
		}
		return sum
	}
	g, penalty, weights := build(w)
	got := value(t, g, penalty, g.Grad(penalty, weights)[0])
	near(t, "penalty", got[:1], []float64{plain(w)})
	for i := range w {
		at := func(h float32) float64 {
			moved := slices.Clone(w)
			moved[i] += h
			return plain(moved)
		}
		if slope := (at(0.001) - at(-0.001)) / 0.002; math.Abs(got[1+i]-slope) > 1e-3 {
			t.Errorf("gradient by w[%d]: got %v, want %v", i, got[1+i], slope)
		}
	}
}

// Codes z find the nearest words e of a codebook. The decoder's gradient reaches z as if the
// words were z, the codebook is drawn to z, and z to the words.
//
// Van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, NIPS 2017,
// equations 1 to 3.
func TestTheNearestCodewordOfVQVAE(t *testing.T) {
	const n, words, dim, beta = 5, 4, 3, 0.25
	z, e := fixed(n*dim, 0.7), fixed(words*dim, 2.3)
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	codes, book := g.Constant(z, n, dim), g.Constant(e, words, dim)

	// |z − e|² but for |z|², which is the same for every word.
	distance := codes.MatMulT(book).Scale(-2).AddRow(book.Square().SumCols())
	index := distance.ArgMin()
	nearest := book.Gather(index)
	quantised := codes.Add(nearest.Sub(codes).Stop())
	loss := quantised.Mul(quantised).Sum()
	loss = loss.Add(nn.SquaredError(nearest, codes.Stop()).Sum())
	loss = loss.Add(nn.SquaredError(codes, nearest.Stop()).Sum().Scale(beta))
	got := value(t, g, append(g.Grad(loss, codes, book), index, loss)...)

	wantZ, wantE := make([]float64, n*dim), make([]float64, words*dim)
	var wantIndex []float64
	wantLoss := 0.0
	for i := range n {
		best, least := 0, math.Inf(1)
		for k := range words {
			d := 0.0
			for c := range dim {
				d += math.Pow(float64(z[i*dim+c])-float64(e[k*dim+c]), 2)
			}
			if d < least {
				best, least = k, d
			}
		}
		wantIndex = append(wantIndex, float64(best))
		wantLoss += (1 + beta) * least
		for c := range dim {
			word, code := float64(e[best*dim+c]), float64(z[i*dim+c])
			wantLoss += word * word
			wantZ[i*dim+c] = 2*word + 2*beta*(code-word)
			wantE[best*dim+c] += 2 * (word - code)
		}
	}
	near(t, "gradients, indices and loss", got, slices.Concat(wantZ, wantE, wantIndex, []float64{wantLoss}))
}

// A loss of k importance weights for each example, which are ln p(x, z) − ln q(z|x) of
// unit Gaussians about 0 and mu, with p(x|z) a unit Gaussian about z.
//
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016, equation 8.
func TestTheBoundOfIWAE(t *testing.T) {
	const n, k, dim = 3, 4, 2
	x, mu := fixed(n*dim, 0.7), fixed(n*dim, 1.9)
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	data, mean := g.Constant(x, n, dim), g.Constant(mu, n, dim)

	eps := g.Noise("eps", n*k, dim)
	z := mean.Repeat(k).Add(eps)
	weight := eps.Square().Sub(z.Square()).SumCols().Scale(0.5).Sub(nn.FixedGaussianNLL(z, data.Repeat(k), 1))
	bound := weight.Reshape(n, k).LogSumExp().AddScalar(-math.Log(k)).Mean()
	got := value(t, g, eps, bound)

	want := 0.0
	for i := range n {
		sum := 0.0
		for s := range k {
			log := 0.0
			for c := range dim {
				e := got[(i*k+s)*dim+c]
				z := float64(mu[i*dim+c]) + e
				log += (e*e - z*z - math.Pow(float64(x[i*dim+c])-z, 2) - math.Log(2*math.Pi)) / 2
			}
			sum += math.Exp(log) / k
		}
		want += math.Log(sum) / n
	}
	near(t, "bound", got[n*k*dim:], []float64{want})
}

// FactorVAE compares codes with codes whose dimensions are permuted in the batch, each by an
// order of its own: the values of a dimension stay.
//
// Kim and Mnih, Disentangling by Factorising, ICML 2018, algorithm 1.
func TestDimensionsPermutedInTheBatch(t *testing.T) {
	const n, dim = 50, 3
	z := fixed(n*dim, 0.7)
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	codes := g.Constant(z, n, dim)

	columns := make([]nn.Node, dim)
	for c := range columns {
		columns[c] = codes.Slice(1, c, c+1).Gather(g.Permutation("order", n))
	}
	got := value(t, g, nn.Concat(1, columns...))

	moved := map[int]bool{}
	for c := range dim {
		var before, after []float64
		for i := range n {
			before, after = append(before, float64(z[i*dim+c])), append(after, got[i*dim+c])
			moved[slices.Index(z, float32(got[i*dim+c]))/dim-i] = true
		}
		slices.Sort(before)
		slices.Sort(after)
		near(t, "values of a dimension", after, before)
	}
	if len(moved) < n/2 {
		t.Errorf("rows moved by %d distances, want each dimension in an order of its own", len(moved))
	}
}
