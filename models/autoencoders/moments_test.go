package autoencoders

import (
	"math"
	"math/rand/v2"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/tensor"
)

// aeAfter is an autoencoder whose code moments were moved some times towards those of codes.
func aeAfter(t *testing.T, d, moves int, code func(random *rand.Rand, k int) float32) *nn.Params {
	t.Helper()
	mean, second := tensor.New(d), tensor.New(d, d)
	random := rand.New(rand.NewPCG(1, 2))
	const batch = 32
	for range moves {
		m, s := make([]float64, d), make([]float64, d*d)
		z := make([]float32, d)
		for range batch {
			for k := range z {
				z[k] = code(random, k)
			}
			for i := range z {
				m[i] += float64(z[i]) / batch
				for j := range z {
					s[i*d+j] += float64(z[i]) * float64(z[j]) / batch
				}
			}
		}
		for i := range m {
			mean.Data[i] = mean.Data[i]*(1-parts.CodeRate) + float32(parts.CodeRate*m[i])
		}
		for i := range s {
			second.Data[i] = second.Data[i]*(1-parts.CodeRate) + float32(parts.CodeRate*s[i])
		}
	}
	net := AE{Latent: d, Encoder: networks.MLP{Hidden: []int{4}, Activation: "relu", Norm: "none", Init: "glorot"}, Loss: "squared_error"}
	p := nn.NewParams(1)
	if _, _, err := net.Phases()[0].Graph(p, nn.Options{}, models.Data{Schema: example.Points(3)}, 1); err != nil {
		t.Fatal(err)
	}
	copy(p.Get("code.mean").Data, mean.Data)
	copy(p.Get("code.second").Data, second.Data)
	if err := p.Load(p.Corrected(func(string) int { return moves })); err != nil {
		t.Fatal(err)
	}
	return p
}

// The prior of an autoencoder after few steps is that of its codes: the moments' start at
// zero is taken out of them.
func TestThePriorAfterFewStepsIsThatOfTheCodes(t *testing.T) {
	for _, moves := range []int{1, 3, 10, 100, 3000} {
		p := aeAfter(t, 2, moves, func(r *rand.Rand, k int) float32 { return 2.03 + float32(k) + 0.5*float32(r.NormFloat64()) })
		prior, err := AE{Latent: 2}.Prior(p)
		if err != nil {
			t.Fatal(err)
		}
		g := prior.(latent.Gaussian)
		for k := range 2 {
			// 32 codes have a mean within 4 errors of 0.09, and a deviation within 30 %.
			if want := 2.03 + float64(k); math.Abs(float64(g.Mean[k])-want) > 0.36 {
				t.Errorf("after %d steps: mean %v, want %v", moves, g.Mean[k], want)
			}
		}
		if sd := float64(g.Chol[0]); math.Abs(sd-0.5) > 0.2 {
			t.Errorf("after %d steps: deviation %v, want 0.5", moves, sd)
		}
	}
}

// Codes that do not vary, of any size, in all or in some dimensions, have a prior from which
// one can draw: next to the codes themselves.
func TestThePriorOfDeadCodes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 60 {
		d := 1 + random.IntN(8)
		constant, alive := make([]float32, d), make([]bool, d)
		for k := range d {
			constant[k] = float32(random.NormFloat64() * math.Pow(10, float64(random.IntN(7)-3)))
			alive[k] = i%2 == 1 && random.IntN(3) == 0
		}
		p := aeAfter(t, d, 1+random.IntN(300), func(r *rand.Rand, k int) float32 {
			if alive[k] {
				return constant[k] * (1 + float32(r.NormFloat64()))
			}
			return constant[k]
		})
		g, err := AE{Latent: d}.Prior(p)
		if err != nil {
			t.Errorf("case %d: codes %v: %v", i, constant, err)
			continue
		}
		z, err := latent.Draws(g, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		for k := range constant {
			if off := math.Abs(float64(z.Data[k] - constant[k])); !alive[k] && off > 0.1*math.Abs(float64(constant[k])) {
				t.Errorf("case %d: a draw has %v in dimension %d, whose codes are all %v", i, z.Data[k], k, constant[k])
			}
		}
	}
}
