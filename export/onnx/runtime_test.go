package onnx

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
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
	"latentspace/nn"
	"latentspace/tensor"
	"latentspace/trained"
)

// python is one that has onnxruntime: that of LATENTSPACE_PYTHON, or python3 of the path.
func python(t *testing.T) string {
	t.Helper()
	p := cmp.Or(os.Getenv("LATENTSPACE_PYTHON"), "python3")
	if out, err := exec.Command(p, "-c", "import numpy, onnx, onnxruntime").CombinedOutput(); err != nil {
		t.Skipf("no %s with onnx and onnxruntime here, which read what is written; LATENTSPACE_PYTHON names one: %v %s", p, err, out)
	}
	return p
}

// told is what the model of an experiment is told of its data, of which the shapes matter here.
func told(t *testing.T, c experiments.Config) models.Data {
	t.Helper()
	class := example.Of(example.Class(example.Numbered(10)))
	sound := example.Sound{Rate: 16_000, Window: 800, Hop: 200, Points: 1024, High: 8000, Floor: -80}
	switch c.DataKind() {
	case "glyphs", "mnist":
		return models.Data{Schema: example.Pictures(28, 28, 1), About: class, Examples: 1000}
	case "dsprites", "sprites":
		return models.Data{Schema: example.Pictures(64, 64, 1), Examples: 1000}
	case "images":
		return models.Data{Schema: example.Pictures(64, 64, 3), Examples: 1000}
	case "notes", "sound":
		return models.Data{Schema: example.Spectrograms(64, 64, sound), Examples: 1000}
	case "ring":
		return models.Data{Schema: example.Points(2), Examples: 1000}
	}
	splits, err := c.Data.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return models.Data{Schema: splits.Train.Schema(), Examples: splits.Train.Len()}
}

