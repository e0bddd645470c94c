package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/internal/panics"
	"latentspace/internal/safejson"
	"latentspace/training"
)

// evaluating is the name by which -only asks for models in place of runs.
const evaluating = "evaluation"

// outcomes count how the verbs ended.
type outcomes struct {
	cases, done, refused map[string]int
	figures, leftOut     int
}

func newOutcomes() *outcomes {
	return &outcomes{map[string]int{}, map[string]int{}, map[string]int{}, 0, 0}
}

// verb is what is done with a model.
type verb func(context.Context, *training.Trained) (fmt.Stringer, error)

// bound is a verb with its options.
func bound[V any](run func(context.Context, *training.Trained, V, show.Output) (fmt.Stringer, error), v V) verb {
	return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
		return run(ctx, m, v, show.Output{Delay: 50 * time.Millisecond})
	}
}

// evaluated is the verb that measures.
func evaluated(ctx context.Context, m *training.Trained, v explore.Evaluate, to show.Output) (fmt.Stringer, error) {
	return show.Evaluate(ctx, m, v, to, false)
}

// mapped is the verb that places examples in the plane.
func mapped(ctx context.Context, m *training.Trained, v explore.Map, to show.Output) (fmt.Stringer, error) {
	return show.Map(ctx, m, v, show.MapOutput{Output: to})
}

// torturedVerbs are what a degenerate model is put through.
func torturedVerbs(test data.Dataset, seed uint64) map[string]verb {
	attribute, expression := "class:a", "class:a - class:b + 0"
	if class, ok := data.ClassField(test); ok {
		attribute = "class:" + class.Words[0]
		expression = fmt.Sprintf("class:%s - class:%s + 0", class.Words[0], class.Words[1])
	} else if _, ok := test.(data.Described); ok {
		attribute, expression = "one", "0 - 0 + 0"
	}
	iterations, perplexity := 60, max(1, min(5, float64(test.Len()/3)))
	o := func(n int) explore.Options { return explore.Options{N: n, Seed: seed, Split: "test", Log: io.Discard} }
	fitted := func(kind string) explore.Prior { return explore.Prior{Kind: kind, Split: "train", Fit: 200} }
	return map[string]verb{
		"evaluate":    bound(evaluated, explore.Evaluate{Options: o(0)}),
		"map pca":     bound(mapped, explore.Map{Options: o(200), Method: "pca"}),
		"map tsne":    bound(mapped, explore.Map{Options: o(200), Method: "tsne", Perplexity: &perplexity, Iterations: &iterations}),
		"vary":        bound(show.Vary, explore.Vary{Options: o(1), Attribute: attribute, Method: "means", Steps: 3, Range: 2, Fit: 200, Check: 40}),
		"vary draws":  bound(show.Vary, explore.Vary{Options: o(1), Attribute: attribute, Method: "regression", Draws: true, Steps: 3, Range: 2, Fit: 200, Check: 40}),
		"vary expr":   bound(show.Expression, explore.Expression{Options: o(1), Text: expression, Fit: 200}),
		"encode":      bound(show.Encode, explore.Encode{Options: o(1000), Precision: []string{"float32", "float16", "int8"}[seed%3]}),
		"reconstruct": bound(show.Reconstruct, explore.Reconstruct{Options: o(1)}),
		"interpolate": bound(show.Interpolate, explore.Interpolate{Options: o(1), Method: "slerp", Steps: 3, From: -1, To: -1}),
		"traverse":    bound(show.Traverse, explore.Traverse{Options: o(2), Steps: 3, Range: 3, From: -1, Fit: 200}),
		"draw":        bound(show.Draw, explore.Draw{Options: o(4)}),
		"gaussian":    bound(show.Draw, explore.Draw{Options: o(4), Prior: fitted("gaussian")}),
		"gmm":         bound(show.Draw, explore.Draw{Options: o(4), Prior: fitted("gmm")}),
		"kde":         bound(show.Draw, explore.Draw{Options: o(4), Prior: fitted("kde")}),
		"aggregate":   bound(show.Draw, explore.Draw{Options: o(4), Prior: fitted("aggregate")}),
	}
}

// evaluateCase puts one degenerate model through all verbs. What it returns breaks a promise.
func evaluateCase(ctx context.Context, dir string, seed uint64, number int, count *outcomes) (err error) {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	p, about := degenerateData(r)
	m, what, err := degenerateModel(p, r)
	if err != nil {
		return fmt.Errorf("%s: %w", about, err)
	}
	m.File = filepath.Join(dir, fmt.Sprintf("step-%08d.safetensors", m.Step))
	verbs := torturedVerbs(p.splits.Test, r.Uint64())
	for _, name := range slices.Sorted(maps.Keys(verbs)) {
		count.cases[name]++
		if wrong := putThrough(ctx, name, verbs[name], m, count); wrong != nil {
			err = errors.Join(err, fmt.Errorf("case %d, %s, %s, %s: %w", number, name, what, about, wrong))
		}
	}
	return err
}

