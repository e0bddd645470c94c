package show

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"latentspace/explore"
	"latentspace/training"
)

const evaluatedVAE = "data: {kind: glyphs, train: 300, valid: 20, test: 120}\nmodel: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 4}\n"

// evaluated measures a model with few draws.
func evaluated(t *testing.T, m *training.Trained, v explore.Evaluate, to Output, page bool) Evaluated {
	t.Helper()
	v.Options, v.Draws = explore.Options{Seed: 1, Split: "test"}, 3
	r, err := Evaluate(context.Background(), m, v, to, page)
	if err != nil {
		t.Fatal(err)
	}
	return r.(Evaluated)
}

func TestTheReportHasEachFigureTwice(t *testing.T) {
	m := learned(t, evaluatedVAE)
	r := evaluated(t, m, explore.Evaluate{}, Output{File: filepath.Join(t.TempDir(), "report.json")}, false)
	b, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"neg_elbo", "nll", "active_units", "recall", "mig", "probe_knn_codes_10"} {
		f, ok := r.Figure(name)
		if !ok {
			t.Errorf("no figure %s", name)
			continue
		}
		if v, ok := fields[name].(float64); !ok || v != f.Value {
			t.Errorf("the report has %s: %v, want %v", name, fields[name], f.Value)
		}
	}
	for _, name := range []string{"file", "checkpoint", "seconds", "run", "sections", "diagnosis", "data_sha256"} {
		if fields[name] == nil {
			t.Errorf("the report has no %s", name)
		}
	}
	again, err := readReport(r.File)
	if err != nil || again.Run != r.Run || again.String() != r.String() {
		t.Errorf("read again: %v, %+v, want %+v", err, again.Run, r.Run)
	}
}
