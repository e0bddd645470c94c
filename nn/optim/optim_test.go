package optim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"latentspace/tensor"
)

// rules are one of each formula, with every branch of the rules taken.
var rules = map[string]Rule{
	"SGD":                   SGD{LR: 0.1},
	"SGD with decay":        SGD{LR: 0.1, WeightDecay: 0.3},
	"SGD with momentum":     SGD{LR: 0.02, Momentum: 0.9, WeightDecay: 0.1},
	"SGD after Nesterov":    SGD{LR: 0.02, Momentum: 0.9, Nesterov: true, WeightDecay: 0.1},
	"RMSProp":               RMSProp{LR: 0.01, Rho: 0.9, Epsilon: 1e-6},
	"RMSProp with momentum": RMSProp{LR: 0.003, Rho: 0.99, Momentum: 0.8, Epsilon: 1e-6},
	"Adam":                  Adam{LR: 0.02, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
	"Adam without a mean":   Adam{LR: 0.02, Beta1: 0, Beta2: 0.99, Epsilon: 1e-8},
	"AdamW":                 AdamW{LR: 0.02, Beta1: 0.5, Beta2: 0.9, Epsilon: 1e-3, WeightDecay: 0.2},
}

// textbook holds one weight in float64 and moves it as the papers write it.
type textbook struct {
	w, u, m, v float64
}

func (b *textbook) update(rule Rule, t int, factor, g float64) {
	switch r := rule.(type) {
	case SGD:
		d := g + r.WeightDecay*b.w
		b.u = r.Momentum*b.u + d
		if r.Nesterov {
			b.w -= r.LR * factor * (d + r.Momentum*b.u)
		} else {
			b.w -= r.LR * factor * b.u
		}
	case RMSProp:
		b.v = r.Rho*b.v + (1-r.Rho)*g*g
		b.u = r.Momentum*b.u + g/(math.Sqrt(b.v)+r.Epsilon)
		b.w -= r.LR * factor * b.u
	case Adam:
		b.adam(r, t, factor, g)
	case AdamW:
		b.w -= r.LR * factor * r.WeightDecay * b.w
		b.adam(r.adam(), t, factor, g)
	}
}

func (b *textbook) adam(a Adam, t int, factor, g float64) {
	b.m = a.Beta1*b.m + (1-a.Beta1)*g
	b.v = a.Beta2*b.v + (1-a.Beta2)*g*g
	mHat := b.m / (1 - math.Pow(a.Beta1, float64(t)))
	vHat := b.v / (1 - math.Pow(a.Beta2, float64(t)))
	b.w -= a.LR * factor * mHat / (math.Sqrt(vHat) + a.Epsilon)
}

// Weights stay below 2, where a rounding is at most 2⁻²⁴ = 6e-8: 20 steps round them
// by less than 1.2e-6. A step is no longer than 0.3, so the roundings within it add
// less than a quarter of that.
func TestRulesAgreeWithTheTextbook(t *testing.T) {
	const tolerance = 1.5e-6
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			w := tensor.New(5)
			books := make([]textbook, w.Len())
			for i := range books {
				w.Data[i] = float32(rng.NormFloat64())
				books[i].w = float64(w.Data[i])
			}
			o := New(rule, map[string]*tensor.Tensor{"w": w})
			grad := make([]float32, w.Len())
			for step := 1; step <= 20; step++ {
				factor := 1 / float64(step)
				for i := range grad {
					grad[i] = float32(rng.NormFloat64())
					books[i].update(rule, step, factor, float64(grad[i]))
				}
				o.Step(factor)
				o.Update("w", w, grad)
				for i, b := range books {
					if diff := math.Abs(float64(w.Data[i]) - b.w); !(diff <= tolerance) {
						t.Fatalf("step %d, weight %d: got %v, want %v within %v", step, i, w.Data[i], b.w, tolerance)
					}
				}
			}
		})
	}
}

// The loss is ½·Σ cᵢ·(wᵢ − 1)² with curvatures from 0.5 to 2. The rate falls to zero, so
// that the rules whose steps have a constant length come to rest too.
func TestRulesFindTheMinimumOfAQuadratic(t *testing.T) {
	const steps = 600
	curvature := []float32{0.5, 1, 2}
	for name, rule := range rules {
		if _, decoupled := rule.(AdamW); decoupled {
			continue // where it rests has no closed form
		}
		t.Run(name, func(t *testing.T) {
			w, _ := tensor.From([]float32{-1, 0, 3}, 3)
			o := New(rule, map[string]*tensor.Tensor{"w": w})
			grad := make([]float32, 3)
			for step := range steps {
				for i, c := range curvature {
					grad[i] = c * (w.Data[i] - 1)
				}
				o.Step(Cosine{}.Factor(float64(step), steps))
				o.Update("w", w, grad)
			}
			for i, c := range curvature {
				want := 1.0
				if s, ok := rule.(SGD); ok {
					want = float64(c) / (float64(c) + s.WeightDecay) // c·(w − 1) + decay·w = 0
				}
				if got := float64(w.Data[i]); math.Abs(got-want) > 1e-3 {
					t.Errorf("weight %d: got %v, want %v", i, got, want)
				}
			}
		})
	}
}