// edits are what a shipped experiment needs here: files, and less data.
func edits(t *testing.T, name string) []string {
	t.Helper()
	text := ""
	switch name {
	case "table":
		text = "size,colour,old\n"
		for i := range 300 {
			size := fmt.Sprintf("%d.%d", i*7%50, i%9)
			if i%5 == 0 {
				size = ""
			}
			text += fmt.Sprintf("%s,%s,%d\n", size, []string{"red", "green", "blue"}[i%3], i%2)
		}
	case "text":
		for i := range 300 {
			text += strings.Repeat("thé cat sat→ ", 1+i%3) + fmt.Sprint(i) + "\n"
		}
	case "sentences", "sentences-ae":
		return []string{"data.train=200", "data.valid=20", "data.test=20"}
	default:
		return nil
	}
	file := filepath.Join(t.TempDir(), name+".csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"data.file=" + file}
}

// modelOf is a model with weights as after training: no bias is zero, and the moving averages have moved.
func modelOf(t *testing.T, net models.Model, kind string, d models.Data) *trained.Model {
	t.Helper()
	m, err := trained.New(net, kind, d, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	weights := m.Weights()
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		for i, v := range weights[name].Data {
			weights[name].Data[i] = v + 0.02*float32(r.NormFloat64())
			if strings.Contains(name, "running_var") {
				weights[name].Data[i] = 0.5 + r.Float32()
			}
		}
	}
	return m
}

// parsed is the model of an experiment with some data and a section of the model.
func parsed(t *testing.T, data, model string) *trained.Model {
	t.Helper()
	c, err := experiments.Parse("a", []byte("name: a\ndata: "+data+"\nmodel: "+model+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return modelOf(t, c.Model, c.ModelKind(), told(t, c))
}

// rows are values of the fields of a schema.
func rows(s example.Schema, n int, r *rand.Rand) []float32 {
	var all []float32
	for range n {
		for _, f := range s.Fields {
			length := 1 + r.IntN(f.Size()) // of a text
			for k := range f.Size() {
				v := float32(r.NormFloat64())
				switch {
				case f.Kind == example.Tokens && k >= length:
					v = example.Padding
				case f.Indexed():
					v = float32(r.IntN(len(f.Words)))
				case f.Bounded():
					v = float32(r.IntN(4)) * r.Float32() / 3
				}
				all = append(all, v)
			}
			if f.Gaps {
				all = append(all, float32(r.IntN(2)))
			}
		}
	}
	return all
}

type array struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
	File  string `json:"file"`
}

type test struct {
	Name    string  `json:"name"`
	Model   string  `json:"model"`
	Inputs  []array `json:"inputs"`
	Outputs []array `json:"outputs"`

	Step string `json:"step,omitempty"` // of a decoder that writes, whose model is the start
	End  int    `json:"end"`

	Plain bool `json:"plain,omitempty"` // of operations, whose inputs are as ours, in one batch
}

// bench are models that are tried, in a folder.
type bench struct {
	t     *testing.T
	dir   string
	tests []test
}

func (b *bench) write(name string, x *tensor.Tensor) array {
	b.t.Helper()
	a := array{Name: name, Shape: x.Shape, File: fmt.Sprintf("%d-%s-%d", len(b.tests), name, len(x.Data))}
	raw := make([]byte, 0, 4*len(x.Data))
	for _, v := range x.Data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	if err := os.WriteFile(filepath.Join(b.dir, a.File), raw, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return a
}

// add exports a model, with what the program computes of n codes and n examples. It reports whether it
// can be exported.
func (b *bench) add(name string, m *trained.Model, n int) error {
	b.t.Helper()
	files, err := Of(m, nil)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(3, 4))
	var about *tensor.Tensor
	if len(m.Conditional()) > 0 {
		if about, err = tensor.From(rows(m.Told.About, n, r), n, m.Told.About.Width()); err != nil {
			b.t.Fatal(err)
		}
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(b.dir, fmt.Sprintf("%d-%s", len(b.tests), f.Name)), f.Content, 0o600); err != nil {
			b.t.Fatal(err)
		}
		if f.Name == "decoder_start.onnx" {
			continue // the step has both
		}
		one := test{Name: name + " " + strings.TrimSuffix(f.Name, ".onnx"), Model: fmt.Sprintf("%d-%s", len(b.tests), f.Name)}
		var in, first, second *tensor.Tensor
		names := []string{"x"}
		if f.Name == "encoder.onnx" {
			if in, err = tensor.From(rows(m.Schema, n, r), append([]int{n}, m.Shape...)...); err != nil {
				b.t.Fatal(err)
			}
			one.Inputs = []array{b.write("x", in)}
			if names = []string{"code"}; m.HasPosterior() {
				names = []string{"mean", "log_variance"}
				first, second, err = m.Posterior(b.t.Context(), trained.Examples{X: in, About: about})
			} else {
				first, err = m.Encode(b.t.Context(), trained.Examples{X: in, About: about})
			}
		} else {
			dim, _ := m.Dim()
			in = tensor.New(n, dim)
			for i := range in.Data {
				in.Data[i] = float32(r.NormFloat64())
			}
			one.Inputs = []array{b.write("z", in)}
			first, err = m.Decode(b.t.Context(), in, about)
		}
		if err != nil {
			b.t.Fatalf("%s: %v", one.Name, err)
		}
		if slices.ContainsFunc(f.Inputs, func(s string) bool { return strings.HasPrefix(s, "about ") }) {
			one.Inputs = append(one.Inputs, b.write("about", about))
		}
		one.Outputs = []array{b.write(names[0]+"-wanted", first)}
		if second != nil {
			one.Outputs = append(one.Outputs, b.write(names[1]+"-wanted", second))
		}
		for i := range one.Outputs {
			one.Outputs[i].Name = names[i]
		}
		if f.Name == "decoder_step.onnx" {
			one.Step, one.Model = one.Model, fmt.Sprintf("%d-decoder_start.onnx", len(b.tests))
			one.End = slices.Index(m.Schema.Fields[0].Words, example.End)
		}
		b.tests = append(b.tests, one)
	}
	return nil
}

// run compares the numbers of onnxruntime with those of the program.
func (b *bench) run(python string, most float64) {
	b.t.Helper()
	text, err := json.Marshal(b.tests)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.dir, "cases.json"), text, 0o600); err != nil {
		b.t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join("testdata", "check.py"), b.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("%v\n%s", err, out)
	}
	var results map[string]struct {
		Difference, Largest float64
		Error               string
	}
	if err := json.Unmarshal(out, &results); err != nil {
		b.t.Fatalf("%v\n%s", err, out)
	}
	if len(results) != len(b.tests) {
		b.t.Errorf("%d results, want %d", len(results), len(b.tests))
	}
	worst, of := 0.0, ""
	for _, name := range slices.Sorted(maps.Keys(results)) {
		r := results[name]
		if r.Error != "" || !(r.Difference <= most*max(1, r.Largest)) {
			b.t.Errorf("%s: a difference of %.2g in numbers of up to %.3g, want at most %g; %s", name, r.Difference, r.Largest, most, r.Error)
		}
		if r.Error == "" && r.Difference > worst {
			worst, of = r.Difference, fmt.Sprintf("%s, whose numbers are up to %.3g", name, r.Largest)
		}
	}
	b.t.Logf("%d tests, the largest difference is %.2g, of %s", len(results), worst, of)
}

