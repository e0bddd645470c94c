package explore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"latentspace/evaluation"
	"latentspace/experiments"
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
	t, file, err := experiments.Find(folder, checkpoint, c.Best && folder != "", func(err error) { c.tell("%v", err) })
	if err != nil {
		return Evaluated{}, err
	}
	m := Model{Trained: t, Checkpoint: file}
	kept := filepath.Join(filepath.Dir(file), "evaluate.json")
	r, err := readReport(kept)
	if err == nil && r.Run == runOf(m) && r.whole() && r.Report.Split == c.Split {
		return r, nil
	}
	c.tell("measuring %s, which has no whole report of these weights", run)
	e := c.Evaluate
	e.File, e.Metrics, e.HTML = "", nil, false
	if err == nil && checkpoint != "" { // the report of the run's newest weights stays
		e.File = beside(file, ".evaluate.json")
	}
	measured, err := e.measure(ctx, m)
	if err != nil {
		return Evaluated{}, fmt.Errorf("%s: %w", run, err)
	}
	return measured, nil
}

// whole reports whether all was measured and not only figures that were named.
func (e Evaluated) whole() bool { return e.Report != nil && e.Diagnosis != nil }

// maxReport bounds the file of a report.
const maxReport = 16 << 20

// readReport reads what [Evaluate] wrote.
func readReport(file string) (Evaluated, error) {
	f, err := os.Open(file)
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxReport+1))
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %w", err)
	}
	if len(b) > maxReport {
		return Evaluated{}, fmt.Errorf("explore: %s: more than %d bytes, want a report", file, maxReport)
	}
	var own struct {
		Written
		Run Run `json:"run"`
	}
	var r evaluation.Report
	if err := errors.Join(json.Unmarshal(b, &own), json.Unmarshal(b, &r)); err != nil {
		return Evaluated{}, fmt.Errorf("explore: %s: no report of sample evaluate: %w", file, err)
	}
	if r.Model == "" || own.Run.ParamsSHA256 == "" {
		return Evaluated{}, fmt.Errorf("explore: %s: no report of sample evaluate: it names neither model nor weights", file)
	}
	return Evaluated{Written: own.Written, Run: own.Run, Report: &r}, nil
}
