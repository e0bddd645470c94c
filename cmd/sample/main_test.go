package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/gif"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"latentspace/kernel"
)

// sampler is the real program, and trainer what makes its runs.
var sampler, trainer string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sample")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	sampler, trainer = filepath.Join(dir, "sample"), filepath.Join(dir, "train")
	if _, err := exec.LookPath("go"); err != nil {
		fmt.Println("skipped: the tests build the programs, and there is no Go here")
		os.Exit(0)
	}
	if out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), ".", "../train").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		os.Exit(1)
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv("GOCACHE", strings.TrimSpace(string(cache))) // which is in the user's cache by default
	os.Setenv("XDG_CACHE_HOME", dir)                       // no classifier of a test is kept
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

const (
	glyphs = "data: {kind: glyphs, train: 120, valid: 20, test: 30}\n"
	ring   = "data: {kind: ring, train: 200, valid: 50, test: 50}\n"
	brief  = "train: {epochs: 1, batch: 10, samples: 0}\n"
)

// models are small experiments of every kind of model, on pictures and vectors.
var models = map[string]string{
	"vae":         glyphs + "model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [8]}}\n",
	"conditional": glyphs + "model: {kind: cvae, latent: 3, condition: [class], encoder: {kind: mlp, hidden: [8]}}\n",
	"conv":        glyphs + "model: {kind: vae, latent: 3, encoder: {kind: conv, channels: [2, 3]}}\n",
	"ae":          glyphs + "model: {kind: ae, latent: 3, encoder: {kind: mlp, hidden: [8]}}\n",
	"gan":         glyphs + "model: {kind: gan, latent: 3, generator: {kind: mlp, hidden: [8]}, discriminator: {kind: mlp, hidden: [8]}}\n",
	"flat":        ring + "model: {kind: gan, latent: 3, generator: {kind: mlp, hidden: [8]}, discriminator: {kind: mlp, hidden: [8]}}\n",
	"plane":       glyphs + "model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [8]}}\n",
	"curve":       glyphs + "model: {kind: ae, latent: 2, encoder: {kind: mlp, hidden: [8]}}\n",
	"points": "data: {kind: ring, train: 100, valid: 20, test: 30}\n" +
		"model: {kind: vae, latent: 2, likelihood: gaussian, encoder: {kind: mlp, hidden: [8]}}\n",
	"sentences": "data: {kind: sentences, train: 200, valid: 20, test: 60}\n" +
		"model: {kind: textvae, latent: 3, embedding: 8, encoder: {kind: gru, units: 8}, decoder: {kind: lstm, units: 8}}\n",
	"table": ring + "model: {kind: vae, latent: 1, likelihood: gaussian, encoder: {kind: mlp, hidden: [8]}}\n",
}

// runs has the folder where each of models was trained, by its name.
var (
	runs     = map[string]string{}
	runsLock sync.Mutex
)