// count is how many codes and examples are tried.
func count() int {
	if os.Getenv("LATENTSPACE_LONG") != "" {
		return 1000
	}
	return 24
}

// Every shipped experiment has the program's numbers in onnxruntime, and writes its texts.
func TestShippedExperimentsInOnnxruntime(t *testing.T) {
	b := &bench{t: t, dir: t.TempDir()}
	p := python(t)
	for _, name := range experiments.Shipped() {
		name = strings.TrimSuffix(name, ".yaml")
		c, err := experiments.Load(name, edits(t, name)...)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.add(name, modelOf(t, c.Model, c.ModelKind(), told(t, c)), count()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.run(p, 1e-5)
}

// Every kind of model has the program's numbers in onnxruntime.
func TestKindsInOnnxruntime(t *testing.T) {
	b := &bench{t: t, dir: t.TempDir()}
	p := python(t)
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		d := models.Data{Schema: example.Pictures(8, 8, 1), About: example.Of(example.Class(example.Numbered(10))), Examples: 1000}
		if _, err := trained.New(families.Models[kind](), kind, d, 1); err != nil {
			continue // it is for other data
		}
		if err := b.add(kind, modelOf(t, families.Models[kind](), kind, d), count()); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	b.run(p, 1e-5)
}

// Networks of every kind, normalisation, activation and way down and up have the program's numbers in
// onnxruntime: in the long test each with each.
func TestNetworksInOnnxruntime(t *testing.T) {
	b := &bench{t: t, dir: t.TempDir()}
	p := python(t)
	d := models.Data{Schema: example.Pictures(12, 8, 3), Examples: 1000}
	k := 0
	try := func(network string) {
		c, err := experiments.Parse("a", []byte("name: a\ndata: {kind: images, dir: x}\nmodel: {kind: vae, latent: 3, likelihood: gaussian, encoder: {"+network+"}}\n"))
		if err != nil {
			t.Fatalf("%s: %v", network, err)
		}
		if err := b.add(network, modelOf(t, c.Model, c.ModelKind(), d), count()); err != nil {
			t.Errorf("%s: %v", network, err)
		}
	}
	for _, kind := range []string{"mlp, hidden: [12, 8]", "conv, channels: [4, 8]", "conv1d, channels: [4, 8]", "resnet, channels: [8, 16], blocks: 1, attention: 6"} {
		for i, norm := range []string{"none", "batch", "group", "layer", "spectral"} {
			if strings.HasPrefix(kind, "mlp") && norm == "group" {
				continue // it is of maps
			}
			for j, activation := range nn.Activations() {
				if i%len(nn.Activations()) != (j+k)%5 && os.Getenv("LATENTSPACE_LONG") == "" {
					continue
				}
				try(fmt.Sprintf("kind: %s, norm: %s, activation: %s", kind, norm, activation))
			}
		}
		k++
	}
	for _, kind := range []string{"conv, channels: [4, 8]", "resnet, channels: [8, 16], blocks: 1"} {
		for _, down := range []string{"stride", "avg", "max"} {
			for _, up := range []string{"transposed", "nearest"} {
				try(fmt.Sprintf("kind: %s, down: %s, up: %s", kind, down, up))
			}
		}
	}
	try("kind: gated, hidden: [12, 8]")
	b.run(p, 1e-5)
}

// Readers and writers of sequences of every kind have the program's numbers, and its texts, in
// onnxruntime.
func TestSequencesInOnnxruntime(t *testing.T) {
	b := &bench{t: t, dir: t.TempDir()}
	p := python(t)
	for _, reader := range []string{"gru, units: 16, bidirectional: false", "gru, units: 16, pool: last", "lstm, units: 16, bidirectional: true", "conv, channels: 12, layers: 2", "transformer, width: 16, layers: 2"} {
		try := func(writer string) {
			m := parsed(t, "{kind: sentences, train: 200, valid: 20, test: 20}",
				"{kind: textvae, latent: 8, encoder: {kind: "+reader+"}, decoder: {kind: "+writer+"}}")
			if err := b.add(reader+" to "+writer, m, count()); err != nil {
				t.Errorf("%s to %s: %v", reader, writer, err)
			}
		}
		try(strings.Join(strings.SplitN(reader, ", ", 3)[:2], ", "))
	}
	b.run(p, 1e-5)
}
