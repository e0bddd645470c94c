package nn_test

import (
	"math"
	"testing"

	"latentspace/nn"
)

// After any number of steps on one batch, a corrected running mean and variance are those of
// the batch; as they are kept, they still have most of their start in them.
func TestRunningStatisticsAreCorrectedForTheirStart(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	x := g.Input("x", 4, 2)
	y := nn.BatchNorm{}.Forward(g.In("norm"), x)
	program, err := nn.CompileStep(g, y.Mul(y).Mean(), nil)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input("x"), []float32{1, 10, 2, 10, 3, 10, 6, 10}) // means 3 and 10, variances 3.5 and 0
	if got := g.Moved(); got["norm.running_mean"] != 1 || got["norm.running_var"] != 1 || len(got) != 2 {
		t.Errorf("a step moves %v, want mean and variance once each", got)
	}
	for step := 1; step <= 200; step++ {
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
		all := p.Corrected(func(string) int { return step })
		for name, want := range map[string][2]float64{"norm.running_mean": {3, 10}, "norm.running_var": {3.5, 0}} {
			for k, w := range want {
				if got := float64(all[name].Data[k]); math.Abs(got-w) > 1e-5*(1+w) || got < 0 {
					t.Errorf("after %d steps %s[%d] is %v, want %v", step, name, k, got, w)
				}
			}
		}
		if kept := p.Get("norm.running_mean"); step == 200 && all["norm.running_mean"] != kept {
			t.Error("after 200 steps there is nothing left to correct, and the mean is another tensor")
		} else if step == 3 && math.Abs(float64(kept.Data[1])-10*(1-0.9*0.9*0.9)) > 1e-4 {
			t.Errorf("after 3 steps the running mean is kept as %v, want it as it moved", kept.Data[1])
		}
	}
	if p.Corrected(func(string) int { return 0 })["norm.running_var"] != p.Get("norm.running_var") {
		t.Error("an average that was never moved is corrected")
	}
}

// The variance of a feature that is always the same fades from its start of 1, and a mean from
// what it was before the feature died; without an end at zero they would be caught among the
// subnormal numbers. NaN is not hidden.
func TestStateThatFadesEndsAtZero(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	x := g.Input("x", 4, 3)
	y := nn.BatchNorm{}.Forward(g.In("norm"), x)
	program, err := nn.CompileStep(g, y.Sum(), nil)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Get("norm.running_mean").Data, []float32{1, -1, float32(math.NaN())})
	for range 1200 {
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
	}
	mean, variance := p.Get("norm.running_mean").Data, p.Get("norm.running_var").Data
	for k := range 2 {
		if mean[k] != 0 || variance[k] != 0 {
			t.Errorf("feature %d: mean %v and variance %v, want 0", k, mean[k], variance[k])
		}
	}
	if mean[2] == mean[2] {
		t.Errorf("a mean that is no number became %v", mean[2])
	}
}
