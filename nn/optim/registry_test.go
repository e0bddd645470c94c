package optim

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"
)

type checker interface {
	Check(report func(key, format string, args ...any))
}

// faults returns what Check reports, as "key: message".
func faults(c checker) []string {
	var all []string
	c.Check(func(key, format string, args ...any) {
		all = append(all, key+": "+fmt.Sprintf(format, args...))
	})
	return all
}

func TestDefaultsOfRulesAreInRange(t *testing.T) {
	for kind, rule := range Rules {
		if got := faults(rule); got != nil {
			t.Errorf("%s: %q, want no faults", kind, got)
		}
		if !reflect.TypeOf(rule).Comparable() {
			t.Errorf("%s: %T is not comparable", kind, rule)
		}
	}
}

func TestDefaultsOfSchedulesLackOnlyTheirEpochs(t *testing.T) {
	want := map[string][]string{
		"milestones": {"at: no epochs, want at least one"},
		"step":       {"every: 0, want at least 1 epoch"},
	}
	for kind, schedule := range Schedules {
		if got := faults(schedule); !slices.Equal(got, want[kind]) {
			t.Errorf("%s: %q, want %q", kind, got, want[kind])
		}
	}
}

func TestChecks(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	adam := Rules["adam"].(Adam)
	for _, c := range []struct {
		name   string
		config checker
		want   []string
	}{
		{"a rate of zero", SGD{}, []string{"lr: 0, want a number above 0 within single precision"}},
		{"a negative rate", SGD{LR: -1}, []string{"lr: -1, want a number above 0 within single precision"}},
		{"a rate that is no number", SGD{LR: nan}, []string{"lr: NaN, want a number above 0 within single precision"}},
		{"a rate without end", SGD{LR: inf}, []string{"lr: +Inf, want a number above 0 within single precision"}},
		{"a rate beyond single precision", SGD{LR: 1e39}, []string{"lr: 1e+39, want a number above 0 within single precision"}},
		{"momentum of one", SGD{LR: 1, Momentum: 1}, []string{"momentum: 1, want a number in [0, 1) within single precision"}},
		{"Nesterov without momentum", SGD{LR: 1, Nesterov: true}, []string{"nesterov: true with momentum 0, want momentum above 0"}},
		{"negative decay", SGD{LR: 1, WeightDecay: -0.1}, []string{"weight_decay: -0.1, want a number of at least 0 within single precision"}},
		{"a beta that rounds to one", Adam{adam.LR, 0.99999999, adam.Beta2, adam.Epsilon}, []string{"beta1: 0.99999999, want a number in [0, 1) within single precision"}},
		{"a beta that is no number", Adam{adam.LR, adam.Beta1, nan, adam.Epsilon}, []string{"beta2: NaN, want a number in [0, 1) within single precision"}},
		{"an epsilon that rounds to zero", Adam{adam.LR, adam.Beta1, adam.Beta2, 1e-50}, []string{"epsilon: 1e-50, want a number above 0 within single precision"}},
		{"decay that turns weights around", AdamW{10, 0.9, 0.999, 1e-8, 0.25}, []string{"weight_decay: 0.25 times lr 10 is 2.5, want less than 1"}},
		{"every field of RMSProp at once", RMSProp{-1, -1, -1, -1}, []string{
			"lr: -1, want a number above 0 within single precision",
			"rho: -1, want a number in [0, 1) within single precision",
			"momentum: -1, want a number in [0, 1) within single precision",
			"epsilon: -1, want a number above 0 within single precision",
		}},
		{"a step of no epochs that raises the rate", Step{Every: 0, Gamma: 2}, []string{"every: 0, want at least 1 epoch", "gamma: 2, want a number in (0, 1]"}},
		{"milestones out of order", Milestones{At: []float64{3, 3, -1}, Gamma: 1}, []string{
			"at: epoch 3 after 3, want rising epochs",
			"at: epoch -1, want a number of at least 0",
			"at: epoch -1 after 3, want rising epochs",
		}},
		{"a milestone that is no number", Milestones{At: []float64{nan}, Gamma: 1}, []string{"at: epoch NaN, want a number of at least 0"}},
		{"a gamma that is no number", Exponential{Gamma: nan}, []string{"gamma: NaN, want a number in (0, 1]"}},
		{"a floor above one", Cosine{Floor: 1.5}, []string{"floor: 1.5, want a number in [0, 1]"}},
		{"a negative warm-up", Warmup{Steps: -1}, []string{"steps: -1, want at least 0"}},
		{"an average that never moves", EMA{Decay: 1}, []string{"decay: 1, want a number in [0, 1) within single precision"}},
		{"an average in range", EMA{Decay: 0.9999}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := faults(c.config); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A field without a tag would take a name in YAML that nobody chose.
func TestEveryFieldHasANameInYAML(t *testing.T) {
	configs := []any{Warmup{}, EMA{}}
	for _, kind := range slices.Sorted(maps.Keys(Rules)) {
		configs = append(configs, Rules[kind])
	}
	for _, kind := range slices.Sorted(maps.Keys(Schedules)) {
		configs = append(configs, Schedules[kind])
	}
	for _, config := range configs {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(config)) {
			if field.Tag.Get("yaml") == "" {
				t.Errorf("%T.%s has no yaml tag", config, field.Name)
			}
		}
	}
}
