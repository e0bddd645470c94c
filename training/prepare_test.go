package training

import (
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// A run whose model could be neither loaded nor judged ends before its first step.
func TestAModelOfNumbersIsNotTrainedOnWords(t *testing.T) {
	for _, kind := range []string{"ae", "gan", "pca", "vq-vae"} {
		cfg := parse(t, "name: t\ndata: {kind: sentences, train: 40, valid: 10, test: 10}\nmodel: {kind: "+kind+"}\n")
		want := "a model of kind " + kind + ` makes numbers alone, and field "text" is tokens, one of 93 words: want one of aae, cvae, dipvae, factorvae, flow-vae, gumbelvae, iafvae, infovae, iwae, jointvae, laddervae, m2, svae, tcvae, textae, textvae, vae`
		if _, err := Run(context.Background(), cfg, Options{Dir: t.TempDir(), Log: io.Discard}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is trained: got %v, want %s", kind, err, want)
		}
		if _, err := Check(context.Background(), cfg, CheckOptions{Dir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is checked: got %v, want %s", kind, err, want)
		}
	}
}

// A critic of codes does not see the words. That of a vaegan does, so that it is not offered for them.
func TestACriticOfCodesIsContentWithWords(t *testing.T) {
	for kind, want := range map[string]string{"aae": "", "factorvae": "", "vaegan": `critic: field "text" is tokens, want numbers`} {
		cfg := parse(t, "name: t\ndata: {kind: sentences, train: 40, valid: 10, test: 10}\nmodel: {kind: "+kind+"}\ntrain: {epochs: 1, batch: 20, samples: 2}\n")
		if kind == "vaegan" {
			cfg = parse(t, "name: t\ndata: {kind: sentences, train: 40, valid: 10, test: 10}\nmodel: {kind: vaegan, critic: {kind: mlp}}\ntrain: {epochs: 2, batch: 20, samples: 2}\n")
		}
		_, err := Run(t.Context(), cfg, Options{Dir: t.TempDir(), Log: io.Discard})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", kind, err, want)
		}
	}
}

// TestLittleGarbageIsKept wants the runtime to collect before there are many more megabytes, with a
// hundred in use, and to do as before afterwards.
func TestLittleGarbageIsKept(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	used := make([]byte, 100<<20)
	end := collectEarly()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if most := m.HeapAlloc + 2*mostGarbage; m.NextGC > most {
		t.Errorf("with %d bytes in use garbage is collected at %d, want at most %d", m.HeapAlloc, m.NextGC, most)
	}
	end()
	runtime.KeepAlive(used)
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("the share of garbage is %d %% afterwards, want 77 as before", got)
	}
}
