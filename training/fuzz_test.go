package training

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/rundir"
	"latentspace/trained/saved"
)

// finished makes one run for all inputs of a fuzz target, and returns its folder and its
// newest checkpoint.
func finished(f *testing.F, src string) (dir string, c *checkpoints.Checkpoint) {
	f.Helper()
	cfg, err := experiments.Parse("f.yaml", []byte(src))
	if err != nil {
		f.Fatal(err)
	}
	dir = filepath.Join(f.TempDir(), "run")
	if _, err := Run(context.Background(), cfg, Options{Dir: dir, Log: io.Discard}); err != nil {
		f.Fatal(err)
	}
	c, _, _, err = checkpoints.Store{Dir: dir}.Latest(func(err error) { f.Error(err) })
	if err != nil {
		f.Fatal(err)
	}
	return dir, c
}

// FuzzOpen makes a checkpoint's strings any: what is said there of the model, of examples
// and of training is an error, or fits the tensors. What opens can be restored or refused.
func FuzzOpen(f *testing.F) {
	_, c := finished(f, tiny["vae"])
	cfg := parseFuzz(f, tiny["vae"])
	splits, _, t, err := prepare(context.Background(), cfg, rundir.Whereabouts{})
	if err != nil {
		f.Fatal(err)
	}
	m := c.Meta
	add := func(config, shape, step, meter, progress string) {
		f.Add("1", config, shape, "", "", step, meter, progress)
		f.Add("2", config, shape, m[saved.MetaSchema], m[saved.MetaAbout], step, meter, progress)
	}
	add(m[saved.MetaConfig], m[saved.MetaShape], m[saved.MetaStep], m[metaMeter], m[saved.MetaProgress])
	for _, src := range tiny {
		add(src, "28x28x1", "1", m[metaMeter], m[saved.MetaProgress])
	}
	add(strings.Replace(m[saved.MetaConfig], "latent: 3", "latent: 300", 1), "8x8x1", "-1", `{"names":[],"sums":[],"counts":[]}`, `{}`)
	add(strings.Replace(m[saved.MetaConfig], "kind: mlp", "kind: conv", 1), "x", "1e3", `{"names":null}`, `{"epochs":[{"step":1}]}`)
	add(m[saved.MetaConfig], "9223372036854775807x2", "99999999999999999999", `[]`, `{"epochs":[{"step":1,"train":{"a":1,"a":2}}],"best":{"step":-1}}`)
	f.Add("2", m[saved.MetaConfig], "2", `{"fields":[{"name":"x","kind":"real","shape":[4194304,4194304],"view":"point"}]}`, `{"fields":[]}`, "1", "", "")
	f.Fuzz(func(ft *testing.T, format, config, shape, schema, about, step, meter, progress string) {
		meta := maps.Clone(m)
		meta[saved.MetaFormat], meta[saved.MetaSchema], meta[saved.MetaAbout] = format, schema, about
		meta[saved.MetaConfig], meta[saved.MetaShape], meta[saved.MetaStep], meta[metaMeter], meta[saved.MetaProgress] = config, shape, step, meter, progress
		other := &checkpoints.Checkpoint{Meta: meta, Tensors: c.Tensors}
		_, whole := fromCheckpoint(other)
		if _, _, err := saved.Read(other); whole == nil && err != nil {
			ft.Errorf("the model alone: %v, want no error", err)
		}
		t.restore(other, splits.SHA256, t.meter())
	})
}

func parseFuzz(f *testing.F, src string) experiments.Config {
	f.Helper()
	cfg, err := experiments.Parse("f.yaml", []byte(src))
	if err != nil {
		f.Fatal(err)
	}
	return cfg
}

// FuzzReadManifest makes run.json any bytes: it is an error, or a manifest.
func FuzzReadManifest(f *testing.F) {
	dir, _ := finished(f, tiny["ae"])
	b, err := os.ReadFile(filepath.Join(dir, rundir.ManifestFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte(strings.Replace(string(b), `"step"`, `"Step"`, 1)))
	f.Add([]byte(`{"metrics":{"train":{"a":1,"b":[]}}}`))
	f.Add([]byte(`{"metrics":{"train":[1]}}`))
	f.Add([]byte(`{"step":1e999}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, rundir.ManifestFile), b, 0o666); err != nil {
			t.Fatal(err)
		}
		m, err := rundir.ReadManifest(dir)
		if (m == nil) == (err == nil) {
			t.Fatalf("got manifest %v and error %v", m, err)
		}
		if err != nil {
			return
		}
		if err := m.Write(dir); err != nil {
			t.Fatalf("what was read is not written: %v", err)
		}
		if _, err := rundir.ReadManifest(dir); err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
	})
}
