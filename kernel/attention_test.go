package kernel

import (
	"math"
	"testing"
)

// attended computes attention by its definition, in float64.
func attended(a Attention, x, known []float32) []float64 {
	d := a.Width / a.Heads
	turned := func(t, b, part, h int) []float64 {
		from := x[((t*a.Batch+b)*3+part)*a.Width+h*d:][:d]
		to := make([]float64, d)
		for i := range d / 2 {
			u, v := float64(from[i]), float64(from[i+d/2])
			angle := float64(t) * math.Pow(10000, -2*float64(i)/float64(d))
			if a.Turns == nil || part == 2 {
				angle = 0
			}
			sin, cos := math.Sincos(angle)
			to[i], to[i+d/2] = float64(u*cos)-float64(v*sin), float64(v*cos)+float64(u*sin)
		}
		return to
	}
	y := make([]float64, a.Steps*a.Batch*a.Width)
	for b := range a.Batch {
		for h := range a.Heads {
			for t := range a.Steps {
				q, sum := turned(t, b, 0, h), 0.0
				out := make([]float64, d)
				for s := range a.Steps {
					if known != nil && known[s*a.Batch+b] == 0 || a.Causal && s > t {
						continue
					}
					dot := 0.0
					for i, k := range turned(s, b, 1, h) {
						dot += float64(q[i] * k)
					}
					p := math.Exp(dot / math.Sqrt(float64(d)))
					sum += p
					for i, v := range turned(s, b, 2, h) {
						out[i] += float64(p * v)
					}
				}
				for i, v := range out {
					if sum > 0 {
						y[(t*a.Batch+b)*a.Width+h*d+i] = v / sum
					}
				}
			}
		}
	}
	return y
}

// Attention is that of its definition, and its bits and those of its gradient are the same on every
// path and any number of processors.
func TestAttention(t *testing.T) {
	for name, c := range map[string]struct {
		Attention
		masked bool
	}{
		"one step":           {Attention{Steps: 1, Batch: 1, Width: 2, Heads: 1}, false},
		"all steps":          {Attention{Steps: 5, Batch: 3, Width: 12, Heads: 2, Turns: Turns(5, 6)}, false},
		"causal":             {Attention{Steps: 9, Batch: 2, Width: 16, Heads: 4, Causal: true, Turns: Turns(9, 4)}, false},
		"padding":            {Attention{Steps: 7, Batch: 4, Width: 8, Heads: 1}, true},
		"several blocks":     {Attention{Steps: 2*queries + 5, Batch: 2, Width: 8, Heads: 2, Causal: true, Turns: Turns(2*queries+5, 4)}, true},
		"blocks of all":      {Attention{Steps: queries + 1, Batch: 1, Width: 4, Heads: 2, Turns: Turns(queries+1, 2)}, false},
		"rows that are wide": {Attention{Steps: 4, Batch: 2, Width: 256, Heads: 1, Turns: Turns(4, 256)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.Attention
			n := a.Steps * a.Batch * a.Width
			x, dy := noise(3*n, "x"), noise(n, "dy")
			var known []float32
			if c.masked {
				known = make([]float32, a.Steps*a.Batch)
				for i := range known {
					// The last example has no step, and the first one not the first step.
					if step, row := i/a.Batch, i%a.Batch; row < a.Batch-1 && (row != 0 || step != 0) && step < a.Steps-row {
						known[i] = 1
					}
				}
			}
			want := attended(a, x, known)
			var first, firstGrad []float32
			for _, processors := range []int{1, 2, 7} {
				everyPath(t, func(t *testing.T) {
					y, dx := make([]float32, n), make([]float32, 3*n)
					Fill(y, 77)
					Fill(dx, 77)
					withProcessors(processors, func() {
						a.Forward(y, x, known)
						a.Backward(dx, x, dy, known)
					})
					for i := range y {
						if d := math.Abs(float64(y[i]) - want[i]); !(d < 2e-5) {
							t.Fatalf("y[%d]: got %v, want %v", i, y[i], want[i])
						}
					}
					if first == nil {
						first, firstGrad = y, dx
					}
					if !equal(y, first) || !equal(dx, firstGrad) {
						t.Errorf("%d processors: other bits", processors)
					}
				})
			}
		})
	}
}

// Step by step it is what it is at once, whatever stands at steps to come.
func TestAttentionSteps(t *testing.T) {
	a := Attention{Steps: 21, Batch: 3, Width: 24, Heads: 2, Causal: true, Turns: Turns(21, 12)}
	n := a.Batch * a.Width
	x := noise(3*a.Steps*n, "x")
	want := attended(a, x, nil)
	var first []float32
	everyPath(t, func(t *testing.T) {
		keys, values, y := make([]float32, a.Steps*n), make([]float32, a.Steps*n), make([]float32, a.Steps*n)
		Fill(keys, 1e30)
		Fill(values, float32(math.NaN()))
		for step := range a.Steps {
			nextKeys, nextValues := make([]float32, a.Steps*n), make([]float32, a.Steps*n)
			a.Step(y[step*n:(step+1)*n], nextKeys, nextValues, x[3*step*n:3*(step+1)*n], keys, values, step)
			keys, values = nextKeys, nextValues
		}
		for i := range y {
			if d := math.Abs(float64(y[i]) - want[i]); !(d < 2e-5) {
				t.Fatalf("y[%d]: got %v, want %v", i, y[i], want[i])
			}
		}
		if first == nil {
			first = y
		}
		if !equal(y, first) {
			t.Error("other bits than on another path")
		}
	})
}

// The product of two turned vectors depends on how far their positions are apart, and turning back
// undoes it.
func TestTurns(t *testing.T) {
	const d = 10
	turns, q, k := Turns(40, d), noise(d, "q"), noise(d, "k")
	dot := func(t, s int) (sum float64) {
		a, b := make([]float32, d), make([]float32, d)
		rotate(a, q, rowOf(turns, t, d), 1, false)
		rotate(b, k, rowOf(turns, s, d), 1, false)
		for i := range a {
			sum += float64(a[i]) * float64(b[i])
		}
		return sum
	}
	for shift := range 30 {
		if got, want := dot(7+shift, shift), dot(7, 0); math.Abs(got-want) > 1e-5 {
			t.Errorf("7 apart at %d: got %v, want %v", shift, got, want)
		}
	}
	if a, b := dot(7, 0), dot(0, 7); math.Abs(a-b) < 1e-3 {
		t.Errorf("7 after and 7 before: got %v and %v, want them apart", a, b)
	}
	there, back := make([]float32, d), make([]float32, d)
	rotate(there, q, rowOf(turns, 13, d), 2, false)
	rotate(back, there, rowOf(turns, 13, d), 0.5, true)
	for i := range q {
		if math.Abs(float64(back[i]-q[i])) > 1e-6 {
			t.Errorf("there and back: got %v, want %v", back[i], q[i])
		}
	}
}
