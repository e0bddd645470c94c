package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"latentspace/explore/atlas"
	"latentspace/internal/panics"
)

// The states of a job.
const (
	ready   = "ready"
	running = "running" // or waiting for its turn
	failed  = "failed"
)

// told is what a page is told of a job.
type told struct {
	What  string  `json:"what"`
	State string  `json:"state"`
	Done  float64 `json:"done"` // from 0 to 1
	Text  string  `json:"text,omitempty"`
	Error string  `json:"error,omitempty"`
}

// job is long work for a page.
type job struct {
	run  int
	on   *atlas.Atlas
	told told
	stop context.CancelCauseFunc
}

// jobs are done one at a time, in the order in which they were asked for.
type jobs struct {
	hub *hub

	mu      sync.Mutex
	waiting []*job // the first of them is being done
	wake    chan struct{}
}

// mostWaiting is how many jobs there are at most.
const mostWaiting = 16

func newJobs(h *hub) *jobs { return &jobs{hub: h, wake: make(chan struct{}, 1)} }

// errStale is why work on a model ends that is no longer shown.
var errStale = errors.New("there is a new checkpoint: ask again")

// ask returns the state of what is asked for, and begins it where there is nothing yet.
func (j *jobs) ask(run int, on *atlas.Atlas, what string) (told, error) {
	if err := on.CheckPrepared(what); err != nil {
		return told{}, refuse(http.StatusNotFound, "%s", atlas.Sentence(err))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if on.Ready(what) {
		return told{What: what, State: ready, Done: 1}, nil
	}
	for _, w := range j.waiting {
		if w.on == on && w.told.What == what {
			return w.told, nil
		}
	}
	if len(j.waiting) >= mostWaiting {
		return told{}, refuse(http.StatusTooManyRequests, "There are %d things to prepare already: wait for some.", mostWaiting)
	}
	added := &job{run: run, on: on, told: told{What: what, State: running, Text: "waiting"}}
	j.waiting = append(j.waiting, added)
	select {
	case j.wake <- struct{}{}:
	default:
	}
	return added.told, nil
}

// of are the jobs of a run.
func (j *jobs) of(run int) []told {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []told
	for _, w := range j.waiting {
		if w.run == run {
			all = append(all, w.told)
		}
	}
	return all
}

// drop ends the jobs on an atlas that is no longer shown.
func (j *jobs) drop(on *atlas.Atlas) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, w := range j.waiting {
		if w.on == on && w.stop != nil {
			w.stop(errStale)
		}
	}
	first := true
	j.waiting = slices.DeleteFunc(j.waiting, func(w *job) bool {
		keeps := first && w.stop != nil || w.on != on // what was begun ends by itself
		if first = false; !keeps {
			w.told.State, w.told.Error = failed, atlas.Sentence(errStale)
			j.hub.tell(w.run, "job", w.told)
		}
		return !keeps
	})
}

// work does jobs until the context ends.
func (j *jobs) work(ctx context.Context) {
	for {
		next, on := j.next(ctx)
		if next == nil {
			select {
			case <-ctx.Done():
				return
			case <-j.wake:
			}
			continue
		}
		err := panics.Caught(func() error {
			return next.on.Prepare(on, next.told.What, j.watch(next))
		})
		if on.Err() != nil && err != nil {
			err = context.Cause(on)
		}
		next.stop(nil)
		if ctx.Err() != nil {
			return
		}
		j.finish(next, err)
	}
}

// next is the job to do, with its context; nil where there is none.
func (j *jobs) next(ctx context.Context) (*job, context.Context) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) == 0 {
		return nil, nil
	}
	next := j.waiting[0]
	on, stop := context.WithCancelCause(ctx)
	next.stop, next.told.Text = stop, "beginning"
	return next, on
}

// finish tells how a job ended.
func (j *jobs) finish(done *job, err error) {
	j.mu.Lock()
	j.waiting = j.waiting[1:]
	done.told.State, done.told.Done, done.told.Text = ready, 1, ""
	if err != nil {
		done.told.State, done.told.Error = failed, atlas.Sentence(err)
	}
	j.mu.Unlock()
	j.hub.tell(done.run, "job", done.told)
}

// between is the time from one report of progress to the next.
const between = 100 * time.Millisecond

// watch tells the streams how far a job is, now and then.
func (j *jobs) watch(of *job) atlas.Watch {
	var last time.Time
	return func(what string, done, total int, more string) {
		if total < 1 || time.Since(last) < between {
			return
		}
		last = time.Now()
		j.mu.Lock()
		of.told.Done, of.told.Text = min(1, float64(done)/float64(total)), strings.TrimSpace(what+more)
		now := of.told
		j.mu.Unlock()
		j.hub.tell(of.run, "job", now)
	}
}

// prepare answers a request for long work.
func (s *Server) prepare(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	var asked struct {
		What string `json:"what"`
	}
	if err := r.body(&asked); err != nil {
		return content{}, err
	}
	state, err := s.jobs.ask(r.run, a, asked.What)
	if err != nil {
		return content{}, err
	}
	return asJSON(state)
}

// direction answers a direction that was prepared.
func (s *Server) direction(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	d, err := a.Direction(r.query["of"])
	if err != nil {
		return content{}, err
	}
	return asJSON(d)
}
