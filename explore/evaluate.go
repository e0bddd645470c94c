package explore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"latentspace/checkpoints"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/settings"
	"latentspace/training"
)

// Evaluate measures a model. N is the largest number of held-out examples, 0 for the default of
// each part.
type Evaluate struct {
	Options
	Draws   int      // importance samples for each example, 0 for the default
	Metrics []string // the figures to measure; all if empty
	Full    bool     // all examples
	Prior   Prior    // of the samples
	Through string   // the run whose codes a dictionary learned from, "" for none
}

// EvaluateResult is what [Evaluate] measures.
type EvaluateResult struct {
	Model   *training.Trained // that draws from the prior asked for
	Subject evaluation.Subject
	Report  EvaluateReport
}

// EvaluateReport is what [Evaluate] reports.
type EvaluateReport struct {
	Run Run `json:"run"`
	*PriorFit
	*evaluation.Report
}

// ByDefault reports whether the samples are from the model's default prior.
func (e EvaluateReport) ByDefault(m *training.Trained) bool {
	if m.Kept == nil {
		return e.PriorFit == nil
	}
	return e.PriorFit != nil && e.Kept
}

// Whole reports whether all figures were measured, not only some.
func (e EvaluateReport) Whole() bool { return e.Report != nil && e.Diagnosis != nil }

// Run identifies what was measured, so that one can tell whether a report is of the
// same weights.
type Run struct {
	Name         string `json:"name"`
	Step         int    `json:"step"`
	ParamsSHA256 string `json:"params_sha256"`
	PriorSHA256  string `json:"prior_sha256,omitempty"` // of the prior that the checkpoint keeps
}

// Run measures.
func (e Evaluate) Run(ctx context.Context, m *training.Trained) (EvaluateResult, error) {
	if err := e.check(); err != nil {
		return EvaluateResult{}, err
	}
	run := RunOf(m)
	m, fit, err := e.Prior.Of(ctx, m, e.Options)
	if err != nil {
		return EvaluateResult{}, err
	}
	subject, err := subjectOf(ctx, m, e.Split)
	if err != nil {
		return EvaluateResult{}, err
	}
	if fit != nil {
		subject.Prior = fit.what()
	}
	if subject.Through, err = e.through(ctx); err != nil {
		return EvaluateResult{}, err
	}
	report, err := evaluation.Measure(ctx, subject, evaluation.Options{
		Metrics: e.Metrics, N: e.N, Draws: e.Draws, Seed: e.Seed, Full: e.Full,
		Cache: evaluation.DefaultCache(), Progress: e.told(), Warn: func(err error) { e.Tell("%v", err) },
	})
	if err != nil {
		return EvaluateResult{}, err
	}
	return EvaluateResult{m, subject, EvaluateReport{run, fit, report}}, nil
}

// through opens the run whose codes a model learned from.
func (e Evaluate) through(ctx context.Context) (*evaluation.Through, error) {
	if e.Through == "" {
		return nil, nil
	}
	m, _, err := training.Find(e.Through, "", false, func(err error) { e.Tell("%v", err) })
	if err != nil {
		return nil, err
	}
	held, err := m.Split(ctx, e.Split)
	if err != nil {
		return nil, err
	}
	return &evaluation.Through{Model: m.Model, Held: held, Name: e.Through}, nil
}

// check reports options out of range.
func (e Evaluate) check() error {
	if err := e.checkSplit(); err != nil {
		return err
	}
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

// subjectOf returns a model with the split that it is measured on, which must have
// examples.
func subjectOf(ctx context.Context, m *training.Trained, split string) (evaluation.Subject, error) {
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

// RunOf identifies a trained model.
func RunOf(m *training.Trained) Run {
	r := Run{Name: m.Config.Name, Step: m.Step, ParamsSHA256: checkpoints.Hash(m.Weights())}
	if m.Kept != nil {
		r.PriorSHA256 = checkpoints.Hash(m.Kept.Distribution.Tensors())
	}
	return r
}

// told returns a function that reports each part as it begins.
func (e Evaluate) told() func(string) {
	if e.Log == nil {
		return nil
	}
	return func(part string) { fmt.Fprintf(e.Log, "measuring %s\n", part) }
}
