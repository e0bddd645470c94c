// Package sweeps trains one experiment with many settings: it reads the file of a sweep, divides its
// runs among processes, and makes a table of what came of them.
package sweeps

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/settings"
)

// Sweep is the file of a sweep: an experiment, and what differs from run to run. The runs are every
// combination of a grid, of which the last key changes first, and then those of a list.
type Sweep struct {
	Name       string           `yaml:"name"`           // of the folder: letters, digits, '.', '_' and '-'
	Experiment string           `yaml:"experiment"`     // a file, or the name of a shipped experiment
	Grid       settings.Choices `yaml:"grid,omitempty"` // keys with lists of values
	List       []settings.Edits `yaml:"list,omitempty"` // keys with values, for each run
	Sort       string           `yaml:"sort,omitempty"` // the figure that the table is sorted by; what train.best says if empty
}

// MostRuns is how many runs a sweep has at most.
const MostRuns = 10_000

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Check reports the fields that are out of range or missing.
func (s Sweep) Check(report func(key, format string, args ...any)) {
	if !validName.MatchString(s.Name) || strings.HasSuffix(s.Name, ".") {
		report("name", "%q, want up to 100 letters, digits, '.', '_' and '-', with a letter or digit first and no '.' last", s.Name)
	}
	if s.Experiment == "" {
		report("experiment", "missing, want a file or the name of a shipped experiment, such as vae")
	}
	if len(s.Grid) == 0 && len(s.List) == 0 {
		report("grid", "no grid and no list, want one of them, such as grid: {seed: [1, 2, 3]}")
	}
	if n := s.count(); n > MostRuns {
		report("grid", "more runs than %d, want at most so many", MostRuns)
	}
	s.checkSort(report)
	var keys []string
	for _, c := range s.Grid {
		keys = append(keys, c.Key)
	}
	checkKeys("grid", keys, report)
	for i, edits := range s.List {
		checkKeys(fmt.Sprintf("list[%d]", i), keysOf(edits), report)
	}
}

// checkSort reports a figure that no table can be sorted by.
func (s Sweep) checkSort(report func(key, format string, args ...any)) {
	if s.Sort == "" || s.Sort == experiments.ByLoss {
		return
	}
	known := evaluation.Known()
	if _, ok := evaluation.HigherIsBetter(s.Sort); !ok {
		report("sort", "%q%s want loss, or a figure of which more is better or less, such as nll",
			settings.Clip(s.Sort), cmp.Or(settings.Suggest(s.Sort, known), ","))
	}
}

// checkKeys reports keys that no run may set, or that are part of each other.
func checkKeys(place string, keys []string, report func(key, format string, args ...any)) {
	for i, key := range keys {
		if key == "name" {
			report(place, "name is not for a sweep to set: each run has the name of its folder")
		}
		for _, other := range keys[:i] {
			if within(key, other) || within(other, key) {
				report(place, "%s and %s: one is part of the other, want one of them", settings.Clip(other), settings.Clip(key))
			}
		}
	}
}

// within reports whether a key is part of another, or the same.
func within(key, of string) bool { return key == of || strings.HasPrefix(key, of+".") }

// count is how many runs there are, or more than [MostRuns].
func (s Sweep) count() int {
	n := 0
	if len(s.Grid) > 0 {
		n = 1
	}
	for _, c := range s.Grid {
		if n *= len(c.Values); n > MostRuns {
			return n
		}
	}
	return n + len(s.List)
}

// Plan is a sweep whose runs are known and checked.
type Plan struct {
	Sweep
	Runs   []Run    // in the order of the file
	Keys   []string // that the sweep sets, in the order of the file
	Source []byte   // the text of the sweep
	Base   []byte   // the text of the experiment
	sets   []string // edits of every run
}

// Load reads the file of a sweep, as [experiments.Load] does that of an experiment. Each of sets is an
// edit KEY=VALUE of every run. The error lists what is wrong with the file, or with the settings of
// runs.
func Load(file string, sets ...string) (*Plan, error) {
	src, err := experiments.SweepSource(file)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, fmt.Errorf("%s: empty, want a sweep with name, experiment and a grid or a list", file)
	}
	p := &Plan{Source: src, sets: sets}
	if err := settings.Decode(file, src, &p.Sweep, nil, nil); err != nil {
		return nil, err
	}
	if p.Base, err = experiments.Source(p.Experiment); err != nil {
		return nil, fmt.Errorf("%s: experiment: %w", file, err)
	}
	if err := p.expand(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := p.checkRuns(file); err != nil {
		return nil, err
	}
	return p, nil
}

// mostTold is how many problems of runs are reported.
const mostTold = 20

// checkRuns reads the experiment of each run. The same problem of several runs is reported once.
func (p *Plan) checkRuns(file string) error {
	var order []string
	first, count, same := map[string]string{}, map[string]int{}, map[string]string{}
	problem := func(text, run string) {
		if count[text]++; count[text] == 1 {
			order, first[text] = append(order, text), run
		}
	}
	for i := range p.Runs {
		run := &p.Runs[i]
		c, err := experiments.Parse(p.Experiment, p.Base, run.Sets...)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				problem(line, run.Name)
			}
			continue
		}
		run.Config = c
		c.Name = "same"
		yaml, err := c.YAML()
		if err != nil {
			return err
		}
		if other, ok := same[string(yaml)]; ok {
			problem(fmt.Sprintf("the same experiment as run %s, want every run once", other), run.Name)
		}
		same[string(yaml)] = run.Name
	}
	var errs []error
	for i, text := range order {
		if i == mostTold {
			errs = append(errs, fmt.Errorf("%s: and %d problems more", file, len(order)-i))
			break
		}
		more := ""
		if n := count[text] - 1; n > 0 {
			more = fmt.Sprintf(" (and %s more)", experiments.Count(n, "run"))
		}
		errs = append(errs, fmt.Errorf("%s: run %s%s: %s", file, first[text], more, text))
	}
	return errors.Join(errs...)
}
