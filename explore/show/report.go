package show

import (
	"fmt"
	"slices"
	"time"

	"latentspace/internal/safejson"
	"latentspace/training"
)

// Written is what every report begins with.
type Written struct {
	File       string   `json:"file"`           // the first that was written, "" if none could be
	Also       []string `json:"also,omitempty"` // the others
	N          int      `json:"n"`
	Seconds    float64  `json:"seconds"`
	Checkpoint string   `json:"checkpoint"`
	Texts      []string `json:"texts,omitempty"` // the first lines of the file, if it is of texts

	lines int // of the file
}

// written is the report of files written since start.
func written(m *training.Trained, start time.Time, n int, file string, also ...string) Written {
	return Written{File: file, Also: also, N: n, Seconds: time.Since(start).Seconds(), Checkpoint: m.File}
}

// String is the report for a person: what was written, from which checkpoint; nothing if no
// file could be.
func (w Written) String() string {
	if w.File == "" {
		return ""
	}
	files := w.File
	for i, f := range w.Also {
		if i == len(w.Also)-1 {
			files += " and " + f
		} else {
			files += ", " + f
		}
	}
	return fmt.Sprintf("wrote %s from %s\n", files, w.Checkpoint)
}

// Report is what was written, and what a verb of package explore reports.
type Report struct {
	Written
	Found fmt.Stringer
}

// String is the report for a person: of texts they come first.
func (r Report) String() string {
	return r.said() + r.Written.String() + r.Found.String()
}

// MarshalJSON implements [json.Marshaler]: the fields of both, one after another.
func (r Report) MarshalJSON() ([]byte, error) {
	own, err := safejson.Marshal(r.Written)
	if err != nil {
		return nil, err
	}
	found, err := safejson.Marshal(r.Found)
	if err != nil || len(found) <= len("{}") || string(found) == "null" {
		return own, err
	}
	own[len(own)-1] = ','
	return slices.Concat(own, found[1:]), nil
}

// WrittenPage is the report of a page in one file, which is of some points and has what it says.
func WrittenPage(m *training.Trained, start time.Time, file string, found fmt.Stringer) Report {
	return Report{written(m, start, 1, file), found}
}
