// Package explore is what one does with a trained model: draw from it, walk through
// its latent space, see where data lie there. Each verb of the sample command is a
// file, a struct of options with a method Run that writes files and returns a report
// of them and of every figure it computed.
package explore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/training"
)

// mostExamples bounds -n: a mistake should not take the machine's memory.
const mostExamples = 1_000_000

// Options are what every verb takes.
type Options struct {
	N     int    // examples, or rows
	Seed  uint64 // of everything random
	Split string // of the data: train, valid or test
	Data  string // the folder that the data are in now; empty for where the run has them
	File  string // to write; next to the checkpoint if empty

	// Conditions are those that a conditional model is given, by the names of their fields;
	// others are drawn as training examples have them.
	Conditions map[string]string

	// Given are the names of the flags that were given, for those that say something only
	// beside others.
	Given []string

	Log      io.Writer // is told of progress; nil for none
	Terminal bool      // Log is a terminal: show a bar
}

// check reports options out of range. The endings are those of the files that the
// verb can write.
func (o Options) check(endings ...string) error {
	if o.N < 1 || o.N > mostExamples {
		return experiments.Usagef("-n %d, want it from 1 to %d", o.N, mostExamples)
	}
	return o.checkFile(endings...)
}

// take is how many examples a verb takes of those that there are: N, or all if N is more and
// was not given. Where says which they are.
func (o Options) take(there int, where string) (int, error) {
	switch {
	case there < 1:
		return 0, fmt.Errorf("explore: there are no examples in %s", where)
	case o.N <= there:
		return o.N, nil
	case slices.Contains(o.Given, "n"):
		return 0, fmt.Errorf("explore: -n %d examples of %s, want at most the %d that there are", o.N, where, there)
	}
	o.tell("-n is %d, all that there are in %s", there, where)
	return there, nil
}

// checkFile reports options out of range, but for N.
func (o Options) checkFile(endings ...string) error {
	if ext := strings.ToLower(filepath.Ext(o.File)); o.File != "" {
		if err := oneOf("-o "+o.File+": ending", ext, endings); err != nil {
			return err
		}
	}
	if err := oneOf("-split", o.Split, []string{"train", "valid", "test"}); err != nil {
		return err
	}
	// Before the work, which may take minutes.
	if info, err := os.Stat(o.File); o.File != "" && err == nil && info.IsDir() {
		return fmt.Errorf("explore: -o %s: a folder, want a file", o.File)
	}
	if dir := filepath.Dir(o.File); o.File != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("explore: -o %s: there is no folder %s", o.File, dir)
		}
	}
	return nil
}

// Writable reports a folder that no file can be written to: that of the file, or of the
// checkpoint beside which it goes by default. It belongs before the work.
func (o Options) Writable(m *training.Trained) error {
	dir := filepath.Dir(o.file(m, "any", ""))
	if _, err := os.Stat(dir); err != nil {
		return nil // which the verb tells, with the flag
	}
	f, err := os.CreateTemp(dir, ".writable-*.tmp")
	if err != nil {
		return fmt.Errorf("explore: nothing can be written to the folder %s: %w; -o names a file elsewhere", dir, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// idle reports a flag that was given and says nothing beside what it is with.
func (o Options) idle(with string, flags ...string) error {
	for _, name := range flags {
		if slices.Contains(o.Given, name) {
			return experiments.Usagef("-%s has no effect with %s", name, with)
		}
	}
	return nil
}

// oneOf is an error that names what there is if the value is none of them.
func oneOf(what, value string, known []string) error {
	for _, k := range known {
		if value == k {
			return nil
		}
	}
	list := known[0]
	if n := len(known); n > 1 {
		list = strings.Join(known[:n-1], ", ") + " or " + known[n-1]
	}
	return experiments.Usagef("%s %q, want %s", what, value, list)
}

// mostTold is how many columns that a table leaves out are told.
const mostTold = 30

// describe tells what a table was taken for, and the columns that are left out.
func (o Options) describe(file, description string, left []*table.Column) {
	if o.Log == nil {
		return
	}
	fmt.Fprintf(o.Log, "%s: %s\n", file, description)
	for _, c := range left[:min(len(left), mostTold)] {
		fmt.Fprintf(o.Log, "%s: %s\n", file, c.LeftOut())
	}
	if len(left) > mostTold {
		fmt.Fprintf(o.Log, "%s: and %d more columns are left out\n", file, len(left)-mostTold)
	}
}

// file returns the file to write, by default name beside the checkpoint.
func (o Options) file(m *training.Trained, name, extension string) string {
	if o.File != "" {
		return o.File
	}
	return filepath.Join(filepath.Dir(m.File), name+extension)
}

// beside is the file of the same name with another ending.
func beside(file, ending string) string {
	return strings.TrimSuffix(file, filepath.Ext(file)) + ending
}

// Written is what every report begins with.
type Written struct {
	File       string   `json:"file"`           // the first that was written, "" if none could be
	Also       []string `json:"also,omitempty"` // the others
	N          int      `json:"n"`
	Seconds    float64  `json:"seconds"`
	Checkpoint string   `json:"checkpoint"`
}

// written is the report of files written since start.
func written(m *training.Trained, start time.Time, n int, file string, also ...string) Written {
	return Written{file, also, n, time.Since(start).Seconds(), m.File}
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
