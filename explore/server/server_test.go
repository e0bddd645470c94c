package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"latentspace/data/locate"
	"latentspace/experiments"
	"latentspace/explore/atlas"
	"latentspace/training"
)

// learned is the folder of a run of digits that the program draws, the same for all tests.
var learned = sync.OnceValues(func() (string, error) {
	cfg, err := experiments.Parse("test.yaml", []byte("name: test\ndata: {kind: glyphs, train: 300, valid: 60, test: 40}\n"+
		"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 30, samples: 4}\n"))
	if err != nil {
		return "", err
	}
	dir := filepath.Join(shared, "test")
	_, err = training.Run(context.Background(), cfg, training.Options{Dir: dir, Log: io.Discard})
	return dir, err
})

// browser is one that has opened a server's page.
type browser struct {
	t       *testing.T
	s       *Server
	base    string
	client  *http.Client
	address chan string // with tokens
}

// opened starts a server of the shared run and opens its page.
func opened(t *testing.T, l limits) *browser {
	t.Helper()
	dir, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	b := serving(t, dir, l)
	if r := b.get("", <-b.address, nil); r.StatusCode != http.StatusOK {
		t.Fatalf("the page has the status %s", r.Status)
	}
	return b
}

// serving starts a server of a run.
func serving(t *testing.T, dir string, l limits) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, client: &http.Client{Jar: jar, Transport: &http.Transport{}}, address: make(chan string, 10)}
	b.s, err = listen(Options{
		Address: "127.0.0.1:0", Run: dir, Atlas: atlas.Options{N: 200, Split: "train", Seed: 1},
		Open: func(run string) (*training.Trained, error) {
			if !locate.IsOffline(b.s.runs.ctx) {
				t.Error("a model is opened where data may be downloaded")
			}
			m, _, err := training.Find(run, "", false, func(err error) { t.Error(err) })
			return m, err
		},
		Tell: func(address string) { b.address <- address },
	}, l)
	if err != nil {
		t.Fatal(err)
	}
	b.base = "http://" + b.s.hosts[0]
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- b.s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		b.client.CloseIdleConnections()
	})
	return b
}

// do sends a request with more headers, as a page would, and returns the answer with its body.
func (b *browser) do(r *http.Request, header map[string]string) *http.Response {
	b.t.Helper()
	for name, value := range header {
		if name == "Host" {
			r.Host = value
			continue
		}
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp
}

// get gets a path, or else a whole address.
func (b *browser) get(path, address string, header map[string]string) *http.Response {
	b.t.Helper()
	if address == "" {
		address = b.base + path
	}
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r, header)
}

// post posts a body as the page does.
func (b *browser) post(path, body string, header map[string]string) *http.Response {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Origin", b.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	return b.do(r, header)
}

// text is the body of an answer.
func text(r *http.Response) string {
	b, _ := io.ReadAll(r.Body) // of memory
	return string(b)
}

// wants reports an answer of another status, or without a sentence in JSON where it is an error.
func wants(t *testing.T, what string, r *http.Response, status int) {
	t.Helper()
	body := text(r)
	r.Body = io.NopCloser(strings.NewReader(body))
	if r.StatusCode != status {
		t.Errorf("%s: got %s, want %d: %.200s", what, r.Status, status, body)
		return
	}
	if status < 400 {
		return
	}
	var e struct{ Error string }
	if err := json.Unmarshal([]byte(body), &e); err != nil || !strings.HasSuffix(e.Error, ".") || len(e.Error) < 10 {
		t.Errorf("%s: got %.200s, want a sentence as JSON", what, body)
	}
}

// raw sends bytes to the server as they are, and returns all that it answers until it closes.
func (b *browser) raw(send string) string {
	b.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(b.base, "http://"))
	if err != nil {
		b.t.Fatal(err)
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, send); err != nil {
		return ""
	}
	got, _ := io.ReadAll(c) // a connection that is cut may end with an error
	return string(got)
}

// cookie is the cookie that the browser has, as a header.
func (b *browser) cookie() string {
	u, _ := url.Parse(b.base) // of ours
	var all []string
	for _, c := range b.client.Jar.Cookies(u) {
		all = append(all, c.Name+"="+c.Value)
	}
	return strings.Join(all, "; ")
}

func TestThePageGetsWhatItShows(t *testing.T) {
	b := opened(t, usual)
	if !locate.IsReadOnly(b.s.runs.ctx) {
		t.Error("while the page is there, data may be downloaded, and caches written")
	}
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/live.js": "text/javascript; charset=utf-8", "/page.css": "text/css; charset=utf-8",
		"/api/space": "application/json", "/api/example?i=3": "application/json",
		"/api/codes?from=5&n=2": "application/octet-stream", "/api/places?map=pca": "application/octet-stream",
		"/api/values?attribute=class": "application/octet-stream", "/api/thumbnails?from=190&n=99": "application/octet-stream",
	} {
		r := b.get(path, "", nil)
		wants(t, path, r, 200)
		if got := r.Header.Get("Content-Type"); got != kind {
			t.Errorf("%s is %s, want %s", path, got, kind)
		}
	}
	for path, bytes := range map[string]int{
		"/api/codes": 200 * 3 * 4, "/api/codes?from=198": 2 * 3 * 4, "/api/places?map=pca": 200 * 2 * 4, "/api/values?attribute=slant": 200 * 4,
		"/api/thumbnails?from=190&n=99": 10 * 28 * 28,
	} {
		if got := len(text(b.get(path, "", nil))); got != bytes {
			t.Errorf("%s has %d bytes, want %d", path, got, bytes)
		}
	}
	r := b.post("/api/decode", `{"codes":[[0,0,0],[1,-1,0.5]]}`, nil)
	wants(t, "decode", r, 200)
	if got := len(text(r)); got != 2*28*28 {
		t.Errorf("two pictures have %d bytes", got)
	}
	var drawn struct{ Codes [][]float32 }
	if err := json.Unmarshal([]byte(text(b.post("/api/draw", `{"prior":"model","n":4,"seed":7,"conditions":{}}`, nil))), &drawn); err != nil || len(drawn.Codes) != 4 || len(drawn.Codes[0]) != 3 {
		t.Errorf("drew %v, %v", drawn, err)
	}
	wants(t, "sound", b.post("/api/sound", `{"code":[0,0,0]}`, nil), 409)
	for _, path := range []string{"/api/places?map=other", "/api/values?attribute=other", "/api/example?i=200", "/api/codes?from=200", "/api/direction?of=other", "/api/space?run=7"} {
		wants(t, path, b.get(path, "", nil), 400)
	}
}
