package server

import (
	"context"
	"net/http"
	"sync"

	"latentspace/explore/atlas"
)

// mostHeld is how many models are held at a time.
const mostHeld = 4

// runs are those that can be shown, of which some are held.
type runs struct {
	o   Options
	ctx context.Context // of the server

	mu    sync.Mutex
	dirs  []string // of the runs
	held  map[int]*held
	clock int // counts what is asked for
}

// held is a run whose atlas is there, or is being made.
type held struct {
	done  chan struct{} // closed when it is there
	atlas *atlas.Atlas
	err   error
	used  int // when it was last asked for
}

func newRuns(o Options) *runs { return &runs{o: o, dirs: []string{o.Run}, held: map[int]*held{}} }

// begin says how long the server goes on.
func (r *runs) begin(ctx context.Context) { r.ctx = ctx }

// len is how many runs there are.
func (r *runs) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.dirs)
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
	r.clock++
	h, ok := r.held[run]
	if !ok {
		r.leave()
		h = &held{done: make(chan struct{})}
		r.held[run] = h
		dir := r.dirs[run]
		go func() {
			defer close(h.done)
			h.atlas, h.err = r.open(dir)
		}()
	}
	h.used = r.clock
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

// open makes the atlas of a run.
func (r *runs) open(dir string) (*atlas.Atlas, error) {
	m, err := r.o.Open(dir)
	if err != nil {
		return nil, refuse(http.StatusConflict, "The run cannot be opened: %v.", err)
	}
	return atlas.New(r.ctx, m, r.o.Atlas)
}
