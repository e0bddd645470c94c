package main

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// long makes tests try more of what they try, and longer some of it: see CONTRIBUTING.md.
var (
	long   = flag.Bool("long", false, "resume at each step of the run of 200, not at five")
	longer = os.Getenv("LATENTSPACE_LONG") != ""
)

// Degenerate models and data sets through the verbs of sample: 1,000 of them with -long.
func TestDegenerateModelsAreEvaluated(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	cases := 20
	switch {
	case *long:
		cases = 1000
	case longer:
		cases = 40
	}
	var out strings.Builder
	if err := tortureEvaluation(t.Context(), &out, 0, cases, 1); err != nil {
		t.Error(err)
	}
	t.Log("\n" + out.String())
}

// What the torture looks for is told when it is there.
func TestABrokenPromiseIsTold(t *testing.T) {
	for name, fields := range map[string]any{
		"a score of 1":     map[string]any{"readings": []any{map[string]any{"on_examples": map[string]any{"r2": 1.0}}}},
		"an accuracy of 1": map[string]any{"accuracy": 1.0},
	} {
		if perfectScore(fields) == nil {
			t.Errorf("%s passes", name)
		}
	}
	if err := perfectScore(map[string]any{"r2": 0.99, "n": 1.0}); err != nil {
		t.Error(err)
	}
}
