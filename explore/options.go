// Package explore computes what one asks of a trained model: draws, walks through its latent space,
// maps of data, measurements. Each verb of the sample command is a file, a struct of options with a
// method Run that returns values: decoded examples, codes or points, and a report of every figure.
// It writes no file and draws no picture; package show does.
package explore

import (
	"fmt"
	"io"
	"strings"

	"latentspace/data"
	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/explore/progress"
)

// mostExamples bounds -n, so that a mistake does not take the machine's memory.
const mostExamples = 1_000_000

// Options are what every verb takes.
type Options struct {
	N     int    // examples, or rows
	Exact bool   // fewer examples than N are an error; without it, all are taken then
	Seed  uint64 // of everything random
	Split string // of the data: train, valid or test

	// Files are new examples, which a verb that takes examples takes in place of a split.
	Files []string

	// Conditions are the given conditions of a conditional model, by name; others are drawn from
	// training examples.
	Conditions map[string]string

	Log      io.Writer // for progress; may be nil
	Terminal bool      // Log is a terminal: show a bar

	// Watch, if not nil, is called as long work proceeds, with what it is and how much of it is done.
	Watch func(what string, done, total int, more string)
}

// check reports options out of range.
func (o Options) check() error {
	if o.N < 1 || o.N > mostExamples {
		return experiments.Usagef("-n %d, want it from 1 to %d", o.N, mostExamples)
	}
	return o.checkSplit()
}

// checkSplit reports an unknown split.
func (o Options) checkSplit() error {
	return OneOf("-split", o.Split, data.SplitNames)
}

// take returns the number of examples that a verb takes: N, or all if N is more and need not be
// exact. where describes them.
func (o Options) take(there int, where string) (int, error) {
	switch {
	case there < 1:
		return 0, fmt.Errorf("explore: there are no examples in %s", where)
	case o.N <= there:
		return o.N, nil
	case o.Exact:
		return 0, fmt.Errorf("explore: -n %d examples of %s, want at most the %d that there are", o.N, where, there)
	}
	o.Tell("-n is %d, all that there are in %s", there, where)
	return there, nil
}

// Tell writes a line to the log, if there is one.
func (o Options) Tell(format string, args ...any) {
	if o.Log != nil {
		fmt.Fprintf(o.Log, format+"\n", args...)
	}
}

// progress begins to tell of total units of what.
func (o Options) progress(what string, total int) *progress.Progress {
	p := progress.Begin(o.Log, o.Terminal, what, total)
	if o.Watch != nil {
		p.Watch = func(done int, more string) { o.Watch(what, done, total, more) }
	}
	return p
}

// OneOf returns an error that lists the allowed values unless the value is one of them.
func OneOf(what, value string, known []string) error {
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

// mostTold is the number of left-out columns of a table that are reported.
const mostTold = 30

// describe reports how a table was read, and the columns that are left out.
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