// putThrough runs a verb. A panic, an error that says nothing, a figure that looks perfect and
// invalid JSON break a promise.
func putThrough(ctx context.Context, name string, v verb, m *training.Trained, count *outcomes) error {
	var result fmt.Stringer
	err := panics.Caught(func() (err error) {
		result, err = v(ctx, m)
		return err
	})
	if p, ok := errors.AsType[*panics.Error](err); ok {
		return fmt.Errorf("%w\n%s", err, p.Stack)
	}
	if err != nil {
		count.refused[name]++
		if said := err.Error(); len(said) < 20 || strings.Contains(said, "runtime error") {
			return fmt.Errorf("an error that says nothing: %w", err)
		}
		return nil
	}
	count.done[name]++
	b, err := safejson.Marshal(result)
	if err != nil || !json.Valid(b) {
		return fmt.Errorf("no JSON: %w", err)
	}
	if s := result.String(); strings.Contains(s, "NaN") && name != "evaluate" {
		return fmt.Errorf("a report with NaN:\n%s", s)
	}
	if e, ok := result.(show.Evaluated); ok {
		return judge(e.Report, count)
	}
	var fields any
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	return perfectScore(fields)
}

// perfect are the values of figures that only a model without a fault has.
var perfect = map[string]func(v float64) bool{
	"frechet_distance": func(v float64) bool { return v < 1e-9 },
	"squared_error":    func(v float64) bool { return v < 1e-12 },
	"psnr":             func(v float64) bool { return v > 99.99 },
	"denoising_gain":   func(v float64) bool { return v > 60 },
}

// best are figures of which 1 is perfect.
var best = []string{"precision", "recall", "coverage", "classifier_accuracy", "ssim", "mig", "sap", "dci_", "factorvae_score", "betavae_score", "modularity", "probe_"}

// judge looks for what failed and for figures that look perfect in a report.
func judge(r *evaluation.Report, count *outcomes) error {
	var wrong error
	for _, s := range r.Sections {
		count.leftOut += len(s.LeftOut)
		if len(s.Failed) > 0 {
			wrong = errors.Join(wrong, fmt.Errorf("%v failed: %v", s.Failed, s.LeftOut))
		}
		for _, f := range s.Figures {
			count.figures++
			looks := false
			if is := perfect[f.Name]; is != nil {
				looks = is(f.Value)
			}
			for _, name := range best {
				looks = looks || strings.HasPrefix(f.Name, name) && f.Value >= 1-1e-9
			}
			if looks {
				wrong = errors.Join(wrong, fmt.Errorf("%s is perfect: %v ± %v, beside %v", f.Name, f.Value, f.Error, r.Values()))
			}
			if math.IsNaN(f.Value) || math.IsNaN(f.Error) {
				wrong = errors.Join(wrong, fmt.Errorf("%s is no number: %v ± %v", f.Name, f.Value, f.Error))
			}
		}
	}
	if len(r.Undiagnosed) > 0 {
		wrong = errors.Join(wrong, fmt.Errorf("undiagnosed: %v", r.Undiagnosed))
	}
	return wrong
}

// perfectScore looks for scores of a reader of attributes that are 1, in the JSON of a report.
func perfectScore(v any) error {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if err := perfectScore(x); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if x, ok := v[name].(float64); ok && (name == "r2" || name == "accuracy") && x >= 1-1e-9 {
				return fmt.Errorf("%s is perfect: %v", name, x)
			}
			if err := perfectScore(v[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// tortureEvaluation puts degenerate models through all verbs and prints how they ended.
func tortureEvaluation(ctx context.Context, w io.Writer, first, cases int, seed uint64) error {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Setenv("XDG_CACHE_HOME", dir); err != nil { // no classifier is kept of data that are none
		return err
	}
	count, wrong := newOutcomes(), 0
	var all error
	for number := first; number < first+cases && ctx.Err() == nil; number++ {
		if err := evaluateCase(ctx, dir, seed, number, count); err != nil {
			wrong++
			all = errors.Join(all, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(count.cases)) {
		fmt.Fprintf(w, "%-12s %d cases, %d done, %d refused with a word\n", name, count.cases[name], count.done[name], count.refused[name])
	}
	fmt.Fprintf(w, "%d figures, %d sentences on what was left out\n%d of %d models and data sets broke a promise\n", count.figures, count.leftOut, wrong, cases)
	if all != nil {
		return fmt.Errorf("%w\nagain: go run ./internal/torture -only %s -seed %d", all, evaluating, seed)
	}
	return ctx.Err()
}
