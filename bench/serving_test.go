package main

import (
	"strings"
	"testing"
)

// A peer whose examples are not ours, or that ends, is an error.
func TestAPeerThatAnswersSomethingElseIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ script, want string }{
		"the same":     {`while read line; do echo '{"median": 3, "far": 1e-6}'; done`, ""},
		"others":       {`while read line; do echo '{"median": 3, "far": 2e-5}'; done`, "2e-05 from ours"},
		"no number":    {`while read line; do echo '{"far": NaN}'; done`, "NaN"},
		"it ends":      {`read line; echo "no such file" >&2; exit 1`, "no such file"},
		"it says more": {`while read line; do echo warning; done`, "warning"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := peer{python: python(t, test.script), script: "peer.py"}.serve("onnxruntime")
			if err != nil {
				t.Fatal(err)
			}
			defer s.stop()
			c := &contender{name: "a peer", decoders: []decoder{s.decode}}
			err = c.turn(1, 10)
			if test.want == "" {
				if err != nil || len(c.got[0]) != 1 || c.got[0][0].Median != 3 {
					t.Errorf("got %v, %v", c.got, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
		})
	}
}

func TestTheBestSettingOfAPeerCounts(t *testing.T) {
	c := contender{got: [][]answers{{{Median: 1}, {Median: 9}, {Median: 8}}, {{Median: 7}, {Median: 30}, {Median: 2}}}}
	if got := c.best(func(a answers) float64 { return a.Median }); got != 7 {
		t.Errorf("got %v, want 7, the median of the second", got)
	}
}
