package main

import (
	"errors"
	"strings"
	"testing"
)

func TestTheFastestSettingIsTaken(t *testing.T) {
	broken := errors.New("no compiler")
	for name, test := range map[string]struct {
		rates [][]float64 // of the trials of each setting; none fails
		want  string
		tries int
		err   bool
	}{
		"one is far ahead and tried twice":    {[][]float64{{10}, {100, 90}, {20}}, "b", 4, false},
		"a second trial decides between two":  {[][]float64{{95, 120}, {100, 101}, {20}}, "a", 5, false},
		"one that fails is passed over":       {[][]float64{{}, {100, 100}, {95, 90}}, "b", 5, false},
		"all fail":                            {[][]float64{{}, {}}, "", 2, true},
		"one that fails at its second trial":  {[][]float64{{50, 50}, {51}}, "b", 4, false},
		"a first trial that was slow is lost": {[][]float64{{80}, {100, 80}}, "b", 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			var settings []setting
			for k := range test.rates {
				settings = append(settings, setting{framework: string(rune('a' + k))})
			}
			tries := 0
			got, err := fastest(settings, func(s setting) string { return s.framework }, func(s setting) (measured, error) {
				tries++
				k := s.framework[0] - 'a'
				if len(test.rates[k]) == 0 {
					return measured{}, broken
				}
				rate := test.rates[k][0]
				test.rates[k] = test.rates[k][1:]
				return measured{ExamplesPerSecond: rate}, nil
			})
			if got.framework != test.want || tries != test.tries || errors.Is(err, broken) != test.err {
				t.Errorf("got %q after %d trials, %v, want %q after %d", got.framework, tries, err, test.want, test.tries)
			}
		})
	}
}

func TestSettingsFitThePackagesThatThereAre(t *testing.T) {
	for name, test := range map[string]struct {
		versions map[string]string
		model    string
		want     []string // of their names, the processors left out
	}{
		"the newest, without channels": {map[string]string{"torch": "2.15.0", "tensorflow": "2.21.0", "jax": "0.10.2"}, "mlpvae",
			[]string{"PyTorch 2.15.0", "PyTorch 2.15.0, compiled", "TensorFlow 2.21.0", "TensorFlow 2.21.0, XLA", "JAX 0.10.2"}},
		"the newest, with channels": {map[string]string{"torch": "2.15.0"}, "dcgan",
			[]string{"PyTorch 2.15.0", "PyTorch 2.15.0, compiled", "PyTorch 2.15.0, channels last", "PyTorch 2.15.0, compiled, channels last"}},
		"an old PyTorch beside OpenBLAS": {map[string]string{"torch": "1.13.1"}, "mlpvae",
			[]string{"PyTorch 1.13.1, OPENBLAS_NUM_THREADS=2, OMP_WAIT_POLICY=ACTIVE", "PyTorch 1.13.1, OPENBLAS_NUM_THREADS=1, OMP_WAIT_POLICY=PASSIVE", "PyTorch 1.13.1, OPENBLAS_NUM_THREADS=2, OMP_WAIT_POLICY=PASSIVE"}},
		"nothing": {nil, "mlpvae", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := peer{versions: test.versions}
			var got []string
			for _, s := range p.tried(test.model) {
				var words []string
				for word := range strings.SplitSeq(p.name(s), ", ") {
					if !strings.Contains(word, "thread") {
						words = append(words, word)
					}
				}
				got = append(got, strings.Join(words, ", "))
			}
			if strings.Join(got, "; ") != strings.Join(test.want, "; ") {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}
