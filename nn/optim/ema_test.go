package optim

import (
	"math"
	"strings"
	"testing"

	"latentspace/tensor"
)

// The decays are 1/10, 2/11, 3/12, then 0.3: from 8, towards 0, the average is their
// product times 8.
func TestAverageStartsFastAndEndsAtItsDecay(t *testing.T) {
	w, _ := tensor.From([]float32{8}, 1)
	a := NewAverage(EMA{Decay: 0.3}, map[string]*tensor.Tensor{"w": w})
	w.Data[0] = 0
	want := 8.0
	for step, decay := range []float64{1. / 10, 2. / 11, 3. / 12, 0.3, 0.3} {
		a.Step()
		a.Update("w", w)
		want *= decay
		if got := float64(a.Weights()["w"].Data[0]); math.Abs(got-want) > 1e-6 {
			t.Errorf("step %d: got %v, want %v", step, got, want)
		}
	}
}

func TestADecayOfZeroIsTheWeights(t *testing.T) {
	w := tensor.New(1)
	a := NewAverage(EMA{}, map[string]*tensor.Tensor{"w": w})
	w.Data[0] = 5
	a.Step()
	a.Update("w", w)
	if got := a.Weights()["w"].Data[0]; got != 5 {
		t.Errorf("got %v, want 5", got)
	}
}

func TestAnAverageRestoredMidRunHasTheSameBits(t *testing.T) {
	weights := func(step int) map[string]*tensor.Tensor {
		w, _ := tensor.From([]float32{float32(step) / 7, 1 / float32(1+step)}, 2)
		return map[string]*tensor.Tensor{"w": w}
	}
	run := func(a *Average, from, to int) {
		for step := from; step < to; step++ {
			a.Step()
			a.Update("w", weights(step)["w"])
		}
	}
	unbroken := NewAverage(EMA{Decay: 0.8}, weights(0))
	run(unbroken, 0, 50)

	first := NewAverage(EMA{Decay: 0.8}, weights(0))
	run(first, 0, 13)
	second := NewAverage(EMA{Decay: 0.8}, weights(99))
	if err := second.Load(clone(first.State())); err != nil {
		t.Fatal(err)
	}
	run(second, 13, 50)

	want := unbroken.State()
	for name, got := range second.State() {
		if !got.Equal(want[name]) {
			t.Errorf("%s: got %v, want %v", name, got, want[name])
		}
	}
}

func TestAverageRefusesAStateThatDoesNotFit(t *testing.T) {
	a := NewAverage(EMA{}, map[string]*tensor.Tensor{"w": tensor.New(2)})
	err := a.Load(map[string]*tensor.Tensor{"average/w": tensor.New(3), "step": tensor.New(2)})
	if want := "optim: average: average/w: shape [3], want [2]"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want %q", err, want)
	}
}

func TestAverageUpdateAllocatesNothing(t *testing.T) {
	w := tensor.New(64)
	a := NewAverage(EMA{Decay: 0.9}, map[string]*tensor.Tensor{"w": w})
	if n := testing.AllocsPerRun(10, func() {
		a.Step()
		a.Update("w", w)
	}); n != 0 {
		t.Errorf("%v allocations in a step, want 0", n)
	}
}

func TestAveragePanicsOnWhatTheTrainerMustNotDo(t *testing.T) {
	for _, c := range []struct {
		name   string
		tensor string
		steps  int
		size   int
		want   string
	}{
		{"the name is unknown", "x", 1, 2, "optim: average of x: not among the tensors of NewAverage"},
		{"the size is another", "w", 1, 3, "optim: average of w: 3 weights, want 2"},
		{"no step has begun", "w", 0, 2, "optim: average of w: before the first step"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := NewAverage(EMA{}, map[string]*tensor.Tensor{"w": tensor.New(2)})
			for range c.steps {
				a.Step()
			}
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("got panic %v, want %q", got, c.want)
				}
			}()
			a.Update(c.tensor, tensor.New(c.size))
		})
	}
}
