package parts

import (
	"fmt"

	"latentspace/nn"
	"latentspace/nn/elementary"
)

// velocity is the network v(x, t, c) of a flow at a place x, at a time t in [0, 1] and under
// conditions c:
//
//	e = silu(E·(τ(t), c))   τ(t) = sin ωᵢt, cos ωᵢt   ωᵢ = π/2·64^(i/15), i = 0 … 15
//
//	vectors   h₀ = I·x   hⱼ₊₁ = hⱼ + Bⱼ·silu(Aⱼ·norm(hⱼ) + Tⱼ·e)            v = O·silu(norm(h))
//	maps      h₀ = I∗x   hⱼ₊₁ = hⱼ + Bⱼ∗silu((1 + s)·norm(Aⱼ∗silu(norm(hⱼ))) + b)   v = O∗silu(norm(h))
//
//	x (n, …, d)   t (n)   c (n, m), or the zero Node   v like x
//
// where (s, b) = Tⱼ·e is of each channel, ∗ is a 3×3 convolution, and norm is [nn.LayerNorm] of
// vectors and [nn.GroupNorm] of maps. Bⱼ and O start as zero, so that a flow starts at rest.
//
// Lipman et al., Flow Matching for Generative Modeling, ICLR 2023, has a UNet; Ho, Jain and Abbeel,
// Denoising Diffusion Probabilistic Models, NeurIPS 2020, appendix B, how its blocks know the time;
// Dhariwal and Nichol, Diffusion Models Beat GANs on Image Synthesis, NeurIPS 2021, section 3, the
// scale and shift.
type velocity struct {
	width, blocks int
}

const timeFrequencies = 16

// at returns v (n, …, d).
func (v velocity) at(g *nn.Graph, x, t, c nn.Node) nn.Node {
	shape := x.Shape()
	switch {
	case len(shape) == 2:
		return v.ofVectors(g, x, v.embedding(g.In("time"), t, c))
	case len(shape) == 4:
		return v.ofMaps(g, x, v.embedding(g.In("time"), t, c))
	}
	return g.Failf("velocity: codes of shape %v, want vectors (n, d) or maps (n, height, width, d)", shape)
}

// embedding returns e (n, width).
func (v velocity) embedding(g *nn.Graph, t, c nn.Node) nn.Node {
	omega := make([]float32, timeFrequencies)
	for i := range omega {
		omega[i] = float32(elementary.Pow(64, float64(i)/(timeFrequencies-1)) * 1.5707963267948966)
	}
	angles := t.Reshape(t.Shape()[0], 1).MatMul(g.Constant(omega, 1, timeFrequencies))
	known := []nn.Node{angles.Sin(), angles.Cos()}
	if (c != nn.Node{}) {
		known = append(known, c)
	}
	return silu(nn.Linear{Out: v.width}.Forward(g, nn.Concat(1, known...)))
}

func (v velocity) ofVectors(g *nn.Graph, x, e nn.Node) nn.Node {
	h := nn.Linear{Out: v.width}.Forward(g.In("in"), x)
	for i := range v.blocks {
		in := g.In(fmt.Sprintf("block%d", i+1))
		a := nn.Linear{Out: v.width, NoBias: true}.Forward(in.In("first"), nn.LayerNorm{}.Forward(in.In("norm"), h))
		a = silu(a.Add(nn.Linear{Out: v.width}.Forward(in.In("time"), e)))
		h = h.Add(nn.Linear{Out: v.width, Init: nn.Zeros}.Forward(in.In("second"), a))
	}
	h = silu(nn.LayerNorm{}.Forward(g.In("norm"), h))
	return nn.Linear{Out: x.Shape()[1], Init: nn.Zeros}.Forward(g.In("out"), h)
}

func (v velocity) ofMaps(g *nn.Graph, x, e nn.Node) nn.Node {
	conv := func(g *nn.Graph, x nn.Node, out int, init nn.Init) nn.Node {
		return nn.Conv{Out: out, Kernel: 3, Pad: 1, Init: init}.Forward(g, x)
	}
	h := conv(g.In("in"), x, v.width, nn.He)
	for i := range v.blocks {
		in := g.In(fmt.Sprintf("block%d", i+1))
		a := conv(in.In("first"), silu(nn.GroupNorm{}.Forward(in.In("first").In("norm"), h)), v.width, nn.He)
		time := nn.Linear{Out: 2 * v.width}.Forward(in.In("time"), e)
		scale, shift := time.Slice(1, 0, v.width).AddScalar(1), time.Slice(1, v.width, 2*v.width)
		a = nn.GroupNorm{}.Forward(in.In("second").In("norm"), a).NormaliseEach(shift.Like(0), scale, shift)
		h = h.Add(conv(in.In("second"), silu(a), v.width, nn.Zeros))
	}
	return conv(g.In("out"), silu(nn.GroupNorm{}.Forward(g.In("norm"), h)), x.Shape()[3], nn.Zeros)
}

func silu(x nn.Node) nn.Node { return x.Mul(x.Sigmoid()) }
