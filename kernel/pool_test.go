package kernel

import (
	"math"
	"testing"
)

// pools are windows that tile, overlap and leave a border.
var pools = map[string]Pool{
	"tiles":    {Batch: 2, Height: 6, Width: 4, Channels: 3, Size: 2, Stride: 2},
	"overlap":  {Batch: 1, Height: 7, Width: 5, Channels: 2, Size: 3, Stride: 1},
	"a border": {Batch: 3, Height: 5, Width: 8, Channels: 1, Size: 2, Stride: 3},
}

// naivePool calls f with the values of every window, in the order of the output.
func naivePool(p Pool, f func(out int, in []int)) {
	out := 0
	for b := range p.Batch {
		for i := 0; i+p.Size <= p.Height; i += p.Stride {
			for j := 0; j+p.Size <= p.Width; j += p.Stride {
				for c := range p.Channels {
					var in []int
					for u := range p.Size {
						for v := range p.Size {
							in = append(in, ((b*p.Height+i+u)*p.Width+j+v)*p.Channels+c)
						}
					}
					f(out, in)
					out++
				}
			}
		}
	}
}

// dot is Σ x·y, for the identity ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ of an adjoint.
func dot(x, y []float32) float64 {
	s := 0.0
	for i := range x {
		s += float64(x[i]) * float64(y[i])
	}
	return s
}

func TestPooling(t *testing.T) {
	for name, p := range pools {
		t.Run(name, func(t *testing.T) {
			x := noise(p.Batch*p.Height*p.Width*p.Channels, "x")
			n := p.Batch * p.OutHeight() * p.OutWidth() * p.Channels
			dy, avg, most, picked := noise(n, "dy"), make([]float32, n), make([]float32, n), make([]float32, n)
			AvgPool(avg, x, p)
			MaxPool(most, x, p)
			h := noise(len(x), "h")
			MaxPoolGather(picked, x, h, p)
			naivePool(p, func(out int, in []int) {
				mean, top := 0.0, in[0]
				for _, i := range in {
					mean += float64(x[i]) / float64(len(in))
					if x[i] > x[top] {
						top = i
					}
				}
				near(t, "mean", float64(avg[out]), mean, 1e-6)
				if most[out] != x[top] || picked[out] != h[top] {
					t.Errorf("output %d: got maximum %v and value there %v, want %v and %v", out, most[out], picked[out], x[top], h[top])
				}
			})
			dx := noise(len(x), "old")
			AvgPoolAdjoint(dx, dy, p)
			near(t, "adjoint of the mean", dot(dx, h), func() float64 { AvgPool(avg, h, p); return dot(avg, dy) }(), 1e-5)
			MaxPoolScatter(dx, x, dy, p)
			near(t, "adjoint of the gather", dot(dx, h), dot(picked, dy), 1e-5)
		})
	}
}

func TestMaxPoolKeepsNaN(t *testing.T) {
	nan := float32(math.NaN())
	p := Pool{Batch: 1, Height: 2, Width: 2, Channels: 1, Size: 2, Stride: 1}
	for i := range 4 {
		x := []float32{1, 2, 3, 4}
		x[i] = nan
		y, dx := make([]float32, 1), make([]float32, 4)
		MaxPool(y, x, p)
		MaxPoolScatter(dx, x, []float32{5}, p)
		if y[0] == y[0] || dx[i] != 5 {
			t.Errorf("NaN at %d: got %v and gradients %v", i, y[0], dx)
		}
	}
}

func TestUpsampleNearest(t *testing.T) {
	const batch, height, width, channels, factor = 2, 3, 4, 5, 3
	x := noise(batch*height*width*channels, "x")
	y := make([]float32, len(x)*factor*factor)
	UpsampleNearest(y, x, batch, height, width, channels, factor)
	i := 0
	for b := range batch {
		for r := range height * factor {
			for c := range width * factor {
				for ch := range channels {
					if want := x[((b*height+r/factor)*width+c/factor)*channels+ch]; y[i] != want {
						t.Fatalf("at %d: got %v, want %v", i, y[i], want)
					}
					i++
				}
			}
		}
	}
	dy, dx := noise(len(y), "dy"), noise(len(x), "old")
	UpsampleNearestAdjoint(dx, dy, batch, height, width, channels, factor)
	near(t, "adjoint", dot(dx, x), dot(dy, y), 1e-5)
}
