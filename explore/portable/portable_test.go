package portable

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/tensor"
	"latentspace/trained"
)

// told is what the model of an experiment is told of its data, of which the shapes matter here.
func told(t *testing.T, c experiments.Config) models.Data {
	t.Helper()
	sound := example.Sound{Rate: 16_000, Window: 800, Hop: 200, Points: 1024, High: 8000, Floor: -80}
	switch c.DataKind() {
	case "glyphs", "mnist":
		return models.Data{Schema: example.Pictures(28, 28, 1), About: example.Of(example.Class(example.Numbered(10))), Examples: 1000}
	case "dsprites", "sprites":
		return models.Data{Schema: example.Pictures(64, 64, 1), Examples: 1000}
	case "images":
		return models.Data{Schema: example.Pictures(64, 64, 3), Examples: 1000}
	case "notes", "sound":
		return models.Data{Schema: example.Spectrograms(64, 64, sound), Examples: 1000}
	case "ring":
		return models.Data{Schema: example.Points(2), Examples: 1000}
	case "sentences", "table", "text":
		splits, err := c.Data.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return models.Data{Schema: splits.Train.Schema(), Examples: splits.Train.Len()}
	}
	t.Fatalf("nothing is known of data of kind %s: add it here", c.DataKind())
	return models.Data{}
}

// edits are what an experiment needs here: files, and less data.
func edits(t *testing.T, name string) []string {
	t.Helper()
	write := func(name string, line func(i int) string) []string {
		file := filepath.Join(t.TempDir(), name)
		var b strings.Builder
		for i := range 300 {
			b.WriteString(line(i) + "\n")
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"data.file=" + file}
	}
	switch name {
	case "table":
		return write("table.csv", func(i int) string {
			if i == 0 {
				return "size,colour,old"
			}
			return fmt.Sprintf("%d.%d,%s,%d", i*7%50, i%9, []string{"red", "green", "blue"}[i%3], i%2)
		})
	case "text":
		return write("text.txt", func(i int) string { return strings.Repeat("thé cat sat→ ", 1+i%3) + fmt.Sprint(i) })
	case "sentences", "sentences-ae":
		return []string{"data.train=200", "data.valid=20", "data.test=20"}
	}
	return nil
}

// modelOf is the model of an experiment.
func modelOf(t *testing.T, c experiments.Config) *trained.Model {
	t.Helper()
	m, err := trained.New(c.Model, c.ModelKind(), told(t, c), 1)
	if err != nil {
		t.Fatal(err)
	}
	return moved(m)
}

// moved gives a model weights as after training: no bias is zero, and the moving averages have moved.
func moved(m *trained.Model) *trained.Model {
	r := rand.New(rand.NewPCG(1, 2))
	weights := m.Weights()
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		for i, v := range weights[name].Data {
			value := v + 0.1*float32(r.NormFloat64())
			if strings.Contains(name, "running_var") {
				value = 0.2 + r.Float32()
			}
			weights[name].Data[i] = value
		}
	}
	return m
}

// variants are the data and the model of experiments with parts that no shipped one has.
var variants = map[string][2]string{
	"resnet": {"glyphs", "{kind: ae, latent: 6, encoder: {kind: resnet}}"},
	"gated":  {"glyphs", "{kind: vae, latent: 6, encoder: {kind: gated, hidden: [40]}}"},
	"silu":   {"glyphs", "{kind: ae, latent: 6, encoder: {kind: mlp, hidden: [40], activation: silu, norm: batch}}"},
	"gelu":   {"glyphs", "{kind: ae, latent: 6, encoder: {kind: mlp, hidden: [40], activation: gelu, norm: layer}}"},
	"odd":    {"glyphs", "{kind: ae, latent: 6, encoder: {kind: conv, channels: [16, 48], activation: leaky_relu, norm: group}}"},
	"conv1d": {"glyphs", "{kind: ae, latent: 6, encoder: {kind: conv1d, channels: [24, 24], activation: elu, norm: batch}}"},

	"lstm":        {"sentences", "{kind: textvae, latent: 8, encoder: {kind: gru, units: 16}, decoder: {kind: lstm, units: 40}}"},
	"transformer": {"sentences", "{kind: textvae, latent: 8, encoder: {kind: gru, units: 16}, decoder: {kind: transformer, width: 32}}"},
	"text conv":   {"sentences", "{kind: textae, latent: 8, encoder: {kind: gru, units: 16}, decoder: {kind: conv, channels: 32, layers: 3}}"},
	"bytes":       {"bytes", "{kind: textvae, latent: 8, encoder: {kind: gru, units: 16}, decoder: {kind: gru, units: 40}}"},
	"windows":     {"windows", "{kind: textvae, latent: 8, encoder: {kind: gru, units: 16}, decoder: {kind: gru, units: 40}}"},
}

// variantData are their data sets that have more than a kind.
var variantData = map[string]string{
	"sentences": "{kind: sentences, train: 200, valid: 20, test: 20}",
	"bytes":     "{kind: text, unit: byte, of: lines}",
	"windows":   "{kind: text, unit: char, of: windows, length: 20}",
}

