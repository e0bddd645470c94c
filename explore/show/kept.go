package show

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"latentspace/evaluation"
	"latentspace/explore"
	"latentspace/internal/untrusted"
	"latentspace/training"
)

// Runs are what [Compare] compares.
type Runs struct {
	Paths []string // folders of runs, checkpoints or reports
	Best  bool     // of a folder the best checkpoint
	Data  string   // the folder that the data are in now; empty for where the runs have them
	Anew  bool     // measure all anew, and keep the reports that there are
}

// report returns the report of a run's folder, of a checkpoint or of a file of a report. One
// of other weights than the newest is made anew.
func (r Runs) report(ctx context.Context, run string, e explore.Evaluate) (Evaluated, error) {
	if strings.HasSuffix(run, ".json") {
		read, err := readReport(run)
		if errors.Is(err, fs.ErrNotExist) {
			return Evaluated{}, fmt.Errorf("explore: there is no report %s", run)
		}
		return read, err
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
	m, _, err := training.Find(folder, checkpoint, r.Best && folder != "", func(err error) { e.Tell("%v", err) })
	if err != nil {
		return Evaluated{}, err
	}
	if r.Data != "" {
		if err := m.MoveData(r.Data); err != nil {
			return Evaluated{}, err
		}
	}
	name := reportName(m, e.Split, "", nil)
	kept := filepath.Join(filepath.Dir(m.File), name+".json")
	to := Output{File: kept}
	if r.Anew {
		e.Tell("measuring %s as asked", run)
		to.File = filepath.Join(filepath.Dir(m.File), name+"-compared.json") // the report by default stays
	} else {
		if old, err := readReport(kept); err == nil && old.Run == explore.RunOf(m) && old.Whole() && old.ByDefault(m) {
			return old, nil
		}
		e.Tell("measuring %s, which has no whole report of these weights", run)
	}
	measured, err := measure(ctx, m, e, to, false)
	if err != nil && measured.Report == nil {
		return Evaluated{}, fmt.Errorf("%s: %w", run, err)
	}
	if err != nil { // it can be compared all the same
		e.Tell("the report of %s is not kept: %v", run, err)
	}
	return measured, nil
}

// Kept is the report that a run's folder keeps of its newest weights, nil if there is none, or one of
// another step or of some figures.
func Kept(dir string, step int) *explore.EvaluateReport {
	r, err := readReport(filepath.Join(dir, "evaluate.json"))
	if err != nil || r.Run.Step != step || !r.Whole() {
		return nil
	}
	return &r.EvaluateReport
}

// readReport reads what [Evaluate] wrote.
func readReport(file string) (Evaluated, error) {
	b, err := untrusted.ReadFile(file, untrusted.Report)
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %w", err)
	}
	var own struct {
		Written
		Run explore.Run `json:"run"`
		explore.PriorFit
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
	e := Evaluated{own.Written, explore.EvaluateReport{Run: own.Run, Report: &r}}
	if own.PriorFit.Prior != "" {
		e.PriorFit = &own.PriorFit
	}
	return e, nil
}
