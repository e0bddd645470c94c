package main

import (
	"context"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"latentspace"
	"latentspace/experiments"
	"latentspace/training"
)

// trained is a model of pictures of 28×28 values that is trained in a few steps.
func trained(t testing.TB, model string) *latentspace.Model {
	t.Helper()
	cfg, err := experiments.Parse("test.yaml", []byte(`
name: served
data: {kind: glyphs, train: 200, valid: 0, test: 10}
train: {epochs: 1, batch: 50, samples: 0}
model: `+model))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := training.Run(context.Background(), cfg, training.Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	m, err := latentspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestARequestIsAnsweredWithAPicture(t *testing.T) {
	server := httptest.NewServer(service(trained(t, "{kind: cvae, latent: 2, encoder: {kind: mlp, hidden: [16]}}")))
	defer server.Close()
	for _, test := range []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"a code", "/decode", `{"code": [1, -1], "given": {"class": "1"}}`, http.StatusOK, ""},
		{"a seed", "/sample", `{"seed": 7}`, http.StatusOK, ""},
		{"a code of another length", "/decode", `{"code": [1], "given": {"class": "1"}}`, http.StatusUnprocessableEntity, "want 2"},
		{"a class that there is not", "/sample", `{"given": {"class": "none such"}}`, http.StatusUnprocessableEntity, "want one of"},
		{"no JSON", "/sample", `seed`, http.StatusBadRequest, "invalid character"},
		{"too much", "/sample", `{"given": {"class": "` + strings.Repeat("x", 1<<20) + `"}}`, http.StatusBadRequest, "too large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.Post(server.URL+test.path, "application/json", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			if r.StatusCode != test.status {
				t.Errorf("got status %d, want %d", r.StatusCode, test.status)
			}
			if test.status == http.StatusOK {
				img, err := png.Decode(r.Body)
				if err != nil || img.Bounds().Dx() != 28 {
					t.Errorf("got %v, want a picture", err)
				}
				return
			}
			text, err := io.ReadAll(r.Body)
			if err != nil || !strings.Contains(string(text), test.want) {
				t.Errorf("got %q, %v, want %q", text, err, test.want)
			}
		})
	}
}

// Requests of as many callers as there are processors, of a model of the size of mnist-vae.
func BenchmarkDecode(b *testing.B) {
	server := httptest.NewServer(service(trained(b, "{kind: vae, latent: 20, encoder: {kind: mlp, hidden: [400]}}")))
	defer server.Close()
	body := `{"code": [` + strings.Repeat("0.5, ", 19) + `0.5]}`
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := http.Post(server.URL+"/decode", "application/json", strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
				b.Errorf("status %d, %v", r.StatusCode, err)
			}
			r.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
