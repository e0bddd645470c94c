package sweeps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/rundir"
	"latentspace/training"
)

// Options says where and how a sweep runs.
type Options struct {
	Dir      string // the sweep's folder
	Parallel int    // how many runs are trained at once, at least 1
	Rank     Rank   // which of several processes this is
	Log      io.Writer

	// Train trains a run, or goes on with it, and writes what there is to tell to a file. It returns
	// when the run has ended. When ctx ends it saves the run.
	Train func(ctx context.Context, j Job) error
}

// Job is a run to be trained.
type Job struct {
	Config string   // the file of the experiment
	Sets   []string // its edits
	Dir    string   // the run's folder
	Log    string   // the file for what there is to tell
}

// The names of files and folders in the folder of a sweep.
const (
	sweepFile  = "sweep.yaml"
	configFile = "experiment.yaml"
	logFolder  = "logs"
)

// sweeping is a sweep at work.
type sweeping struct {
	*Plan
	Options

	mu   sync.Mutex
	left map[int]bool  // runs of this process that are to be trained
	took time.Duration // by the runs that were trained here
	n    int           // of them
}

// Run trains the runs of a sweep that are not finished, and writes the table. A run that fails does
// not stop the others. When ctx ends the runs in training are saved, and the error is
// [training.ErrInterrupted].
//
// Each of several processes takes every Of-th run, and then those of the others which nobody trains.
// Locks keep two of them from one run. Each writes the table when it ends, so that the last to end
// leaves the whole.
func (p *Plan) Run(ctx context.Context, o Options) (*Table, error) {
	s := &sweeping{Plan: p, Options: o, left: map[int]bool{}}
	if err := s.begin(); err != nil {
		return nil, err
	}
	own, others := o.Rank.order(len(p.Runs))
	for _, i := range own {
		if s.state(i).Status != rundir.Finished {
			s.left[i] = true
		}
	}
	of := ""
	if o.Rank.Of > 1 {
		of = fmt.Sprintf(" for rank %d of %d, by %s", o.Rank.Rank, o.Rank.Of, o.Rank.By)
	}
	fmt.Fprintf(o.Log, "sweep %s: %s in %s, of which %d are to be trained%s\n", p.Name, experiments.Count(len(p.Runs), "run"), o.Dir, len(s.left), of)
	busy := s.all(ctx, own, true)
	busy = append(busy, s.all(ctx, others, false)...)
	for _, i := range busy { // which another process trained a moment ago
		s.wait(ctx, i)
	}
	s.all(ctx, busy, false)
	table, err := s.table()
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("sweep %s: %w; the same command goes on", p.Name, training.ErrInterrupted)
	}
	return table, err
}

// begin makes the folder, with copies of what is trained, so that a file that is edited during the
// sweep changes nothing.
func (s *sweeping) begin() error {
	if err := foreign(s.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(s.Dir, logFolder), 0o777); err != nil {
		return fmt.Errorf("sweeps: %w", err)
	}
	return errors.Join(s.write(sweepFile, s.Source), s.write(configFile, s.Base))
}

// foreign reports a folder that holds something else than a sweep.
func foreign(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweeps: %w", err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name })
	}
	if has(experiments.ConfigFile) || len(entries) > 0 && !has(logFolder) {
		return fmt.Errorf("sweeps: the folder %s holds %s and no sweep; choose another with -out", dir, entries[0].Name())
	}
	return nil
}

func (s *sweeping) write(name string, b []byte) error {
	err := atomicfile.Write(atomicfile.OS{}, filepath.Join(s.Dir, name), func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return fmt.Errorf("sweeps: %w", err)
	}
	return nil
}

// all trains runs, as many at once as asked for, and returns those that another process trains.
func (s *sweeping) all(ctx context.Context, runs []int, own bool) (busy []int) {
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(s.Parallel, len(runs)) {
		wait.Go(func() {
			for i := range next {
				if ctx.Err() == nil && s.one(ctx, i, own) {
					s.mu.Lock()
					busy = append(busy, i)
					s.mu.Unlock()
				}
			}
		})
	}
	for _, i := range runs {
		next <- i
	}
	close(next)
	wait.Wait()
	slices.Sort(busy)
	return busy
}

// one trains a run unless it is finished, and reports whether another process trains it. A run of
// another rank that failed stays so.
func (s *sweeping) one(ctx context.Context, i int, own bool) (busy bool) {
	run := s.Runs[i]
	begins := "goes on"
	switch state := s.state(i); {
	case state.Status == New:
		begins = "begins"
	case state.Status == rundir.Finished || state.Status == rundir.Failed && !own:
		return false
	case state.Status == rundir.Running:
		return true
	}
	if err := os.Remove(s.failure(i)); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.tell(i, "%v", err)
	}
	s.tell(i, "%s", begins)
	began := time.Now()
	err := s.Train(ctx, Job{
		Config: filepath.Join(s.Dir, configFile), Sets: run.Sets, Dir: s.folder(i), Log: s.log(i),
	})
	state := s.state(i)
	switch {
	case state.Status == rundir.Running: // another process was sooner
		return true
	case err == nil || state.Status == rundir.Finished:
		s.told(i, state, time.Since(began))
	case ctx.Err() != nil:
		s.tell(i, "saved")
	default:
		s.failed(i, err)
	}
	return false
}

// failed notes that a run failed, and tells it.
func (s *sweeping) failed(i int, err error) {
	reason := err.Error()
	if last := lastLine(s.log(i)); last != "" {
		reason = last
	}
	if err := s.write(filepath.Join(logFolder, s.Runs[i].Name+failureEnding), []byte(reason+"\n")); err != nil {
		s.tell(i, "%v", err)
	}
	s.mu.Lock()
	delete(s.left, i)
	s.mu.Unlock()
	s.tell(i, "failed: %s (%s)", reason, s.log(i))
}

// told tells that a run is finished, and how long the rest will take at the present pace.
func (s *sweeping) told(i int, state State, took time.Duration) {
	s.mu.Lock()
	delete(s.left, i)
	s.took += took
	s.n++
	left, mean := len(s.left), s.took/time.Duration(s.n)
	s.mu.Unlock()
	text := "finished in " + took.Round(time.Second/10).String()
	if m := state.Manifest; m != nil && m.Best != nil {
		text += fmt.Sprintf(", %s %.5g", m.Best.By, m.Best.Value)
	}
	if left > 0 {
		rounds := (left + s.Parallel - 1) / s.Parallel
		text += fmt.Sprintf("; %s left, some %v", experiments.Count(left, "run"), (time.Duration(rounds) * mean).Round(time.Second))
	}
	s.tell(i, "%s", text)
}

// tell writes a line about a run.
func (s *sweeping) tell(i int, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.Log, "run %d of %d, %s: %s\n", i+1, len(s.Runs), s.Runs[i].Name, fmt.Sprintf(format, args...))
}

// A process that was killed may hold a run for an instant. Therefore a run that another process
// trains is looked at this often, with a pause in between.
const (
	lookTries = 25
	lookWait  = 200 * time.Millisecond
)

// wait waits a while for a run that another process trains.
func (s *sweeping) wait(ctx context.Context, i int) {
	for range lookTries {
		if ctx.Err() != nil || !checkpoints.InUse(s.folder(i)) {
			return
		}
		time.Sleep(lookWait)
	}
	s.tell(i, "another process trains it")
}

// lastLine is the last line of a file, "" if there is none.
func lastLine(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 4096 {
		if _, err := f.Seek(-4096, io.SeekEnd); err != nil {
			return ""
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
