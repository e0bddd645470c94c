package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// serve starts a mirror and returns its address.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL + "/"
}

// mirror serves the toy files in gzip and counts the requests.
func mirror(requests *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		b, ok := toyFiles()[strings.TrimSuffix(r.URL.Path[1:], ".gz")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(zip(b))
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestDownloadFillsTheCacheOnce(t *testing.T) {
	set, cache := toySet(t)
	var requests atomic.Int32
	set.mirrors = []string{serve(t, mirror(&requests))}
	for range 2 {
		if _, err := set.open(t.Context(), Pictures{}, last, ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(names(t, cache), " "); got != "toy-a.gz toy-b.gz toy-c.gz toy-d.gz" {
		t.Errorf("the cache has %s, want the four files", got)
	}
	if n := requests.Load(); n != 4 {
		t.Errorf("%d requests for two openings, want 4", n)
	}
}

func TestDownloadTakesTheSecondMirror(t *testing.T) {
	whole := zip(toyFiles()["toy-a"])
	sum := sha256.Sum256(toyFiles()["toy-a"])
	contents := hex.EncodeToString(sum[:])
	for _, c := range []struct {
		name  string
		first http.HandlerFunc
		want  string // the error if this is the only mirror
	}{
		{"when the first has no such file", http.NotFound, "status 404 Not Found, want 200 OK"},
		{"when the first sends less than it says", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
			w.Write(whole[:len(whole)/2])
		}, "after " + strconv.Itoa(len(whole)/2) + " bytes: unexpected EOF"},
		{"when the first sends half a file as if it were whole", func(w http.ResponseWriter, _ *http.Request) {
			w.Write(whole[:len(whole)/2])
		}, "unexpected EOF"},
		{"when the first sends other contents", func(w http.ResponseWriter, _ *http.Request) {
			b := toyFiles()["toy-a"]
			b[20] ^= 1
			w.Write(zip(b))
		}, ", want " + contents},
		{"when the first sends a page", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "<html>Please log in to the network")
		}, "an HTML page, as servers send in place of a file that they refuse, want an IDX array"},
		{"when the first sends a part", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusPartialContent)
			w.Write(whole)
		}, "status 206 Partial Content, want 200 OK"},
	} {
		set, cache := toySet(t)
		var requests atomic.Int32
		set.mirrors = []string{serve(t, c.first)}
		_, err := set.open(t.Context(), Pictures{}, last, "")
		for _, want := range []string{
			"data: toy: toy-a is in none of [" + strconv.Quote(cache) + "]: no download: " + set.mirrors[0] + "toy-a.gz: ", c.want,
			"toy-a.gz and the three files beside it into " + cache, "data: {kind: glyphs}",
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, alone: got error %v, want %q in it", c.name, err, want)
			}
		}
		if left := names(t, cache); len(left) > 0 {
			t.Errorf("%s, alone: left %v in the cache, want nothing", c.name, left)
		}
		set.mirrors = append(set.mirrors, serve(t, mirror(&requests)))
		if _, err := set.open(t.Context(), Pictures{}, last, ""); err != nil || requests.Load() != 4 {
			t.Errorf("%s: %d requests to the second, %v, want 4", c.name, requests.Load(), err)
		}
	}
}

func TestDownloadStopsWithItsContext(t *testing.T) {
	set, cache := toySet(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	var requests atomic.Int32
	set.mirrors = []string{serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(zip(toyFiles()["toy-a"])[:5])
		w.(http.Flusher).Flush()
		cancel(errors.New("enough"))
		<-r.Context().Done()
	}), serve(t, mirror(&requests))}
	_, err := set.open(ctx, Pictures{}, last, "")
	if err == nil || !strings.HasSuffix(err.Error(), "toy-a.gz: enough") {
		t.Errorf("got error %v, want one that ends in toy-a.gz: enough", err)
	}
	if left := names(t, cache); len(left) > 0 || requests.Load() > 0 {
		t.Errorf("left %v in the cache and asked the second mirror %d times, want nothing", left, requests.Load())
	}
}
