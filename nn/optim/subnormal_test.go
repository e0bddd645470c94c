package optim

import (
	"maps"
	"math"
	"testing"

	"latentspace/tensor"
)

// subnormals counts the subnormal numbers of arrays.
func subnormals(tensors map[string]*tensor.Tensor) map[string]int {
	found := map[string]int{}
	for name, t := range tensors {
		for _, x := range t.Data {
			if x != 0 && math.Abs(float64(x)) < 0x1p-126 {
				found[name]++
			}
		}
	}
	return found
}

// A pixel that is lit once and never again gives its weights one gradient and then none. What an
// optimizer remembers of it fades, and would be caught among the subnormal numbers, as would
// weights that only the decay moves: registered rules are among the rules by themselves.
func TestWhatFadesEndsAtZero(t *testing.T) {
	all := maps.Clone(rules)
	for kind, rule := range Rules {
		all["registered as "+kind] = rule
	}
	for name, rule := range all {
		t.Run(name, func(t *testing.T) {
			w := tensor.New(40)
			grad := make([]float32, w.Len())
			for i := range grad {
				w.Data[i] = 0x1.0001p-126 * float32(1-2*(i%2))
				if i%3 > 0 {
					grad[i] = float32(math.Pow(10, -float64(i)/2)) // to 10⁻²⁰, whose square is subnormal
				}
			}
			params := map[string]*tensor.Tensor{"w": w}
			o := New(rule, params)
			for range 20_000 {
				o.Step(1)
				o.Update("w", w, grad)
				clear(grad)
			}
			if found := subnormals(o.State()); len(found) > 0 {
				t.Errorf("subnormal numbers in the state: %v", found)
			}
			if found := subnormals(params); len(found) > 0 {
				t.Errorf("subnormal numbers in the weights: %v", found)
			}
		})
	}
}

func TestAnAverageThatFadesEndsAtZero(t *testing.T) {
	w := tensor.New(40)
	for i := range w.Data {
		w.Data[i] = float32(i) - 20
	}
	a := NewAverage(EMA{Decay: 0.9}, map[string]*tensor.Tensor{"w": w})
	clear(w.Data)
	for range 2000 {
		a.Step()
		a.Update("w", w)
	}
	for i, got := range a.Weights()["w"].Data {
		if got != 0 {
			t.Fatalf("element %d: got %v, want 0", i, got)
		}
	}
}
