package training

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/evaluation"
)

// A run that ends far worse than it began says so in its last line, in its manifest, when it
// is started again, and in the diagnosis of its checkpoint.
func TestARunThatDivergedSaysSo(t *testing.T) {
	c := parse(t, tiny["ae"], "train.optimizer={kind: adam, lr: 30}", "model.encoder={kind: mlp, hidden: [8, 8, 8]}")
	dir := filepath.Join(t.TempDir(), "run")
	var log bytes.Buffer
	m, err := Run(context.Background(), c, Options{Dir: dir, Log: &log})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	if len(m.Warnings) != 1 || !strings.HasPrefix(m.Warnings[0], "diverged: After training the squared error is ") {
		t.Errorf("warnings %q\n%s", m.Warnings, &log)
	}
	if !strings.Contains(log.String(), "finished "+dir+", diverged, after ") {
		t.Errorf("the last line says nothing:\n%s", &log)
	}
	log.Reset()
	if _, err := Run(context.Background(), c, Options{Dir: dir, Log: &log}); err != nil || !strings.Contains(log.String(), "warning: diverged: ") {
		t.Errorf("again: got %v\n%s", err, &log)
	}
	opened, _, err := Find(dir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	splits, err := opened.Data(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r, err := evaluation.Measure(context.Background(), opened.Subject(splits, splits.Valid, "valid"), evaluation.Options{Seed: 1})
	if err != nil || !slices.ContainsFunc(r.Diagnosis, func(f evaluation.Finding) bool { return f.Name == "diverged" }) {
		t.Errorf("got %v\n%s", err, r)
	}
	if opened.Training == nil || opened.Training.Steps != m.Step || len(opened.Training.Losses) != 4 {
		t.Errorf("of its training the checkpoint says %+v", opened.Training)
	}
}

// A run that ends well has no warning.
func TestARunThatEndsWellHasNoWarning(t *testing.T) {
	m, _ := mustRun(t, parse(t, tiny["ae"], "train.epochs=60", "train.optimizer={kind: adam, lr: 0.01}", "train.samples=0"))
	if len(m.Warnings) > 0 {
		t.Errorf("got %q", m.Warnings)
	}
}
