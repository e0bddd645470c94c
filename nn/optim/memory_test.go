package optim

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

func TestAnOptimizerRestoredMidRunHasTheSameBits(t *testing.T) {
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			params := func() map[string]*tensor.Tensor {
				a, _ := tensor.From([]float32{0.1, -2, 3, 0.7, 5, -0.3}, 2, 3)
				b, _ := tensor.From([]float32{1.5}, 1)
				return map[string]*tensor.Tensor{"a.weight": a, "a.bias": b}
			}
			run := func(o *Optimizer, params map[string]*tensor.Tensor, from, to int) {
				for step := from; step < to; step++ {
					o.Step(1 / float64(1+step))
					for name, w := range params {
						grad := make([]float32, w.Len())
						for i := range grad {
							grad[i] = w.Data[i] * float32(1+(step+i)%3)
						}
						o.Update(name, w, grad)
					}
				}
			}
			unbroken := params()
			run(New(rule, unbroken), unbroken, 0, 20)

			broken := params()
			first := New(rule, broken)
			run(first, broken, 0, 7)
			state := clone(first.State())
			run(first, clone(broken), 7, 9) // what comes after the save must not matter
			second := New(rule, broken)
			if err := second.Load(state); err != nil {
				t.Fatal(err)
			}
			run(second, broken, 7, 20)

			if second.Steps() != 20 {
				t.Errorf("steps: got %d, want 20", second.Steps())
			}
			for name, want := range unbroken {
				if got := broken[name]; !got.Equal(want) {
					t.Errorf("%s: got %v, want %v", name, got, want)
				}
			}
		})
	}
}

func clone(tensors map[string]*tensor.Tensor) map[string]*tensor.Tensor {
	c := maps.Clone(tensors)
	for name, t := range c {
		c[name] = t.Clone()
	}
	return c
}

func TestStateNamesSlotsAndParameters(t *testing.T) {
	w := tensor.New(3, 2)
	state := New(Adam{}, map[string]*tensor.Tensor{"encoder.weight": w}).State()
	got := slices.Sorted(maps.Keys(state))
	want := []string{"m/encoder.weight", "step", "v/encoder.weight"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if shape := state["m/encoder.weight"].Shape; !slices.Equal(shape, w.Shape) {
		t.Errorf("shape of m: got %v, want %v", shape, w.Shape)
	}
}

// The names of slots are a format: an array under another's name would be read back
// as that. After one step from zero, with a gradient of 2:
func TestStateHasEachArrayUnderItsName(t *testing.T) {
	for _, c := range []struct {
		name string
		rule Rule
		want map[string]float32
	}{
		{"SGD has the sum", SGD{LR: 1, Momentum: 0.5}, map[string]float32{"velocity/w": 2}},
		// 0.25·2² and 2/(√1 + 3)
		{"RMSProp has square and sum", RMSProp{LR: 1, Rho: 0.75, Momentum: 0.5, Epsilon: 3}, map[string]float32{"square/w": 1, "velocity/w": 0.5}},
		// 0.5·2 and 0.75·2²
		{"Adam has both means", Adam{LR: 1, Beta1: 0.5, Beta2: 0.25, Epsilon: 1}, map[string]float32{"m/w": 1, "v/w": 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := tensor.New(1)
			o := New(c.rule, map[string]*tensor.Tensor{"w": w})
			o.Step(1)
			o.Update("w", w, []float32{2})
			for name, want := range c.want {
				if got := o.State()[name]; got == nil || got.Data[0] != want {
					t.Errorf("%s: got %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestLoadRefusesWhatDoesNotFit(t *testing.T) {
	params := map[string]*tensor.Tensor{"w": tensor.New(2, 3)}
	for _, c := range []struct {
		name   string
		damage func(state map[string]*tensor.Tensor)
		want   string
	}{
		{"an entry is missing", func(s map[string]*tensor.Tensor) { delete(s, "m/w") }, "m/w: missing, want shape [2 3]"},
		{"an entry is nil", func(s map[string]*tensor.Tensor) { s["v/w"] = nil }, "v/w: missing, want shape [2 3]"},
		{"an entry is unknown", func(s map[string]*tensor.Tensor) { s["m/x"] = tensor.New(1) }, "m/x: unknown"},
		{"a shape is transposed", func(s map[string]*tensor.Tensor) { s["v/w"] = tensor.New(3, 2) }, "v/w: shape [3 2], want [2 3]"},
		{"a shape lies about its values", func(s map[string]*tensor.Tensor) { s["v/w"].Data = s["v/w"].Data[:4] }, "v/w: 4 values for shape [2 3], want 6"},
		{"the count is missing", func(s map[string]*tensor.Tensor) { delete(s, "step") }, "step: missing, want shape [2]"},
		{"the count is a fraction", func(s map[string]*tensor.Tensor) { s["step"].Data[1] = 1.5 }, "step: digits [0 1.5], want"},
		{"the count is negative", func(s map[string]*tensor.Tensor) { s["step"].Data[0] = -1 }, "step: digits [-1 1], want"},
		{"the count is not a number", func(s map[string]*tensor.Tensor) { s["step"].Data[0] = float32(math.NaN()) }, "step: digits [NaN 1], want"},
		{"a digit of the count is too large", func(s map[string]*tensor.Tensor) { s["step"].Data[1] = 1 << 24 }, "step: digits [0 1.6777216e+07], want"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := New(Adam{LR: 1, Beta1: 0.5, Beta2: 0.5, Epsilon: 1}, params)
			o.Step(1)
			o.Update("w", params["w"].Clone(), []float32{1, 2, 3, 4, 5, 6})
			before := clone(o.State())
			damaged := clone(o.State())
			for _, s := range damaged {
				if len(s.Shape) == 2 {
					s.Data[0] = 99
				}
			}
			c.damage(damaged)
			err := o.Load(damaged)
			if err == nil || !strings.HasPrefix(err.Error(), "optim: optimizer: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one of optim: optimizer with %q", err, c.want)
			}
			for name, want := range before {
				if got := o.State()[name]; !got.Equal(want) {
					t.Errorf("%s changed: got %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestLoadReportsEveryFault(t *testing.T) {
	o := New(Adam{}, map[string]*tensor.Tensor{"w": tensor.New(2)})
	err := o.Load(map[string]*tensor.Tensor{"m/w": tensor.New(3), "q/w": tensor.New(2), "step": tensor.New(2)})
	for _, want := range []string{"m/w: shape", "v/w: missing", "q/w: unknown"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
}

func TestCountsAreExactBeyondSinglePrecision(t *testing.T) {
	for _, n64 := range []int64{0, 1, 1<<24 - 1, 1 << 24, 1<<24 + 1, 123_456_789_012, 1<<48 - 1} {
		n := int(n64)
		if int64(n) != n64 {
			continue // not a number of 32 bits
		}
		got, err := count(countTensor(n))
		if got != n || err != nil {
			t.Errorf("got %d, error %v, want %d", got, err, n)
		}
	}
}
