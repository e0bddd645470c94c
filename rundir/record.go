package rundir

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"latentspace/internal/untrusted"
)

// Record is a line of metrics.jsonl: the end of an epoch, or an evaluation within one,
// which has figures alone.
type Record struct {
	Step    int     `json:"step"`
	Epoch   int     `json:"epoch"` // number of complete epochs
	Train   Metrics `json:"train,omitempty"`
	Valid   Metrics `json:"valid,omitempty"`
	Figures Figures `json:"figures,omitempty"` // where they were measured
	// Diversity is the variance of samples over that of training examples, of a model that is watched.
	Diversity *Estimate `json:"diversity,omitempty"`
}

// ReadMetrics returns the records of a run folder, none if it has no metrics.jsonl.
func ReadMetrics(dir string) ([]Record, error) {
	b, err := untrusted.ReadFile(filepath.Join(dir, MetricsFile), untrusted.Manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("rundir: %w", err)
	}
	var all []Record
	for line := range bytes.Lines(b) {
		var r Record
		if err := untrusted.DecodeJSON(line, &r); err != nil {
			return nil, fmt.Errorf("rundir: %s: line %d: %w", filepath.Join(dir, MetricsFile), len(all)+1, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// EndsEpoch reports whether the record is of the end of an epoch.
func (r Record) EndsEpoch() bool { return r.Train != nil }

// Best is the step of the best checkpoint so far, with the value that it was chosen by.
type Best struct {
	Step  int     `json:"step"`
	By    string  `json:"by"`
	Value float64 `json:"value"`
}
