package optim

import (
	"testing"

	"latentspace/tensor"
)

// An optimizer goes on with what one of the same rule remembers, and begins anew after one of
// another rule, whose slots may have the same names.
func TestInherit(t *testing.T) {
	momentum := SGD{LR: 0.1, Momentum: 0.9}
	rms := RMSProp{LR: 0.01, Rho: 0.9, Epsilon: 1e-6}
	rmsMomentum := rms
	rmsMomentum.Momentum = 0.5
	adam := Adam{LR: 0.02, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
	for name, test := range map[string]struct {
		old, new Rule
		steps    int
		kept     []string // slots; the others are zero
	}{
		"another rate":                         {adam, Adam{LR: 1, Beta1: 0.5, Beta2: 0.9, Epsilon: 1}, 3, []string{"m", "v"}},
		"decay beside the mean":                {adam, AdamW{LR: 1, Beta1: 0.9, Beta2: 0.99, Epsilon: 1, WeightDecay: 0.1}, 3, []string{"m", "v"}},
		"momentum that was not there":          {rms, rmsMomentum, 3, []string{"square"}},
		"no momentum any more":                 {rmsMomentum, rms, 3, []string{"square"}},
		"no memory":                            {momentum, SGD{LR: 0.1}, 3, nil},
		"another rule":                         {momentum, adam, 0, nil},
		"another rule with a slot of the name": {momentum, rmsMomentum, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := tensor.New(2)
			params := map[string]*tensor.Tensor{"w": w}
			old := New(test.old, params)
			for range 3 {
				old.Step(1)
				old.Update("w", w, []float32{1, -2})
			}
			o := New(test.new, params)
			o.Inherit(old)
			if o.Steps() != test.steps {
				t.Errorf("%d steps, want %d", o.Steps(), test.steps)
			}
			kept := map[string]bool{}
			for _, slot := range test.kept {
				kept[slot] = true
			}
			for _, slot := range test.new.Slots() {
				got := o.State()[slot+"/w"]
				for i, v := range got.Data {
					want := float32(0)
					if kept[slot] {
						want = old.State()[slot+"/w"].Data[i]
					}
					if v != want || kept[slot] && v == 0 {
						t.Errorf("%s: %v, want %v", slot, got.Data, want)
					}
				}
			}
		})
	}
}
