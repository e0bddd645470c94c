package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestLargeRequestsAreRefused(t *testing.T) {
	b := opened(t, usual)
	if r := b.get("/api/space", "", map[string]string{"X": strings.Repeat("x", 15<<10)}); r.StatusCode != 200 {
		t.Errorf("a header of 15 KiB: %s", r.Status)
	}
	if r := b.get("/api/space", "", map[string]string{"X": strings.Repeat("x", 17<<10)}); r.StatusCode != 431 {
		t.Errorf("a header of 17 KiB: %s", r.Status)
	}
	codes := strings.Repeat("[0,0,0],", 255) + "[0,0,0]"
	wants(t, "256 codes", b.post("/api/decode", `{"codes":[`+codes+`]}`, nil), 200)
	wants(t, "257 codes", b.post("/api/decode", `{"codes":[`+codes+`,[0,0,0]]}`, nil), 400)
	blank := strings.Repeat(" ", mostBody-len(`{"codes":[[0,0,0]]}`))
	wants(t, "64 KiB", b.post("/api/decode", `{"codes":[[0,0,0]]}`+blank, nil), 200)
	wants(t, "64 KiB and a byte", b.post("/api/decode", `{"codes":[[0,0,0]]}`+blank+" ", nil), 413)
	wants(t, "100 KiB", b.post("/api/decode", strings.Repeat("[", 100<<10), nil), 413)
	// Of 10 MB the server reads no more than it has to: it answers, and closes.
	head := "POST /api/decode HTTP/1.1\r\nHost: " + b.s.hosts[0] + "\r\nOrigin: " + b.base + "\r\nCookie: " + b.cookie() + "\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"
	if got := b.raw(head + strings.Repeat("[", 128<<10)); got != "" && !strings.HasPrefix(got, "HTTP/1.1 413") {
		t.Errorf("10 MB: %.60s", got)
	}
}

// The limits are those that are promised; other tests take smaller ones, so as not to wait.
func TestTheUsualLimits(t *testing.T) {
	want := limits{
		connections: 32, decodes: 2, waiting: 8, streams: 8,
		request: 5 * time.Second, idle: 30 * time.Second, beat: 10 * time.Second, header: 16 << 10,
	}
	if usual != want {
		t.Errorf("got %+v, want %+v", usual, want)
	}
	if mostBody != 64<<10 || mostReply != 8<<20 || mostZ != 100 || mostCodes != 256 {
		t.Errorf("a body of %d bytes, a reply of %d, values of %d, %d codes", mostBody, mostReply, mostZ, mostCodes)
	}
}

func TestLargeRepliesAreRefused(t *testing.T) {
	for size, want := range map[int]int{mostReply: 200, mostReply + 1: 413} {
		w := httptest.NewRecorder()
		reply(w, content{"application/octet-stream", make([]byte, size)}, nil)
		if w.Code != want || w.Header().Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%d bytes: %d of %s bytes", size, w.Code, w.Header().Get("Content-Length"))
		}
	}
}

// patience is how long a test waits for what comes at once.
const patience = 30 * time.Second

// As many connections as are allowed keep others waiting, and no longer than a request may take.
func TestConnectionsAreFewAndSlowOnesAreCut(t *testing.T) {
	l := usual
	l.connections, l.request = 2, 300*time.Millisecond
	b := opened(t, l)
	b.client.CloseIdleConnections()
	var idle []net.Conn
	for _, send := range []string{"", "GET / HTTP/1.1\r\nHost: "} {
		c, err := net.Dial("tcp", b.s.hosts[0])
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetReadDeadline(time.Now().Add(patience))
		c.Write([]byte(send))
		idle = append(idle, c)
	}
	for i, c := range idle {
		got := make([]byte, 100)
		for { // it reads what the server says of it, until the server closes
			if _, err := c.Read(got); err != nil {
				if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
					t.Errorf("connection %d is left open", i)
				}
				break
			}
		}
	}
	wants(t, "once they are cut", b.get("/api/space", "", nil), 200)
	// Nor may a body come slowly.
	got := b.raw("POST /api/decode HTTP/1.1\r\nHost: " + b.s.hosts[0] + "\r\nOrigin: " + b.base + "\r\nCookie: " + b.cookie() + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	if !strings.HasPrefix(got, "HTTP/1.1 400") {
		t.Errorf("a slow body: %.60s", got)
	}
}

func TestAListenerOfFewConnections(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newLimited(inner, 1)
	accepted := make(chan net.Conn)
	go func() {
		defer close(accepted)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	for range 2 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first := <-accepted
	if len(l.free) != 1 {
		t.Fatalf("%d connections of 1", len(l.free))
	}
	first.Close()
	second := <-accepted
	defer second.Close()
	l.Close() // while it waits for room
	l.Close()
	if _, ok := <-accepted; ok {
		t.Error("a third connection")
	}
}

// A connection makes room once, however often it is closed.
func TestAConnectionThatIsClosedTwice(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newLimited(inner, 2)
	defer l.Close()
	var all []net.Conn
	for range 2 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		a, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		all = append(all, a)
	}
	all[0].Close()
	all[0].Close()
	if len(l.free) != 1 {
		t.Errorf("%d connections, want the other one", len(l.free))
	}
}

// Two decodes at a time, eight that wait, and no more.
func TestDecodesAreFewAtATime(t *testing.T) {
	g := newGate(usual.decodes, usual.waiting)
	free, began := make(chan bool), make(chan bool, 20)
	results := make(chan error, 20)
	work := func() (int, error) {
		began <- true
		<-free
		return 0, nil
	}
	ask := func(ctx context.Context) {
		go func() {
			_, err := through(ctx, g, work)
			results <- err
		}()
	}
	ctx, stop := context.WithCancel(t.Context())
	ask(t.Context())
	ask(ctx)
	<-began
	<-began
	// One that gives up keeps its place until it ends: what it began goes on.
	stop()
	if err := <-results; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for range usual.waiting {
		ask(t.Context())
	}
	for len(g.all) < usual.decodes+usual.waiting {
		time.Sleep(time.Millisecond)
	}
	var r *refusal
	if _, err := through(ctx, g, work); !errors.As(err, &r) || r.status != http.StatusServiceUnavailable {
		t.Errorf("one too many: %v", err)
	}
	if len(began) != 0 || len(g.running) != usual.decodes {
		t.Errorf("%d are running", len(g.running))
	}
	close(free)
	for range usual.waiting + 1 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if _, err := through(t.Context(), g, func() (int, error) { panic("broken") }); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a panic gives %v", err)
	}
	// What takes too long says so.
	late, end := context.WithCancelCause(t.Context())
	end(context.DeadlineExceeded)
	hold := make(chan bool)
	defer close(hold)
	if _, err := through(late, g, func() (int, error) { <-hold; return 0, nil }); err == nil {
		t.Error("an answer after its time")
	}
	w := httptest.NewRecorder()
	reply(w, content{}, context.DeadlineExceeded)
	if w.Code != 503 || !strings.Contains(w.Body.String(), "takes too long") || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
}

func TestStreamsAreFewAndBeat(t *testing.T) {
	l := usual
	l.streams, l.beat = 2, time.Millisecond
	b := opened(t, l)
	b.listening("/api/events")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for got := ""; !strings.Contains(got, "\n\n:\n\n:\n\n"); {
		beat := make([]byte, 20)
		n, err := resp.Body.Read(beat)
		if err != nil {
			t.Fatal(err)
		}
		got += string(beat[:n])
	}
	wants(t, "a third stream", b.get("/api/events", "", nil), 429)
}
