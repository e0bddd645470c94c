package training

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/example"
	"latentspace/models"
	"latentspace/trained/saved"
)

// shaped is what a model is told of n examples of which the shape alone is known.
func shaped(n int, shape ...int) models.Data {
	return models.Data{Schema: example.FromShape(shape), Examples: n}
}

func checkpointFile(t *testing.T, name string) *checkpoints.Checkpoint {
	t.Helper()
	c, err := checkpoints.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// testdata/format1 has two checkpoints of the run that a program of format 1, of revision
// dbdb4ba, made of r.yaml. Its second half, made again from the first, has the same bits.
func TestARunOfFormat1GoesOnWithTheSameBits(t *testing.T) {
	from, dir := filepath.Join("testdata", "format1"), t.TempDir()
	for _, name := range []string{"config.yaml", "step-00000004.safetensors"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	src, err := os.ReadFile(filepath.Join(from, "r.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), parse(t, string(src)), Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	const last = "step-00000008.safetensors"
	got, want := checkpointFile(t, filepath.Join(dir, last)), checkpointFile(t, filepath.Join(from, last))
	if len(got.Tensors) != len(want.Tensors) {
		t.Errorf("%d tensors, want %d", len(got.Tensors), len(want.Tensors))
	}
	for name, v := range want.Tensors {
		if !got.Tensors[name].Equal(v) {
			t.Errorf("%s is %v, want %v", name, got.Tensors[name], v)
		}
	}
	if f := got.Meta[saved.MetaFormat]; f != "2" || want.Meta[saved.MetaFormat] != "1" {
		t.Errorf("went on from format %q with %q, want 1 and 2", want.Meta[saved.MetaFormat], f)
	}
}

func TestAModelOfEitherFormatIsOpened(t *testing.T) {
	one, err := Open(filepath.Join("testdata", "format1", "step-00000008.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if !one.Schema.Equal(example.Points(2)) || len(one.Told.About.Fields) > 0 {
		t.Errorf("format 1: schema %v, about %v, want points in the plane of which nothing is known", one.Schema, one.Told.About)
	}
	splits, err := one.Data(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told, err := toldOf(one.Config, splits)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := newTrainer(one.Config, told)
	if err != nil {
		t.Fatal(err)
	}
	c, err := tr.checkpoint(splits.SHA256, tr.meter(), progress{})
	if err != nil {
		t.Fatal(err)
	}
	two, err := fromCheckpoint(c)
	if err != nil {
		t.Fatal(err)
	}
	class, _, ok := two.Told.About.Lookup("class")
	if !two.Schema.Equal(splits.Train.Schema()) || !ok || len(class.Words) != 8 {
		t.Errorf("format 2: schema %v, about %v, want those of the data", two.Schema, two.Told.About)
	}
}

func TestASchemaOfACheckpointIsChecked(t *testing.T) {
	c := checkpointFile(t, filepath.Join("testdata", "format1", "step-00000008.safetensors"))
	c.Meta[saved.MetaFormat], c.Meta[saved.MetaSchema] = "2", `{"fields":[{"name":"point","kind":"real","shape":[2],"view":"point"}]}`
	if _, err := fromCheckpoint(c); err != nil {
		t.Fatal(err)
	}
	field := func(name, shape string) string {
		return fmt.Sprintf(`{"fields":[{"name":%q,"kind":"real","shape":%s,"view":"point"}]}`, name, shape)
	}
	for _, test := range []struct{ name, key, value, want string }{
		{"none", saved.MetaSchema, "", "schema: "},
		{"another shape than that beside it", saved.MetaSchema, field("point", "[3]"), "schema: examples of shape [3], want [2]"},
		{"no fields", saved.MetaSchema, `{"fields":[]}`, "schema: example: 0 fields"},
		{"a field without a name", saved.MetaSchema, field("", "[2]"), "schema: example: field 0 has no name"},
		{"a key that there is not", saved.MetaSchema, `{"fields":[],"width":2}`, `schema: json: unknown field "width"`},
		{"a key that comes twice", saved.MetaSchema, `{"fields":[],"fields":[]}`, "schema: "},
		{"more values than an example may have", saved.MetaAbout, field("x", "[4194305]"), "about: 4194305 values"},
		{"sizes that overflow", saved.MetaAbout, field("x", "[4294967296,4294967296]"), "about: example: field \"x\": shape"},
	} {
		bad := &checkpoints.Checkpoint{Meta: maps.Clone(c.Meta), Tensors: c.Tensors}
		bad.Meta[test.key] = test.value
		if _, err := fromCheckpoint(bad); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want %q", test.name, err, test.want)
		}
	}
}