// exported are all models that are tried here, by name.
func exported(t *testing.T, each func(name string, m *trained.Model)) {
	t.Helper()
	for _, name := range experiments.Shipped() {
		name = strings.TrimSuffix(name, ".yaml")
		c, err := experiments.Load(name, edits(t, name)...)
		if err != nil {
			t.Fatal(err)
		}
		each(name, modelOf(t, c))
	}
	for name, v := range variants {
		of := cmp.Or(variantData[v[0]], "{kind: "+v[0]+"}")
		var files []string
		if strings.Contains(of, "kind: text") {
			files = edits(t, "text")
		}
		c, err := experiments.Parse(name, []byte("name: a\ndata: "+of+"\nmodel: "+v[1]+"\n"), files...)
		if err != nil {
			t.Fatal(err)
		}
		each(name, modelOf(t, c))
	}
	for kind, make := range families.Models {
		d := models.Data{Schema: example.Pictures(8, 8, 1), About: example.Of(example.Class(example.Numbered(10))), Examples: 1000}
		if m, err := trained.New(make(), kind, d, 1); err == nil {
			each("kind "+kind, moved(m))
		}
	}
}

// codes are some codes: the first ones are of zeros, and of large and of tiny values.
func codes(n, dim int) *tensor.Tensor {
	r := rand.New(rand.NewPCG(3, 4))
	z := tensor.New(n, dim)
	for i := range z.Data {
		scale := 1.0
		switch i / dim {
		case 0:
			scale = 0
		case 1:
			scale = 100
		case 2:
			scale = 1e-20
		case 3:
			scale = 1e-42
		case 4:
			scale = 1e6
		}
		z.Data[i] = float32(scale * r.NormFloat64())
		if i/dim == 5 {
			z.Data[i] = float32(r.IntN(5)) - 2 // zeros, and sums between two numbers
		}
	}
	return z
}

// known is what is told of examples.
func known(n int, m *trained.Model) *tensor.Tensor {
	if len(m.Conditional()) == 0 {
		return nil
	}
	about := tensor.New(n, m.Told.About.Width())
	for i := range about.Data {
		about.Data[i] = float32(i % 10)
	}
	return about
}

func blob(values []float32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// page puts the twin and what it decodes into a folder, and returns it.
func page(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node here, which runs what the page does")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "twin"), os.DirFS("../../web/src/twin")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "package.json"), []byte(`{"type": "module"}`))
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		src, err := os.ReadFile(filepath.Join("testdata", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, e.Name()), src)
	}
	return dir
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func node(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("node", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func floats(t *testing.T, file string) []float32 {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float32, len(b)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return values
}

var long = flag.Bool("long", false, "try 1,000 codes of slow decoders too")

// codesOf is how many codes are tried of a decoder: 1,000, without -long fewer where it is slow, and
// with LATENTSPACE_LONG more of these.
func codesOf(name string, d *Decoder) int {
	slow := d.Writing != nil || strings.HasPrefix(name, "kind ") ||
		slices.ContainsFunc(d.Operations, func(o Operation) bool { return strings.Contains(o.Op, "conv") })
	switch {
	case *long || !slow:
		return 1000
	case os.Getenv("LATENTSPACE_LONG") != "":
		return 64
	case d.Writing != nil || strings.HasPrefix(name, "kind "):
		return 50
	}
	return 12
}

// The twin decodes as the program does, to the bit.
func TestTheTwinHasTheBitsOfTheProgram(t *testing.T) {
	dir := page(t)
	want := map[string]*tensor.Tensor{}
	fields := map[string]example.Field{}
	exported(t, func(name string, m *trained.Model) {
		if !m.CanDecode() {
			return
		}
		d, err := Of(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		n := codesOf(name, d)
		z, about := codes(n, d.Dim), known(n, m)
		if want[name], err = m.Decode(t.Context(), z, about); err != nil {
			t.Fatal(err)
		}
		fields[name] = m.Schema.Fields[0]
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		of := filepath.Join(dir, "models", name)
		write(t, filepath.Join(of, "decoder.json"), text)
		write(t, filepath.Join(of, "weights"), blob(d.Weights))
		write(t, filepath.Join(of, "codes"), blob(z.Data))
		if about != nil {
			write(t, filepath.Join(of, "about"), blob(about.Data))
		}
	})
	t.Log(node(t, dir, "decode.js", "models"))
	for name, y := range want {
		same(t, name, floats(t, filepath.Join(dir, "models", name, "examples")), y)
		f := fields[name]
		if f.Text == nil {
			continue
		}
		var texts []string
		b, err := os.ReadFile(filepath.Join(dir, "models", name, "texts"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			if spelt := f.Spell(y.Data[i*f.Size() : (i+1)*f.Size()]); text != spelt {
				t.Errorf("%s: text %d is %q, want %q", name, i, text, spelt)
			}
		}
	}
}

// same compares the bits of values, but for those of NaN.
func same(t *testing.T, name string, got []float32, y *tensor.Tensor) {
	t.Helper()
	if len(got) != len(y.Data) {
		t.Errorf("%s: %d values, want %d", name, len(got), len(y.Data))
		return
	}
	wrong, first := 0, -1
	for i, v := range y.Data {
		if math.Float32bits(got[i]) != math.Float32bits(v) && (v == v || got[i] == got[i]) {
			if wrong++; first < 0 {
				first = i
			}
		}
	}
	if wrong > 0 {
		size := tensor.Size(y.Shape[1:])
		t.Errorf("%s: %d of %d values differ; value %d of code %d is %v, want %v", name, wrong, len(got), first%size, first/size, got[first], y.Data[first])
	}
}
