package sweeps

import (
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/untrusted"
	"latentspace/rundir"
)

// New is the status of a run that has not begun. The others are those of a manifest.
const New = "new"

// failureEnding is what the name of the file ends in that says why a run failed.
const failureEnding = ".failed"

// State is how far a run is.
type State struct {
	Status   string
	Manifest *rundir.Manifest // nil if there is none
	Error    string           // why it failed
}

func (s *sweeping) folder(i int) string { return filepath.Join(s.Dir, s.Runs[i].Name) }
func (s *sweeping) log(i int) string {
	return filepath.Join(s.Dir, logFolder, s.Runs[i].Name+".log")
}
func (s *sweeping) failure(i int) string {
	return filepath.Join(s.Dir, logFolder, s.Runs[i].Name+failureEnding)
}

// state is how far a run is by what its folder holds. One that is finished with other settings is not
// finished.
func (s *sweeping) state(i int) State {
	dir := s.folder(i)
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		m = nil // training says what is wrong with it
	}
	out := State{Status: New, Manifest: m}
	if m != nil {
		out.Status, out.Error = m.Status, m.Error
	}
	switch b, err := untrusted.ReadFile(s.failure(i), untrusted.Experiment); {
	case checkpoints.InUse(dir):
		out.Status = rundir.Running
	case err == nil:
		out.Status, out.Error = rundir.Failed, strings.TrimSpace(string(b))
	case out.Status == rundir.Running:
		out.Status = rundir.Interrupted
	case out.Status == rundir.Finished && s.changed(i):
		out.Status = rundir.Interrupted
	}
	return out
}

// changed reports whether a run's folder has other settings than the sweep, beyond those that no
// weight depends on.
func (s *sweeping) changed(i int) bool {
	kept, err := experiments.LoadKept(s.folder(i))
	if err != nil {
		return true
	}
	c, _ := s.Runs[i].Config.AsBegun(s.folder(i))
	for _, d := range c.Differences(kept) {
		if d.Class == experiments.Fixed || d.Class == experiments.Course || d.Class == experiments.Content {
			return true
		}
	}
	return false
}

// Listing says what the runs of a sweep in a folder are, and how far.
func (p *Plan) Listing(dir string) string {
	s := &sweeping{Plan: p, Options: Options{Dir: dir}}
	var b strings.Builder
	fmt.Fprintf(&b, "sweep %s: %s of %s in %s\n", p.Name, experiments.Count(len(p.Runs), "run"), p.Experiment, dir)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for i, run := range p.Runs {
		state := s.state(i)
		status := state.Status
		if m := state.Manifest; m != nil && status != rundir.Finished {
			status = fmt.Sprintf("%s at step %d", status, m.Step)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\n", i+1, run.Name, status)
	}
	w.Flush()
	return b.String()
}
