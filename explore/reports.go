package explore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/evaluation"
	"latentspace/internal/untrusted"
	"latentspace/training"
)

// report returns the report of a run's folder, of a checkpoint or of a file of a report. One
// of other weights than the newest is made anew.
func (c Compare) report(ctx context.Context, run string) (Evaluated, error) {
	if strings.HasSuffix(run, ".json") {
		r, err := readReport(run)
		if errors.Is(err, fs.ErrNotExist) {
			return Evaluated{}, fmt.Errorf("explore: there is no report %s", run)
		}
		return r, err
	}
	var folder, checkpoint string
	info, err := os.Stat(run)
	switch {
	case err != nil:
		return Evaluated{}, fmt.Errorf("explore: compare: %w", err)
	case info.IsDir():
		folder = run
	default:
		checkpoint = run
	}
	t, file, err := training.Find(folder, checkpoint, c.Best && folder != "", func(err error) { c.tell("%v", err) })
	if err != nil {
		return Evaluated{}, err
	}
	if c.Options.Data != "" {
		if err := t.MoveData(c.Options.Data); err != nil {
			return Evaluated{}, err
		}
	}
	m := Model{Trained: t, Checkpoint: file}
	name := reportName(m, c.Split, "", nil)
	kept := filepath.Join(filepath.Dir(file), name+".json")
	e := c.Evaluate
	e.File, e.Metrics, e.HTML = kept, nil, false
	if slices.ContainsFunc([]string{"n", "k", "full", "seed"}, func(flag string) bool { return slices.Contains(c.Given, flag) }) {
		c.tell("measuring %s as asked", run)
		e.File = filepath.Join(filepath.Dir(file), name+"-compared.json") // the report by default stays
	} else {
		if r, err := readReport(kept); err == nil && r.Run == runOf(m) && r.whole() && r.byDefault(m) {
			return r, nil
		}
		c.tell("measuring %s, which has no whole report of these weights", run)
	}
	measured, err := e.measure(ctx, m)
	if err != nil && measured.Report == nil {
		return Evaluated{}, fmt.Errorf("%s: %w", run, err)
	}
	if err != nil { // it can be compared all the same
		c.tell("the report of %s is not kept: %v", run, err)
	}
	return measured, nil
}

// whole reports whether all was measured and not only figures that were named.
func (e Evaluated) whole() bool { return e.Report != nil && e.Diagnosis != nil }

// byDefault reports whether the samples are draws of what a model draws from by default.
func (e Evaluated) byDefault(m Model) bool {
	if m.Kept == nil {
		return e.PriorFit == nil
	}
	return e.PriorFit != nil && e.Kept
}

// readReport reads what [Evaluate] wrote.
func readReport(file string) (Evaluated, error) {
	b, err := untrusted.ReadFile(file, untrusted.Report)
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %w", err)
	}
	var own struct {
		Written
		Run Run `json:"run"`
		PriorFit
	}
	var r evaluation.Report
	if err = untrusted.CheckJSON(b); err == nil { // the figures stand beside its own fields
		err = errors.Join(json.Unmarshal(b, &own), json.Unmarshal(b, &r))
	}
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %s: no report of sample evaluate: %w", file, err)
	}
	if r.Model == "" || own.Run.ParamsSHA256 == "" || len(r.Sections) == 0 {
		return Evaluated{}, fmt.Errorf("explore: %s: no report of sample evaluate: it lacks its model, its weights or its sections", file)
	}
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			if f.Name == "" {
				return Evaluated{}, fmt.Errorf("explore: %s: a figure of section %.40q has no name", file, s.Name)
			}
			if !(f.Error >= 0) {
				return Evaluated{}, fmt.Errorf("explore: %s: %s has the standard error %v, want none below 0", file, f.Name, f.Error)
			}
		}
	}
	e := Evaluated{Written: own.Written, Run: own.Run, Report: &r}
	if own.PriorFit.Prior != "" {
		e.PriorFit = &own.PriorFit
	}
	return e, nil
}