// With a gradient of zero, AdamW's weights shrink by 1 − LR·WeightDecay at each step.
func TestAdamWShrinksWithoutAGradient(t *testing.T) {
	rule := AdamW{LR: 0.1, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.5}
	w, _ := tensor.From([]float32{2}, 1)
	o := New(rule, map[string]*tensor.Tensor{"w": w})
	for range 10 {
		o.Step(1)
		o.Update("w", w, []float32{0})
	}
	if want := 2 * math.Pow(0.95, 10); math.Abs(float64(w.Data[0])-want) > 1e-6 {
		t.Errorf("got %v, want %v", w.Data[0], want)
	}
}

// The first step of Adam has the length of the learning rate, whatever the gradient.
func TestAdamsFirstStepIsTheLearningRate(t *testing.T) {
	for _, g := range []float32{1e-4, 1, -1e6} {
		w := tensor.New(1)
		o := New(Adam{LR: 0.25, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-12}, map[string]*tensor.Tensor{"w": w})
		o.Step(1)
		o.Update("w", w, []float32{g})
		if got := math.Abs(float64(w.Data[0])); math.Abs(got-0.25) > 1e-6 {
			t.Errorf("gradient %v: step of %v, want 0.25", g, got)
		}
	}
}

func TestUpdateAllocatesNothing(t *testing.T) {
	for name, rule := range rules {
		w, grad := tensor.New(64), make([]float32, 64)
		o := New(rule, map[string]*tensor.Tensor{"w": w})
		if n := testing.AllocsPerRun(10, func() {
			o.Step(1)
			o.Update("w", w, grad)
		}); n != 0 {
			t.Errorf("%s: %v allocations in a step, want 0", name, n)
		}
	}
}

// A parameter that is updated part by part gets the bits of one that is updated at once.
func TestPartsAreUpdatedAsTheWhole(t *testing.T) {
	for name, rule := range rules {
		whole, parts := tensor.New(100), tensor.New(100)
		a, b := New(rule, map[string]*tensor.Tensor{"w": whole}), New(rule, map[string]*tensor.Tensor{"w": parts})
		grad := make([]float32, 100)
		for step := range 3 {
			for i := range grad {
				grad[i] = float32((i*7+step*3)%11) - 5
			}
			a.Step(1)
			a.Update("w", whole, grad)
			b.Step(1)
			b.UpdatePart("w", parts, 37, grad[37:])
			b.UpdatePart("w", parts, 0, grad[:37])
		}
		if !slices.Equal(whole.Data, parts.Data) {
			t.Errorf("%s: got %v, want %v", name, parts.Data, whole.Data)
		}
	}
}

func TestUpdatePanicsOnWhatTheTrainerMustNotDo(t *testing.T) {
	w := tensor.New(2)
	for _, c := range []struct {
		name  string
		param string
		steps int
		grad  []float32
		want  string
	}{
		{"the name is unknown", "x", 1, make([]float32, 2), "optim: update x: not among the parameters of New"},
		{"the gradient is short", "w", 1, make([]float32, 1), "optim: update w: 2 weights and 1 gradients from 0 on, want 2 weights"},
		{"no step has begun", "w", 0, make([]float32, 2), "optim: update w: before the first step"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := New(SGD{LR: 1}, map[string]*tensor.Tensor{"w": w})
			for range c.steps {
				o.Step(1)
			}
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("got panic %v, want %q", got, c.want)
				}
			}()
			o.Update(c.param, w, c.grad)
		})
	}
}

func ExampleNew() {
	w, _ := tensor.From([]float32{3}, 1)
	o := New(SGD{LR: 0.5}, map[string]*tensor.Tensor{"w": w})
	for step := range 4 {
		grad := []float32{w.Data[0]} // of the loss ½w²
		o.Step(Constant{}.Factor(float64(step), 4))
		o.Update("w", w, grad)
		fmt.Println(w.Data[0])
	}
	// Output:
	// 1.5
	// 0.75
	// 0.375
	// 0.1875
}
