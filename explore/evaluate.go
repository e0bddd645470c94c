package explore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/checkpoints"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/export"
	"latentspace/internal/atomicfile"
	"latentspace/internal/panics"
	"latentspace/internal/safejson"
	"latentspace/settings"
)

// Evaluate measures a model and writes the report as JSON and, with HTML, as a page. N
// is how many held-out examples are measured at most, 0 for what each part takes.
type Evaluate struct {
	Options
	Draws   int      // importance samples for each example, 0 for the default
	Metrics []string // the figures to measure; all if empty
	Full    bool     // all examples
	Prior   Prior    // that the samples are draws of
	HTML    bool
}

// Run is who was measured: enough to tell whether a report is of the same weights.
type Run struct {
	Name         string `json:"name"`
	Step         int    `json:"step"`
	ParamsSHA256 string `json:"params_sha256"`
	PriorSHA256  string `json:"prior_sha256,omitempty"` // of the prior that the checkpoint keeps
}

// Evaluated is the report of [Evaluate].
type Evaluated struct {
	Written
	Run Run `json:"run"`
	*PriorFit
	*evaluation.Report
}

// MarshalJSON implements [json.Marshaler]: the fields of all that it has, beside each
// other.
func (e Evaluated) MarshalJSON() ([]byte, error) {
	fields, err := e.Report.Fields()
	if err != nil {
		return nil, err
	}
	own, err := safejson.Marshal(struct {
		Written
		Run Run `json:"run"`
		*PriorFit
	}{e.Written, e.Run, e.PriorFit})
	if err != nil {
		return nil, err
	}
	var more map[string]json.RawMessage
	if err := json.Unmarshal(own, &more); err != nil {
		return nil, err
	}
	for name, v := range more {
		fields[name] = v
	}
	return safejson.Marshal(fields)
}

func (e Evaluated) String() string {
	return e.Report.String() + e.PriorFit.String() + e.Written.String()
}

// Run measures and writes. What was measured is returned even where it could not be written,
// beside the error.
func (e Evaluate) Run(ctx context.Context, m Model) (fmt.Stringer, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	result, err := e.measure(ctx, m)
	if result.Report == nil {
		return nil, err
	}
	return result, err
}

// measure measures and writes, and returns what was measured even where that fails.
func (e Evaluate) measure(ctx context.Context, m Model) (Evaluated, error) {
	start := time.Now()
	run := runOf(m)
	m, fit, err := e.Prior.of(ctx, m, e.Seed)
	if err != nil {
		return Evaluated{}, err
	}
	subject, err := subjectOf(ctx, m, e.Split)
	if err != nil {
		return Evaluated{}, err
	}
	if fit != nil {
		subject.Prior = fit.what()
	}
	report, err := evaluation.Measure(ctx, subject, evaluation.Options{
		Metrics: e.Metrics, N: e.N, Draws: e.Draws, Seed: e.Seed, Full: e.Full,
		Cache: evaluation.DefaultCache(), Progress: e.told(), Warn: func(err error) { e.tell("%v", err) },
	})
	if err != nil {
		return Evaluated{}, err
	}
	result := Evaluated{Run: run, PriorFit: fit, Report: report}
	name := reportName(m, e.Split, e.Prior.Kind, e.Metrics)
	file := e.file(m, name, ".json")
	var also []string
	switch {
	case e.HTML && e.File == "":
		also = append(also, filepath.Join(filepath.Dir(file), strings.Replace(name, "evaluate", "report", 1)+".html"))
	case e.HTML:
		also = append(also, beside(file, ".html"))
	}
	result.Written = written(m, start, subject.Held.Len(), file, also...)
	var pageErr error
	if e.HTML {
		pageErr = panics.Caught(func() error { return e.writePage(ctx, m, subject, result) })
		if ctx.Err() != nil {
			return Evaluated{}, ctx.Err()
		}
		if pageErr != nil {
			result.Also = nil
		}
	}
	if err := writeJSON(file, result); err != nil {
		result.File = ""
		if len(result.Also) > 0 { // the page alone
			result.File, result.Also = result.Also[0], nil
		}
		return result, errors.Join(pageErr, err)
	}
	return result, pageErr
}

// check reports options out of range.
func (e Evaluate) check() error {
	if err := e.checkFile(".json"); err != nil {
		return err
	}
	return e.checkMeasured()
}

// checkMeasured reports what cannot be measured.
func (e Evaluate) checkMeasured() error {
	if err := e.Prior.check(); err != nil {
		return err
	}
	if e.N < 0 || e.N > mostExamples {
		return experiments.Usagef("-n %d, want it from 1 to %d, or 0 for what each part takes", e.N, mostExamples)
	}
	if e.Draws < 0 || e.Draws > 100_000 {
		return experiments.Usagef("-k %d, want it from 1 to 100000, or 0 for the default", e.Draws)
	}
	known := evaluation.Known()
	for _, name := range e.Metrics {
		if !slices.Contains(known, name) {
			return experiments.Usagef("no figure %q%s; there are %s", name, settings.Suggest(name, known), strings.Join(known, ", "))
		}
	}
	return nil
}

// reportName is the name of a report beside the checkpoint: evaluate for all figures of a
// run's newest weights on the test set, and longer for another checkpoint, another split, another
// prior or some figures, so that none takes the place of another.
func reportName(m Model, split, prior string, metrics []string) string {
	name := "evaluate"
	store := checkpoints.Store{Dir: filepath.Dir(m.Checkpoint), FS: atomicfile.OS{}}
	if steps, err := store.List(); err != nil || len(steps) == 0 || filepath.Base(store.Path(slices.Max(steps))) != filepath.Base(m.Checkpoint) {
		name += "-" + strings.TrimSuffix(filepath.Base(m.Checkpoint), filepath.Ext(m.Checkpoint))
	}
	if split != "test" {
		name += "-" + split
	}
	if prior != "" {
		name += "-" + prior
	}
	if len(metrics) > 0 {
		name += "-some"
	}
	return name
}

// subjectOf is a model with the data that it is measured on: the split asked for, which
// must have examples.
func subjectOf(ctx context.Context, m Model, split string) (evaluation.Subject, error) {
	splits, err := m.Data(ctx)
	if err != nil {
		return evaluation.Subject{}, err
	}
	held, err := m.Split(ctx, split)
	if err != nil {
		return evaluation.Subject{}, err
	}
	if held.Len() == 0 {
		return evaluation.Subject{}, fmt.Errorf("explore: the %s split has no examples to measure on; -split names another", split)
	}
	return m.Subject(splits, held, split), nil
}

func runOf(m Model) Run {
	r := Run{Name: m.Config.Name, Step: m.Step, ParamsSHA256: checkpoints.Hash(m.Weights())}
	if m.Kept != nil {
		r.PriorSHA256 = checkpoints.Hash(m.Kept.Distribution.Tensors())
	}
	return r
}

// told returns what tells of each part as it begins.
func (e Evaluate) told() func(string) {
	if e.Log == nil {
		return nil
	}
	return func(part string) { fmt.Fprintf(e.Log, "measuring %s\n", part) }
}

// writeJSON writes a value as JSON, whole or not at all.
func writeJSON(file string, v any) error {
	return export.File(file, func(w io.Writer) error {
		return safejson.WriteIndented(w, v)
	})
}
