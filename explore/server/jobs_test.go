package server

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"latentspace/explore/atlas"
)

// listening returns the events of a stream as they come, such as "job {…}".
func (b *browser) listening(path string) <-chan string {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		b.t.Fatalf("%s, a stream of %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	events := make(chan string, 1000)
	go func() {
		defer resp.Body.Close()
		defer close(events)
		name := ""
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if after, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = after
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				events <- name + " " + data
			}
		}
	}()
	return events
}

// Maps, priors and directions are prepared while the page listens, one after another.
func TestThingsArePrepared(t *testing.T) {
	b := opened(t, usual)
	events := b.listening("/api/events")
	wants(t, "a map before it is there", b.get("/api/places?map=tsne", "", nil), 409)
	wants(t, "a prior before it is there", b.post("/api/draw", `{"prior":"gaussian","n":1}`, nil), 409)
	wants(t, "what there is not", b.post("/api/prepare", `{"what":"map:other"}`, nil), 404)
	all := []string{"map:tsne", "prior:gaussian", "direction:slant"}
	for _, what := range all {
		wants(t, what, b.post("/api/prepare", `{"what":"`+what+`"}`, nil), 200)
	}
	ended := map[string]told{}
	for e := range events {
		name, data, _ := strings.Cut(e, " ")
		if name == "run" {
			continue // what became of its training
		}
		var j told
		if err := json.Unmarshal([]byte(data), &j); err != nil || name != "job" {
			t.Fatalf("event %s, %v", e, err)
		}
		if j.Done < 0 || j.Done > 1 {
			t.Errorf("%s is done to %v", j.What, j.Done)
		}
		if j.State == running {
			continue
		}
		if ended[j.What] = j; len(ended) == len(all) {
			break
		}
	}
	for _, what := range all {
		if j := ended[what]; j.State != ready {
			t.Errorf("%s is %+v", what, j)
		}
		if got := text(b.post("/api/prepare", `{"what":"`+what+`"}`, nil)); !strings.Contains(got, `"state":"ready"`) {
			t.Errorf("%s again: %s", what, got)
		}
	}
	if got := len(text(b.get("/api/places?map=tsne", "", nil))); got != 200*2*4 {
		t.Errorf("places of %d bytes", got)
	}
	wants(t, "a draw", b.post("/api/draw", `{"prior":"gaussian","n":1}`, nil), 200)
	var d atlas.Direction
	if err := json.Unmarshal([]byte(text(b.get("/api/direction?of=slant", "", nil))), &d); err != nil || len(d.Direction) != 3 || len(d.Strengths) != 5 || d.Summary == "" || d.Unit == "" {
		t.Errorf("direction %+v, %v", d, err)
	}
}

// A job on a model that is no longer shown ends, and those behind it too.
func TestJobsOnAFormerModelEnd(t *testing.T) {
	b := opened(t, usual)
	on, err := b.s.runs.atlas(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	j := newJobs(newHub())
	in, _ := j.hub.join(0, 1)
	for _, what := range []string{"map:tsne", "prior:kde"} {
		if state, err := j.ask(0, on, what); err != nil || state.State != running {
			t.Fatalf("%+v, %v", state, err)
		}
	}
	first, ctx := j.next(t.Context())
	j.drop(on)
	if context.Cause(ctx) != errStale {
		t.Errorf("the job goes on: %v", context.Cause(ctx))
	}
	j.finish(first, context.Cause(ctx))
	for _, what := range []string{"prior:kde", "map:tsne"} {
		if e := <-in.events; !strings.Contains(string(e.data), what) || !strings.Contains(string(e.data), `"error":"There is a new checkpoint: ask again."`) {
			t.Errorf("event %s", e.data)
		}
	}
	if next, _ := j.next(t.Context()); next != nil {
		t.Errorf("%s is still to be done", next.told.What)
	}
}

// A stream that does not read is cut off, and others go on.
func TestASlowStreamIsCutOff(t *testing.T) {
	h := newHub()
	slow, _ := h.join(0, 2)
	other, _ := h.join(1, 2)
	if _, ok := h.join(0, 2); ok {
		t.Error("a third stream of two")
	}
	for range mostUnread + 1 {
		h.tell(0, "run", 1)
	}
	h.tell(1, "run", 2)
	if h.streams[slow] {
		t.Error("the stream is still there")
		h.leave(slow)
	}
	n := 0
	for range slow.events {
		n++
	}
	if e := <-other.events; n != mostUnread || string(e.data) != "2" {
		t.Errorf("%d events before the cut, and %s for the other", n, e.data)
	}
	h.leave(slow) // a second time
	if got := h.followed(); len(got) != 1 || !got[1] {
		t.Errorf("followed are %v", got)
	}
}
