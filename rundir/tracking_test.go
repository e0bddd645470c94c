package rundir

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latentspace/experiments"
)

// A server that takes ten seconds to fail is not asked again for a hundred, and at the end it is.
func TestAServerThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	asked := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer web.Close()
	at, tick := time.Unix(0, 0), 10*time.Second
	now := func() time.Time { at = at.Add(tick); return at }
	s := &Tracking{Dir: t.TempDir(), Config: experiments.Defaults(), To: experiments.MLflow{URI: web.URL, Experiment: "e"}, Now: now}
	ctx := context.Background()
	if err := s.Send(ctx, nil); err == nil || asked != 1 {
		t.Fatalf("%v after %d requests, want an error after 1", err, asked)
	}
	tick = time.Second
	for range 99 {
		if err := s.Send(ctx, nil); err != nil || asked != 1 {
			t.Fatalf("%v after %d requests, want none while the server is left alone", err, asked)
		}
	}
	if err := s.Finish(ctx, nil); err == nil || asked != 2 {
		t.Errorf("at the end: %v after %d requests, want an error after 2", err, asked)
	}
	s.rest = at
	if err := s.Send(ctx, nil); err == nil || asked != 3 {
		t.Errorf("later: %v after %d requests, want an error after 3", err, asked)
	}
}

// A folder whose note of the run on a server is damaged says so and begins no second run.
func TestADamagedNoteOfTheRun(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, trackingFile), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := &Tracking{Dir: dir, To: experiments.MLflow{URI: "http://127.0.0.1:1"}, Now: time.Now}
	if err := s.Send(context.Background(), nil); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, trackingFile)) {
		t.Errorf("got %v", err)
	}
}
