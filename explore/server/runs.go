package server

import (
	"context"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"latentspace/checkpoints"
	"latentspace/explore"
	"latentspace/explore/atlas"
	"latentspace/explore/show"
	"latentspace/internal/panics"
	"latentspace/rundir"
)

// mostHeld is how many models are held at a time.
const mostHeld = 4

// runs are those in one folder, of which some are held.
type runs struct {
	o   Options
	ctx context.Context // of the server, in which nothing is downloaded

	mu    sync.Mutex
	dirs  []string // of the runs; those that are there stay in their places
	held  map[int]*held
	asked int // counts what is asked for

	sparing sync.Mutex // while a model of a run in training is read, on one processor
}

// held is a run whose atlas is there, or is being made.
type held struct {
	done  chan struct{} // closed when it is there
	atlas *atlas.Atlas
	err   error
	used  int // when it was last asked for
}

func newRuns(o Options) *runs { return &runs{o: o, dirs: []string{o.Run}, held: map[int]*held{}} }

// len is how many runs there are.
func (r *runs) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.dirs)
}

// dir is the folder of a run.
func (r *runs) dir(run int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dirs[run]
}

// atlas returns that of a run, which is made when it is first asked for.
func (r *runs) atlas(ctx context.Context, run int) (*atlas.Atlas, error) {
	h := r.hold(run)
	select {
	case <-h.done:
		return h.atlas, h.err
	case <-ctx.Done():
		return nil, refuse(http.StatusServiceUnavailable, "The run is being opened: ask again.")
	}
}

// hold returns a run that is held from then on.
func (r *runs) hold(run int) *held {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	h, ok := r.held[run]
	if !ok {
		r.leave()
		h = &held{done: make(chan struct{})}
		r.held[run] = h
		dir := r.dirs[run]
		go func() {
			defer close(h.done)
			h.err = panics.Caught(func() (err error) {
				h.atlas, err = r.open(dir, nil)
				return err
			})
		}()
	}
	h.used = r.asked
	return h
}

// leave makes room for another run: the one that was not asked for the longest leaves.
func (r *runs) leave() {
	if len(r.held) < mostHeld {
		return
	}
	oldest := -1
	for run, h := range r.held {
		if oldest < 0 || h.used < r.held[oldest].used {
			oldest = run
		}
	}
	delete(r.held, oldest)
}

// shown is the atlas of a run that is held, nil where none is.
func (r *runs) shown(run int) *atlas.Atlas {
	r.mu.Lock()
	h := r.held[run]
	r.mu.Unlock()
	if h == nil {
		return nil
	}
	select {
	case <-h.done:
		return h.atlas
	default:
		return nil
	}
}

// replace shows another atlas of a run, if it still shows the former.
func (r *runs) replace(run int, former, next *atlas.Atlas) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.held[run]
	if h == nil || h.atlas != former {
		return false
	}
	done := make(chan struct{})
	close(done)
	r.held[run] = &held{done: done, atlas: next, used: h.used}
	return true
}

// fewPoints is how many points there are at most of a model in training.
const fewPoints = 2000

// open makes the atlas of a run, like a former one if there is one. Of a run in training there are
// fewer points, and one processor computes, so that training loses little.
func (r *runs) open(dir string, like *atlas.Atlas) (*atlas.Atlas, error) {
	o := r.o.Atlas
	o.Like = like
	if inTraining(dir) {
		r.sparing.Lock()
		defer r.sparing.Unlock()
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		o.N = min(o.N, fewPoints)
	}
	m, err := r.o.Open(dir)
	if err != nil {
		return atlas.Without(dir, err), nil
	}
	for run := range r.len() {
		if a := r.shown(run); a != nil {
			a.LendData(m)
		}
	}
	return atlas.New(r.ctx, m, o)
}

// inTraining reports whether a process trains the run of a folder.
func inTraining(dir string) bool {
	m, err := rundir.ReadManifest(dir)
	return err == nil && m != nil && m.Status == rundir.Running && checkpoints.InUse(dir)
}

// look finds runs beside the first that were not there before, the newest ones last.
func (r *runs) look() {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Clean(r.o.Run)), "*", rundir.ManifestFile))
	if err != nil {
		return // of a folder whose name is a pattern
	}
	first, err := filepath.Abs(r.o.Run)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range found {
		dir := filepath.Dir(f)
		if at, err := filepath.Abs(dir); err == nil && at != first && !slices.Contains(r.dirs, dir) {
			r.dirs = append(r.dirs, dir)
		}
	}
}

// listed is a run in the list of all.
type listed struct {
	Run     int                `json:"run"`
	Name    string             `json:"name"`
	Kind    string             `json:"kind"`
	Status  string             `json:"status"`
	Step    int                `json:"step"`
	Epoch   int                `json:"epoch"`
	Figures map[string]float64 `json:"figures"`
	Open    bool               `json:"open"` // it can be opened
}

// list answers what runs there are, and compares those whose reports are kept.
func (s *Server) list(r *request) (content, error) {
	s.runs.look()
	all := []listed{}
	var reports []explore.EvaluateReport
	var names []string
	for run := range s.runs.len() {
		dir := s.runs.dir(run)
		m, err := rundir.ReadManifest(dir)
		if err != nil || m == nil {
			all = append(all, listed{Run: run, Name: filepath.Base(dir), Status: "unknown", Figures: map[string]float64{}, Open: run == 0})
			continue
		}
		l := listed{Run: run, Name: filepath.Base(dir), Kind: m.Model, Status: statusOfRun(dir, m), Step: m.Step, Epoch: m.Epoch, Figures: figures(m)}
		steps, err := checkpoints.Store{Dir: dir}.List()
		l.Open = err == nil && len(steps) > 0 || l.Status == rundir.Running
		all = append(all, l)
		if kept := show.Kept(dir, m.Step); kept != nil {
			reports, names = append(reports, *kept), append(names, l.Name)
		}
	}
	answer := struct {
		Runs    []listed               `json:"runs"`
		Compare *explore.CompareReport `json:"compare"`
	}{Runs: all}
	if len(reports) > 1 {
		rows := explore.CompareKept(reports, names)
		answer.Compare = &rows
	}
	return asJSON(answer)
}

// statusOfRun is that of a manifest, unless its process was killed.
func statusOfRun(dir string, m *rundir.Manifest) string {
	if m.Status == rundir.Running && !checkpoints.InUse(dir) {
		return rundir.Interrupted
	}
	return m.Status
}

// figures are what the manifest has of a run: those of its last evaluation, or else its means.
func figures(m *rundir.Manifest) map[string]float64 {
	all := map[string]float64{}
	means := m.Metrics.Train
	for _, better := range []rundir.Metrics{m.Metrics.Valid, m.Metrics.Test} {
		if len(better) > 0 {
			means = better
		}
	}
	for _, mean := range means {
		all[strings.ReplaceAll(mean.Name, " ", "_")] = mean.Value
	}
	for name, f := range m.Metrics.Figures {
		all[name] = f.Value
	}
	return all
}
