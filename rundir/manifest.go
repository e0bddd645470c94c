// Package rundir reads and writes the files in the folder of a run: the manifest, the records of
// epochs, the experiment. A folder in use is locked.
package rundir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/trained/saved"
)

// Manifest is run.json: what was trained, on what, by what, and how it came out.
type Manifest struct {
	Name              string               `json:"name"`
	Model             string               `json:"model"` // its kind
	Seed              uint64               `json:"seed"`
	Status            string               `json:"status"` // running, interrupted, failed or finished
	Step              int                  `json:"step"`
	Epoch             int                  `json:"epoch"`
	Parameters        int                  `json:"parameters"`                    // trained values
	ParamsSHA256      string               `json:"params_sha256"`                 // over names, shapes and values of parameters and state, sorted
	ExamplesPerSecond float64              `json:"examples_per_second,omitempty"` // median over windows of training steps; none where they took too little time to tell
	Seconds           float64              `json:"seconds"`                       // in all, over every time the run was resumed
	FitSeconds        float64              `json:"fit_seconds,omitempty"`         // of the fit, of a model that is fitted
	Data              DataManifest         `json:"data"`
	Metrics           SplitMetrics         `json:"metrics"`
	Best              *Best                `json:"best,omitempty"`
	Stopped           string               `json:"stopped,omitempty"`    // why the run ended before its last step
	Checkpoint        string               `json:"checkpoint,omitempty"` // the newest
	Init              *Origin              `json:"init,omitempty"`       // of the first weights, where they came from a checkpoint
	Prior             *saved.Prior         `json:"prior,omitempty"`      // that the last checkpoint keeps
	History           []experiments.Change `json:"history,omitempty"`    // changes of keys, in order; those after Step have yet to be made
	Error             string               `json:"error,omitempty"`
	Warnings          []string             `json:"warnings,omitempty"` // problems that did not end the run, or with its result
	Program           ProgramInfo          `json:"program"`
}

// DataManifest says what a run was trained on.
type DataManifest struct {
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"`        // of all examples and labels
	Dir    string `json:"dir,omitempty"` // absolute path of the folder of the files, if the experiment names one
	Train  int    `json:"train"`
	Valid  int    `json:"valid"`
	Test   int    `json:"test"`

	// Damaged names the files that were left out because they could not be read, at most a
	// thousand of them, each with the reason.
	Damaged []string `json:"damaged,omitempty"`
}

// SplitMetrics has the loss and each term: of the last epoch's training steps, of
// its validation, and of the test set after the last step.
type SplitMetrics struct {
	Train Metrics `json:"train"`
	Valid Metrics `json:"valid,omitempty"`
	Test  Metrics `json:"test,omitempty"`

	Figures Figures `json:"figures,omitempty"` // of the last evaluation, on the validation set
}

// ProgramInfo is what repeating the run needs beside the config.
type ProgramInfo struct {
	Revision string `json:"revision,omitempty"` // of the source, where it is known
	Modified bool   `json:"modified,omitempty"` // since that revision
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	CPUs     int    `json:"cpus"`
	Kernels  string `json:"kernels"` // avx512, avx2 or portable
	Started  string `json:"started"` // the first time, RFC 3339
}

// The values of Manifest.Status.
const (
	Running     = "running"
	Interrupted = "interrupted"
	Failed      = "failed"
	Finished    = "finished"
)

// The names of files in the folder of a run.
const (
	ManifestFile = saved.Manifest
	MetricsFile  = "metrics.jsonl"
)

// ReadManifest returns the manifest of a run folder, nil if it has none.
func ReadManifest(dir string) (*Manifest, error) {
	name := filepath.Join(dir, ManifestFile)
	b, err := untrusted.ReadFile(name, untrusted.Manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("rundir: %w", err)
	}
	var m Manifest
	if err := untrusted.DecodeJSON(b, &m); err != nil {
		return nil, fmt.Errorf("rundir: %s: %w", name, err)
	}
	return &m, nil
}

// Write puts the manifest into a run folder, atomically.
func (m *Manifest) Write(dir string) error {
	return writeFile(filepath.Join(dir, ManifestFile), func(w io.Writer) error {
		return safejson.WriteIndented(w, m)
	})
}
