package latentspace_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"latentspace"
	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// train makes a run in a few steps, in the folder that the name of its experiment gives, or goes on with
// it.
func train(dir, src string) (string, error) {
	cfg, err := experiments.Parse("test.yaml", []byte(src))
	if err != nil {
		return "", err
	}
	run := filepath.Join(dir, cfg.Name)
	_, err = os.Stat(run)
	_, err = training.Run(context.Background(), cfg, training.Options{Dir: run, Log: io.Discard, Extend: err == nil})
	return run, err
}

func trainedRun(t *testing.T, src string) string {
	t.Helper()
	run, err := train(t.TempDir(), src)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

const tinyVAE = `
name: tiny
data: {kind: glyphs, train: 200, valid: 0, test: 10}
model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}
train: {epochs: 2, batch: 50, samples: 0}
`

const tinyGAN = `
name: rivals
data: {kind: glyphs, train: 200, valid: 0, test: 10}
model: {kind: gan, latent: 3, generator: {kind: mlp, hidden: [16], norm: batch}, discriminator: {kind: mlp, hidden: [16]}}
train: {epochs: 2, batch: 50, samples: 0}
`

const tinyCVAE = `
name: conditional
data: {kind: glyphs, train: 200, valid: 0, test: 10}
model: {kind: cvae, latent: 3, encoder: {kind: mlp, hidden: [16]}}
train: {epochs: 1, batch: 50, samples: 0, ema: 0.9}
`

func open(t *testing.T, path string) *latentspace.Model {
	t.Helper()
	m, err := latentspace.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// matrix is rows as a tensor of a shape.
func matrix(t *testing.T, rows [][]float32, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.From(slices.Concat(rows...), append([]int{len(rows)}, shape...)...)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// The library gives the numbers that package training gives, for models of every family.
func TestTheLibraryGivesTheNumbersOfTraining(t *testing.T) {
	for name, src := range map[string]string{
		"a VAE":                         tinyVAE,
		"averaged weights":              strings.Replace(tinyVAE, "samples: 0", "samples: 0, ema: 0.9", 1),
		"batch normalisation":           strings.Replace(tinyVAE, "hidden: [16]", "hidden: [16], norm: batch", 1),
		"a GAN":                         tinyGAN,
		"a prior that was fitted":       strings.Replace(tinyVAE, "samples: 0", "samples: 0, prior: {fit: gaussian}", 1),
		"a model that is fitted":        "name: p\ndata: {kind: glyphs, train: 200, test: 10}\nmodel: {kind: pca, latent: 3}\ntrain: {samples: 0}\n",
		"a flow that begins in epoch 1": strings.Replace(tinyVAE, "{kind: vae, latent: 3,", "{kind: flow-vae, latent: 3, from: 1, flow: {width: 4, blocks: 1, steps: 2},", 1),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			run := trainedRun(t, src)
			m := open(t, run)
			want, err := training.Open(m.File())
			if err != nil {
				t.Fatal(err)
			}
			if m.Kind() != want.Kind || m.Step() != want.Step || !slices.Equal(m.Shape(), want.Shape) || m.Dim() != 3 {
				t.Errorf("got %s of step %d, shape %v, codes of %d", m.Kind(), m.Step(), m.Shape(), m.Dim())
			}
			if err := want.Load(want.Weights()); err == nil {
				t.Error("the weights of a model that was opened may change")
			}
			x, err := m.Sample(ctx, 5, 7, nil)
			if err != nil {
				t.Fatal(err)
			}
			if y, err := want.Samples(ctx, 5, 7); err != nil || !y.Equal(matrix(t, x, m.Shape()...)) {
				t.Errorf("other samples than those of training: %v", err)
			}
			if !want.CanEncode() {
				return
			}
			z, err := m.Encode(ctx, x, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c, err := want.Encode(ctx, trained.Examples{X: matrix(t, x, m.Shape()...)}); err != nil || !c.Equal(matrix(t, z, 3)) {
				t.Errorf("other codes than those of training: %v", err)
			}
			y, err := m.Decode(ctx, z, nil)
			if err != nil {
				t.Fatal(err)
			}
			into := divided(len(z), len(y[0]))
			if err := m.DecodeInto(ctx, into, z, nil); err != nil || !reflect.DeepEqual(into, y) {
				t.Errorf("other examples in rows of the caller's: %v", err)
			}
			path, err := m.Interpolate(ctx, z[0], z[1], 4, nil)
			if err != nil || len(path) != 4 || !slices.Equal(path[0], y[0]) || !slices.Equal(path[3], y[1]) {
				t.Errorf("the ends of a path are other examples than those of their codes: %v", err)
			}
		})
	}
}

// The moving averages of a model depend on how many updates each of its phases made, so on every batch
// size of the run: see [trained.Model.Correct].
func TestARunWhoseBatchesChangedIsReadAsByTraining(t *testing.T) {
	const src = `
name: course
data: {kind: glyphs, train: 200, valid: 0, test: 10}
model: {kind: flow-vae, latent: 3, from: 2, encoder: {kind: mlp, hidden: [16], norm: batch}, flow: {width: 4, blocks: 1, steps: 2}}
train: {epochs: 1, batch: 50, samples: 0}
`
	dir := t.TempDir()
	for _, change := range []string{"epochs: 1, batch: 50", "epochs: 2, batch: 25", "epochs: 3, batch: 40"} {
		if _, err := train(dir, strings.Replace(src, "epochs: 1, batch: 50", change, 1)); err != nil {
			t.Fatal(err)
		}
	}
	m := open(t, filepath.Join(dir, "course"))
	want, err := training.Open(m.File())
	if err != nil {
		t.Fatal(err)
	}
	if len(want.History) != 2 || want.Step != 17 {
		t.Fatalf("%d changes, step %d, want 2 and 17", len(want.History), want.Step)
	}
	x := make([]float32, tensor.Size(m.Shape()))
	z, err := m.Encode(t.Context(), [][]float32{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := want.Encode(t.Context(), trained.Examples{X: matrix(t, [][]float32{x}, m.Shape()...)}); err != nil || !c.Equal(matrix(t, z, 3)) {
		t.Errorf("got code %v, want %v of training, %v", z, c, err)
	}
}

func TestConditionsAreGivenByName(t *testing.T) {
	ctx := t.Context()
	m := open(t, trainedRun(t, tinyCVAE))
	c := m.Conditions()
	if len(c) != 1 || c[0].Name != "class" || len(c[0].Words) < 2 {
		t.Fatalf("got conditions %v, want class with its words", c)
	}
	code := [][]float32{{0.5, -0.5, 1}}
	first, err := m.Decode(ctx, code, latentspace.Given{"class": c[0].Words[1]})
	if err != nil {
		t.Fatal(err)
	}
	if same, err := m.Decode(ctx, code, latentspace.Given{"class": "1"}); err != nil || !slices.Equal(first[0], same[0]) {
		t.Errorf("the index of a class is not its word: %v", err)
	}
	if other, err := m.Decode(ctx, code, latentspace.Given{"class": "0"}); err != nil || slices.Equal(first[0], other[0]) {
		t.Errorf("two classes have one picture: %v", err)
	}
	if _, err := m.Sample(ctx, 3, 1, nil); err != nil {
		t.Errorf("samples of classes of training examples: %v", err)
	}
	for want, given := range map[string]latentspace.Given{
		"want it given":            nil,
		"want one of":              {"class": "none such"},
		`has no condition "color"`: {"class": "0", "color": "1"},
	} {
		if _, err := m.Decode(ctx, code, given); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("given %v: got %v, want %q", given, err, want)
		}
	}
}

func TestWhatCannotBeIsAnError(t *testing.T) {
	ctx := t.Context()
	run := trainedRun(t, tinyVAE)
	m := open(t, run)
	gan := open(t, trainedRun(t, tinyGAN))
	damaged := filepath.Join(t.TempDir(), "step-00000001.safetensors")
	if err := os.WriteFile(damaged, []byte("no checkpoint"), 0o666); err != nil {
		t.Fatal(err)
	}
	ignore := func(_ any, err error) error { return err }
	for want, err := range map[string]error{
		"no such file":          ignore(latentspace.Open(filepath.Join(run, "none"))),
		"no checkpoint":         ignore(latentspace.Open(t.TempDir())),
		"step-00000001":         ignore(latentspace.Open(damaged)),
		"want 3":                ignore(m.Decode(ctx, [][]float32{{1, 2}}, nil)),
		"0 rows":                ignore(m.Decode(ctx, nil, nil)),
		"0 rows for examples":   m.DecodeInto(ctx, nil, [][]float32{{1, 2, 3}}, nil),
		"example 0: 4 values":   m.DecodeInto(ctx, [][]float32{{1, 2, 3, 4}}, [][]float32{{1, 2, 3}}, nil),
		"-1 rows":               ignore(m.Sample(ctx, -1, 1, nil)),
		"2147483647 rows":       ignore(m.Sample(ctx, math.MaxInt32, 1, nil)),
		"path of 1 steps":       ignore(m.Interpolate(ctx, make([]float32, 3), make([]float32, 3), 1, nil)),
		"has no encoder":        ignore(gan.Encode(ctx, [][]float32{make([]float32, tensor.Size(gan.Shape()))}, nil)),
		"a picture of 3 values": ignore(m.Image(make([]float32, 3))),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := m.Sample(stopped, 1, 1, nil); err == nil {
		t.Error("a context that is done does not stop a call")
	}
}

// divided are n rows of size zeros.
func divided(n, size int) [][]float32 {
	rows := make([][]float32, n)
	for i := range rows {
		rows[i] = make([]float32, size)
	}
	return rows
}

// A service decodes into rows that it has, call after call, and sets no memory aside. More codes than a
// program takes at once are decoded in parts.
func TestDecodingIntoRowsMakesNoGarbage(t *testing.T) {
	m := open(t, trainedRun(t, tinyVAE))
	codes := divided(130, m.Dim())
	for i := range codes {
		codes[i][i%3] = float32(i) / 10
	}
	examples := divided(len(codes), tensor.Size(m.Shape()))
	decode := func() {
		if err := m.DecodeInto(t.Context(), examples, codes, nil); err != nil {
			t.Fatal(err)
		}
	}
	decode()
	for _, i := range []int{0, 63, 64, 129} {
		if want, err := m.Decode(t.Context(), codes[i:i+1], nil); err != nil || !slices.Equal(examples[i], want[0]) {
			t.Errorf("code %d became another example than alone: %v", i, err)
		}
	}
	if n := testing.AllocsPerRun(10, decode); n > 0 {
		t.Errorf("%v allocations in a call", n)
	}
}

// unseekable is a file system whose files are read from their beginning only.
type unseekable struct{ fs.FS }

func (u unseekable) Open(name string) (fs.File, error) {
	f, err := u.FS.Open(name)
	return struct{ fs.File }{f}, err
}

func TestAModelOpensFromAnyFileSystem(t *testing.T) {
	run := trainedRun(t, strings.Replace(tinyVAE, "samples: 0", "samples: 0, checkpoint: {every: 1}, use: best", 1))
	m := open(t, run)
	file, err := os.ReadFile(m.File())
	if err != nil {
		t.Fatal(err)
	}
	within := unseekable{fstest.MapFS{"model.safetensors": {Data: file}}}
	same, err := latentspace.OpenFS(within, "model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Sample(t.Context(), 1, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if y, err := same.Sample(t.Context(), 1, 1, nil); err != nil || !slices.Equal(x[0], y[0]) {
		t.Errorf("another picture: %v", err)
	}
}

// A run whose newest checkpoint is damaged opens with the one before, and train.use names the best.
func TestTheRightCheckpointOfARunIsOpened(t *testing.T) {
	files := fstest.MapFS{}
	run := trainedRun(t, strings.Replace(tinyVAE, "samples: 0", "samples: 0, use: best, checkpoint: {every: 3}", 1))
	entries, err := os.ReadDir(run)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if data, err := os.ReadFile(filepath.Join(run, e.Name())); err == nil {
			files["run/"+e.Name()] = &fstest.MapFile{Data: data}
		}
	}
	names, err := fs.Glob(files, "run/step-*.safetensors")
	if err != nil || len(names) < 2 {
		t.Fatalf("checkpoints %v, %v, want two or more", names, err)
	}
	step := func(manifest string) string {
		files["run/run.json"] = &fstest.MapFile{Data: []byte(manifest)}
		m, err := latentspace.OpenFS(files, "run")
		if err != nil {
			return err.Error()
		}
		return m.File()
	}
	if got, want := step(`{}`), names[len(names)-1]; got != want {
		t.Errorf("without a best: got %s, want the newest, %s", got, want)
	}
	var best int
	if _, err := fmt.Sscanf(names[0], "run/step-%d", &best); err != nil {
		t.Fatal(err)
	}
	if got := step(fmt.Sprintf(`{"best": {"step": %d}}`, best)); got != names[0] {
		t.Errorf("with a best: got %s, want %s", got, names[0])
	}
	if got, want := step(`{"best":`), "run/run.json"; !strings.Contains(got, want) {
		t.Errorf("a damaged run.json: got %s, want %s", got, want)
	}
	last := names[len(names)-1]
	files[last] = &fstest.MapFile{Data: bytes.Repeat([]byte{1}, 100)}
	if got, want := step(`{}`), names[len(names)-2]; got != want {
		t.Errorf("the newest is damaged: got %s, want %s", got, want)
	}
}

func TestAnImageHasAPixelForEachValue(t *testing.T) {
	m := open(t, trainedRun(t, tinyVAE))
	x := make([]float32, tensor.Size(m.Shape()))
	x[0], x[1], x[2] = 1, 0.5, -3
	img, err := m.Image(x)
	if err != nil {
		t.Fatal(err)
	}
	if want := image.Rect(0, 0, m.Shape()[1], m.Shape()[0]); img.Bounds() != want {
		t.Errorf("got bounds %v, want %v", img.Bounds(), want)
	}
	for i, want := range []uint8{255, 128, 0} {
		if got := img.At(i, 0); got != (color.Gray{Y: want}) {
			t.Errorf("pixel %d: got %v, want %d", i, got, want)
		}
	}
}

func TestATextIsSpelled(t *testing.T) {
	m := open(t, trainedRun(t, `
name: written
data: {kind: sentences, train: 40, valid: 10, test: 10}
model: {kind: textvae}
train: {epochs: 1, batch: 20, samples: 0}
`))
	x, err := m.Sample(t.Context(), 2, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	of, err := training.Open(m.File())
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Text(x[0])
	if want := of.Schema.Fields[0].Spell(x[0]); err != nil || got != want || want == "" {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if _, err := m.Text(x[0][1:]); err == nil || !strings.Contains(err.Error(), "tokens, want") {
		t.Errorf("a text that is too short: got %v", err)
	}
	if _, err := m.Image(x[0]); err == nil || !strings.Contains(err.Error(), "is no picture") {
		t.Errorf("a picture of a text: got %v", err)
	}
	if _, err := open(t, trainedRun(t, tinyVAE)).Text(x[0]); err == nil || !strings.Contains(err.Error(), "is no text") {
		t.Errorf("a text of a picture: got %v", err)
	}
}

// Callers at the same time get what one alone gets.
func TestAModelServesManyCallersAtOnce(t *testing.T) {
	m := open(t, trainedRun(t, tinyVAE))
	want, err := m.Sample(t.Context(), 3, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				if got, err := m.Sample(t.Context(), 3, 1, nil); err != nil || !slices.EqualFunc(got, want, slices.Equal) {
					t.Errorf("another picture: %v", err)
				}
			}
		})
	}
	all.Wait()
}
