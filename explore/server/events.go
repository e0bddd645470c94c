package server

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"latentspace/internal/safejson"
)

// event is what the streams of a run are told.
type event struct {
	name string
	data []byte // JSON
}

// hub tells the streams of each run.
type hub struct {
	mu      sync.Mutex
	streams map[*stream]bool
}

// stream is a browser that listens.
type stream struct {
	run    int
	events chan event // closed when it is too slow
}

// mostUnread is how many events a stream may be behind.
const mostUnread = 256

func newHub() *hub { return &hub{streams: map[*stream]bool{}} }

// join adds a stream, unless there are too many.
func (h *hub) join(run, most int) (*stream, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) >= most {
		return nil, false
	}
	s := &stream{run, make(chan event, mostUnread)}
	h.streams[s] = true
	return s, true
}

// leave ends a stream.
func (h *hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cut(s)
}

// cut ends a stream, once.
func (h *hub) cut(s *stream) {
	if h.streams[s] {
		delete(h.streams, s)
		close(s.events)
	}
}

// followed are the runs that have streams.
func (h *hub) followed() map[int]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	runs := map[int]bool{}
	for s := range h.streams {
		runs[s.run] = true
	}
	return runs
}

// tell tells the streams of a run. One that does not read is cut off.
func (h *hub) tell(run int, name string, v any) {
	b, err := safejson.Marshal(v)
	if err != nil || len(b) > mostReply {
		return // v is one of ours, and a browser that misses it reads all anew
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		if s.run != run {
			continue
		}
		select {
		case s.events <- event{name, b}:
		default:
			h.cut(s)
		}
	}
}

// events answers with the events of a run, until the browser leaves.
func (s *Server) events(w http.ResponseWriter, r *request) {
	in, ok := s.hub.join(r.run, s.limits.streams)
	if !ok {
		reply(w, content{}, refuse(http.StatusTooManyRequests, "There are %d pages that listen already: close one.", s.limits.streams))
		return
	}
	defer s.hub.leave(in)
	w.Header().Set("Content-Type", "text/event-stream")
	c := http.NewResponseController(w)
	c.SetReadDeadline(time.Time{}) // it says nothing more
	send := func(text string) error {
		c.SetWriteDeadline(time.Now().Add(s.limits.request))
		if _, err := fmt.Fprint(w, text); err != nil {
			return err
		}
		return c.Flush()
	}
	if r.Method == http.MethodHead || send(": the explorer\n\n") != nil {
		return
	}
	for _, j := range s.jobs.of(r.run) {
		b, _ := safejson.Marshal(j) // of strings and a finite number
		if send(fmt.Sprintf("event: job\ndata: %s\n\n", b)) != nil {
			return
		}
	}
	beat := time.NewTicker(s.limits.beat)
	defer beat.Stop()
	for {
		text := ":\n\n"
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
		case e, ok := <-in.events:
			if !ok {
				return
			}
			text = fmt.Sprintf("event: %s\ndata: %s\n\n", e.name, e.data)
		}
		if send(text) != nil {
			return
		}
	}
}
