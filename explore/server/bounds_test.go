package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latentspace/web"
)

// asking is a request of a route that may be anything.
func asking(b *browser, known route) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.s.known(w, &request{Request: httptest.NewRequest(http.MethodGet, "/", nil)}, known)
	return w
}

// A request ends after its time, whatever it waits for.
func TestARequestEndsInTime(t *testing.T) {
	l := usual
	l.request = 10 * time.Millisecond
	b := opened(t, l)
	late := time.AfterFunc(patience, func() { panic("a request goes on after its time") })
	defer late.Stop()
	w := asking(b, route{answer: func(_ *Server, r *request) (content, error) {
		<-r.Context().Done()
		return content{}, r.Context().Err()
	}})
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "takes too long") {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
}

// A fault of the program is told as one, and the next request is answered.
func TestAFaultIsTold(t *testing.T) {
	routes["/fault"] = route{answer: func(*Server, *request) (content, error) { panic("a fault") }}
	defer delete(routes, "/fault")
	b := opened(t, usual)
	wants(t, "a fault", b.get("/fault", "", nil), 500)
	wants(t, "the next", b.get("/api/space", "", nil), 200)
}

// A header without an end is refused once it is too large, not when it has come.
func TestAHeaderWithoutEnd(t *testing.T) {
	b := opened(t, usual)
	if got := b.raw("GET / HTTP/1.1\r\nHost: " + b.s.hosts[0] + "\r\nX: " + strings.Repeat("x", 60<<10)); !strings.HasPrefix(got, "HTTP/1.1 431") {
		t.Errorf("60 KiB of a header: %.60q", got)
	}
}

// Who does not read what was asked for loses the connection.
func TestASlowReaderIsCut(t *testing.T) {
	l := usual
	l.request = 100 * time.Millisecond
	b := opened(t, l)
	b.client.CloseIdleConnections()
	c, err := net.Dial("tcp", b.s.hosts[0])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	_, page := web.File("page.js")
	ask := "GET /page.js HTTP/1.1\r\nHost: " + b.s.hosts[0] + "\r\nCookie: " + b.cookie() + "\r\n\r\n"
	go io.WriteString(c, strings.Repeat(ask, 32<<20/len(page))) // until it is cut
	held := b.s.listener.(*limited).free                        // of these one is for the next connection
	for began := time.Now(); len(held) < 2; time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("the connection was not taken")
		}
	}
	for began := time.Now(); len(held) > 1; time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("the connection is held")
		}
	}
}

// A stream of events outlives the time of a request.
func TestAStreamGoesOn(t *testing.T) {
	l := usual
	l.request, l.beat = 20*time.Millisecond, 10*time.Millisecond
	b := opened(t, l)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	// The server's deadlines are at 20 ms and at 1,020 ms; 150 heartbeats take 1,500 ms.
	if _, err := io.CopyN(io.Discard, resp.Body, int64(len(": the explorer\n\n")+150*len(":\n\n"))); err != nil {
		t.Errorf("the stream ends: %v", err)
	}
}

// No more is computed than a reply may hold.
func TestLargeExamplesAreFewAtATime(t *testing.T) {
	b := opened(t, usual)
	a := b.s.runs.shown(0)
	a.Space.Shape = []int{1 << 20} // as far as the limit sees
	wants(t, "nine examples of a million bytes", b.post("/api/decode", `{"codes":[`+strings.Repeat("[0,0,0],", 8)+`[0,0,0]]}`, nil), 413)
	wants(t, "eight", b.post("/api/decode", `{"codes":[`+strings.Repeat("[0,0,0],", 7)+`[0,0,0]]}`, nil), 200)
	if _, n, err := part(a, query{}, 1<<20); n != 8 || err != nil {
		t.Errorf("%d points of a million bytes, %v, want 8", n, err)
	}
}

// What waits to be prepared is not without end.
func TestFewThingsWaitToBePrepared(t *testing.T) {
	b := opened(t, usual)
	a, j := b.s.runs.shown(0), newJobs(newHub()) // where nobody works
	var r *refusal
	for i, name := range a.Space.Directions {
		_, err := j.ask(0, a, "direction:"+name)
		if refused := errors.As(err, &r); refused != (i >= mostWaiting) || refused && r.status != http.StatusTooManyRequests {
			t.Fatalf("thing %d: %v", i, err)
		}
	}
	if len(a.Space.Directions) <= mostWaiting {
		t.Errorf("%d directions do not suffice", len(a.Space.Directions))
	}
	if again, err := j.ask(0, a, "direction:"+a.Space.Directions[0]); err != nil || again.State != running {
		t.Errorf("what waits already: %+v, %v", again, err)
	}
}

func TestLongNamesAreRefused(t *testing.T) {
	if _, err := readQuery("map="+strings.Repeat("x", mostWord), []string{"map"}); err != nil {
		t.Error(err)
	}
	if _, err := readQuery("map="+strings.Repeat("x", mostWord+1), []string{"map"}); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("got %v", err)
	}
}
