package explore

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// watcher ends the work once it says a word.
type watcher struct {
	said, word string
	stop       context.CancelFunc
}

func (w *watcher) Write(p []byte) (int, error) {
	if w.said += string(p); strings.Contains(w.said, w.word) {
		w.stop()
	}
	return len(p), nil
}

func TestTheFitOfAFlowShowsItsProgress(t *testing.T) {
	m := learned(t, `data: {kind: ring, train: 64, valid: 16, test: 16}
model: {kind: ae, latent: 2, encoder: {kind: mlp, hidden: [4]}}
train: {epochs: 1, batch: 32, samples: 0}
`)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &watcher{word: "fitting a flow", stop: stop}
	d := Draw{Options: Options{N: 4, Split: "test", Seed: 1, Log: log, Terminal: true}, Prior: Prior{Kind: "flow", Split: "train", Fit: 64}}
	if _, err := d.Run(ctx, m); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v and %.200q, want a bar at which the work is stopped", err, log.said)
	}
}
