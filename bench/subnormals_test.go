package main

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/models"
	"latentspace/models/families"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

func TestSubnormalNumbersAreCounted(t *testing.T) {
	below := float32(0x1.fffffcp-127)
	a, err := tensor.From([]float32{0, float32(math.Copysign(0, -1)), 0x1p-126, -0x1p-126, below, -below, 0x1p-149, float32(math.NaN())}, 8)
	if err != nil {
		t.Fatal(err)
	}
	var f faded
	f.count(map[string]*tensor.Tensor{"optim/loss/m/a": a, "param/b": tensor.New(3)})
	if f.values != 11 || f.subnormal != 3 || !slices.Equal(f.where, []string{"optim/loss/m/a (3)"}) {
		t.Errorf("got %d of %d values, in %v; want 3 of 11, all in the first tensor", f.subnormal, f.values, f.where)
	}
}

// A kind of model that is added has to be trained for long too, and an optimizer.
func TestLongRunsAreOfEveryKind(t *testing.T) {
	dir := t.TempDir()
	tried := map[reflect.Type]bool{}
	for _, l := range append([]long{digits}, fading...) {
		for _, optimizer := range optimizers {
			cfg, err := l.load(dir, optimizer, 3)
			if err != nil {
				t.Fatalf("%s with %s: %v", l.name(), optimizer, err)
			}
			tried[reflect.TypeOf(cfg.Model)], tried[reflect.TypeOf(cfg.Train.Optimizer)] = true, true
		}
	}
	for kind, model := range families.Models {
		if _, atOnce := model().(models.Fitted); !atOnce && !tried[reflect.TypeOf(model())] {
			t.Errorf("no long run is of a model of kind %s", kind)
		}
	}
	for kind, rule := range optim.Rules {
		if !tried[reflect.TypeOf(rule)] {
			t.Errorf("no long run is made with an optimizer of kind %s", kind)
		}
	}
	if _, err := chosen("nosuch"); err == nil || !strings.Contains(err.Error(), `"nosuch"`) {
		t.Errorf("got %v, want an error that names it", err)
	}
}