// trainedRun returns a new folder in which one of models was trained into runs/: once, and
// then a copy.
func trainedRun(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(trainedOnce(t, name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// trainedOnce returns the folder of runs, in which it trains if nobody has.
func trainedOnce(t *testing.T, name string) string {
	t.Helper()
	runsLock.Lock()
	defer runsLock.Unlock()
	if runs[name] == "" {
		dir := filepath.Join(filepath.Dir(trainer), name)
		train(t, name, dir)
		runs[name] = dir
	}
	return runs[name]
}

// train trains one of models in a folder.
func train(t *testing.T, name, dir string) {
	t.Helper()
	file := filepath.Join(dir, "experiment.yaml")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("name: "+name+"\n"+models[name]+brief), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(trainer, "-config", file)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("train: %v\n%s", err, out)
	}
}

// sample runs the program in a folder and returns what it says on stdout.
func sample(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(sampler, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sample %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return out
}

// drawn is what -json prints.
type drawn struct {
	File         string   `json:"file"`
	Also         []string `json:"also"`
	N            int      `json:"n"`
	Seconds      float64  `json:"seconds"`
	Checkpoint   string   `json:"checkpoint"`
	SquaredError *float64 `json:"squared_error"`
}

func sampleJSON(t *testing.T, dir string, args ...string) drawn {
	t.Helper()
	var d drawn
	if out := sample(t, dir, append(args, "-json")...); json.Unmarshal(out, &d) != nil {
		t.Fatalf("-json printed %s", out)
	}
	return d
}

// picture decodes a file and checks that it is of a size and not blank.
func picture(t *testing.T, file string, width, height int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if b := img.Bounds(); b.Dx() != width || b.Dy() != height {
		t.Errorf("%s: %d×%d, want %d×%d", file, b.Dx(), b.Dy(), width, height)
	}
	first, blank := img.At(10, 10), true
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			r1, g1, b1, _ := first.RGBA()
			if r != r1 || g != g1 || b != b1 {
				blank = false
			}
		}
	}
	if blank {
		t.Errorf("%s is blank", file)
	}
}

// rows reads a CSV file of numbers.
func rows(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return all
}

// A picture is 28 pixels, twice as large, with gaps of 2 around and between: n of
// them take 58 n + 2.
func TestVerbsOnPictures(t *testing.T) {
	for _, name := range []string{"vae", "conv", "ae", "gan"} {
		t.Run(name, func(t *testing.T) {
			dir := trainedRun(t, name)
			d := sampleJSON(t, dir, "-n", "9")
			if d.N != 9 || d.Seconds <= 0 || d.Checkpoint != filepath.Join("runs", name, "step-00000010.safetensors") {
				t.Errorf("-json printed %+v", d)
			}
			picture(t, filepath.Join(dir, d.File), 176, 176)

			d = sampleJSON(t, dir, "interpolate", "-n", "2", "-steps", "5", "-method", "lerp")
			picture(t, filepath.Join(dir, d.File), 292, 118)
			f, err := os.Open(filepath.Join(dir, d.Also[0]))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			g, err := gif.DecodeAll(f)
			if err != nil {
				t.Fatal(err)
			}
			if len(g.Image) != 8 { // there and back, the ends once
				t.Errorf("%d frames, want 8", len(g.Image))
			}

			if name == "gan" {
				return
			}
			d = sampleJSON(t, dir, "reconstruct", "-n", "4")
			if d.SquaredError == nil || !(*d.SquaredError > 0 && *d.SquaredError < 784) {
				t.Errorf("squared error %v, want one of 784 pixels in [0, 1]", d.SquaredError)
			}
			d = sampleJSON(t, dir, "interpolate", "-from", "2", "-to", "7", "-n", "1", "-o", "between.png")
			if d.File != "between.png" || d.Also[0] != "between.gif" {
				t.Errorf("-o between.png wrote %+v", d)
			}
		})
	}
}

func TestVectorsAreWrittenAsNumbersOrPoints(t *testing.T) {
	dir := trainedRun(t, "flat")
	d := sampleJSON(t, dir, "-n", "25")
	if got := rows(t, filepath.Join(dir, d.File)); len(got) != 26 || len(got[0]) != 2 || got[0][0] != "x0" {
		t.Errorf("%s has %d rows and the header %v, want 26 and x0, x1", d.File, len(got), got[0])
	}
	d = sampleJSON(t, dir, "-n", "25", "-o", "points.png")
	picture(t, filepath.Join(dir, d.File), 900, 760)

	dir = trainedRun(t, "table")
	d = sampleJSON(t, dir, "reconstruct", "-n", "6")
	if got := rows(t, filepath.Join(dir, d.File)); len(got) != 13 {
		t.Errorf("%s has %d rows, want a header, 6 originals and 6 reconstructions", d.File, len(got))
	}
}

// Example i is a function of the seed and i.
func TestDrawsDependOnSeedAndIndex(t *testing.T) {
	dir := trainedRun(t, "vae")
	draw := func(seed, n string) [][]string {
		return rows(t, filepath.Join(dir, sampleJSON(t, dir, "-seed", seed, "-n", n, "-o", "d.csv").File))
	}
	few, many, other := draw("1", "3"), draw("1", "70"), draw("2", "3")
	for i := 1; i <= 3; i++ {
		if strings.Join(few[i], ",") != strings.Join(many[i], ",") {
			t.Errorf("draw %d differs with -n 3 and -n 70", i)
		}
		if strings.Join(few[i], ",") == strings.Join(other[i], ",") {
			t.Errorf("draw %d is the same with seeds 1 and 2", i)
		}
	}
}

func TestADamagedCheckpointIsNamedAndTheOneBeforeItTaken(t *testing.T) {
	dir := trainedRun(t, "vae")
	newest := filepath.Join(dir, "runs", "vae", "step-00000010.safetensors")
	b, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	older := filepath.Join(dir, "runs", "vae", "step-00000009.safetensors")
	if err := os.WriteFile(older, b, 0o666); err != nil {
		t.Fatal(err)
	}
	b[len(b)-5] ^= 1
	if err := os.WriteFile(newest, b, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sampler, "-n", "4")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"step-00000010.safetensors", "tensor", "step-00000009.safetensors"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

// A path of instructions that is not here is wrong usage, whatever the program is asked for.
func TestAPathThatIsNotHere(t *testing.T) {
	for _, args := range [][]string{{}, {"map"}, {"compare", "runs/vae", "runs/vae"}} {
		cmd := exec.Command(sampler, args...)
		cmd.Dir = trainedRun(t, "vae")
		cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL=fast")
		text, _ := cmd.CombinedOutput()
		want := "sample: kernel: LATENTSPACE_KERNEL=\"fast\": no such path of instructions; want " + kernel.Paths()[0]
		if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(text), want) {
			t.Errorf("%v: status %d, want 2\n%s\nwant %s", args, cmd.ProcessState.ExitCode(), text, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	dir := trainedRun(t, "gan")
	vae := filepath.Join(trainedRun(t, "vae"), "runs", "vae")
	notes := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(notes, []byte("no checkpoint"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args   []string
		status int
		want   string
	}{
		"an unknown verb":                 {[]string{"drow"}, 2, `no verb "drow", want one of `},
		"an unknown flag":                 {[]string{"-m", "3"}, 2, "-m"},
		"an argument too many":            {[]string{"-n", "3", "more"}, 2, `unexpected argument "more"`},
		"no examples":                     {[]string{"-n", "0"}, 2, "-n 0, want at least 1"},
		"a number that is none":           {[]string{"-n", "many"}, 2, `"many"`},
		"a million millions":              {[]string{"-n", "1000000000000"}, 2, "-n 1000000000000, want it from 1 to"},
		"a run that is not there":         {[]string{"-run", "runs/none"}, 1, "runs/none"},
		"a run that is a file":            {[]string{"-run", "notes.txt"}, 1, "notes.txt is a file; for a checkpoint use -checkpoint"},
		"a checkpoint that is not there":  {[]string{"-checkpoint", "none.safetensors"}, 1, "none.safetensors"},
		"a checkpoint that is something":  {[]string{"-checkpoint", "notes.txt"}, 1, "notes.txt"},
		"a run and a checkpoint":          {[]string{"-run", "runs/gan", "-checkpoint", "notes.txt"}, 2, "-checkpoint names one file"},
		"the best of a GAN":               {[]string{"-best"}, 1, "no best checkpoint"},
		"a picture of another ending":     {[]string{"-o", "x.jpg"}, 2, `ending ".jpg", want .png or .csv`},
		"a folder that is not there":      {[]string{"-o", "none/x.png"}, 1, "none"},
		"reconstructing without encoder":  {[]string{"reconstruct"}, 1, "a model of kind gan has no encoder"},
		"inverting with an encoder":       {[]string{"reconstruct", "-run", vae, "-invert"}, 2, "-invert: a model of kind vae has an encoder, and its codes are taken"},
		"a direction and an attribute":    {[]string{"vary", "-direction", "sefa:1", "-attribute", "slant"}, 2, "-attribute has no effect"},
		"an unknown closed form":          {[]string{"traverse", "-along", "pca"}, 2, `-along "pca", want ganspace or sefa`},
		"inverting in no steps":           {[]string{"invert", "-steps", "0"}, 2, "-steps 0, want it from 1 to 100000"},
		"an unknown method":               {[]string{"interpolate", "-method", "walk"}, 2, `-method "walk", want lerp or slerp`},
		"one step":                        {[]string{"interpolate", "-steps", "1"}, 2, "-steps 1, want it from 2 to 1000"},
		"only one end":                    {[]string{"interpolate", "-from", "3"}, 2, "want both, or neither"},
		"an unknown split":                {[]string{"interpolate", "-from", "1", "-to", "2", "-split", "trian"}, 2, `-split "trian", want train, valid, test or outliers`},
		"an example beyond the test set":  {[]string{"interpolate", "-run", vae, "-from", "1", "-to", "29", "-n", "2"}, 1, "-n 2 examples of the test split from 29 on, want at most the 1 that there are"},
		"frames too fast for a GIF":       {[]string{"interpolate", "-delay", "1ms"}, 1, "delay"},
		"a negative number of processors": {[]string{"-threads", "-1"}, 2, "-threads -1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(sampler, test.args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatalf("no error\n%s", out)
			}
			if got := cmd.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d, want %d\n%s", got, test.status, out)
			}
			if !strings.Contains(string(out), test.want) || strings.Contains(string(out), "panic") {
				t.Errorf("got  %s\nwant %s", out, test.want)
			}
		})
	}
	t.Run("no run at all", func(t *testing.T) {
		cmd := exec.Command(sampler)
		cmd.Dir = t.TempDir()
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "no run under runs; train one with") {
			t.Errorf("got %v\n%s", err, out)
		}
	})
}

func TestHelpShowsExamplesFirst(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"interpolate", "-h"}, {"reconstruct", "-h"}} {
		out, err := exec.Command(sampler, args...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "examples:\n") || !strings.Contains(string(out), "flags:\n") {
			t.Errorf("sample %v: %v\n%s", args, err, out)
		}
	}
}
