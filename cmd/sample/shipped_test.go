package main

import (
	"encoding/json"
	"fmt"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"latentspace/data/wav"
	"latentspace/experiments"
	"latentspace/sound"
)

// less makes a shipped experiment small. Those that are not here need files.
var less = map[string][]string{
	"vae":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"ae":           {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"pca":          {"data.train=160", "data.valid=10", "data.test=100"},
	"gan":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.generator.channels=[8, 4]", "model.discriminator.channels=[4, 8]"},
	"cvae":         {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"cgan":         {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.generator.channels=[8, 4]", "model.discriminator.channels=[4, 8]"},
	"m2":           {"data.train=160", "data.valid=10", "data.test=100", "data.labels=20", "train.epochs=1", "train.batch=32", "model.classifier.channels=[4, 8]", "model.classifier.hidden=[8]", "model.encoder.hidden=[20]"},
	"dae":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"iwae":         {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"vaegan":       {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.from=0.4", "model.encoder.channels=[4, 8]", "model.critic.channels=[4, 8]"},
	"vq-vae":       {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.encoder.channels=[4, 8]"},
	"rvq":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.prior.from=0.4", "model.encoder.channels=[4, 8]"},
	"fsq":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.prior.from=0.4", "model.encoder.channels=[4, 8]"},
	"wgan-gp":      {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.generator.channels=[8, 4]", "model.critic.channels=[4, 8]"},
	"sae":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.latent=40", "model.activation.k=4"},
	"infogan":      {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.generator.channels=[8, 4]", "model.discriminator.channels=[4, 8]"},
	"bigan":        {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.encoder.channels=[4, 8]", "model.generator.channels=[8, 4]", "model.discriminator.channels=[4, 8]"},
	"aae":          {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"sentences":    {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.encoder.units=16", "model.decoder.units=16"},
	"table":        {"train.epochs=1", "train.epoch_examples=0", "train.batch=32", "model.encoder.hidden=[20]"},
	"ring":         {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"sprites":      {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32"},
	"notes":        {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.encoder.channels=[4, 8]"},
	"sentences-ae": {"data.train=160", "data.valid=10", "data.test=100", "train.epochs=1", "train.batch=32", "model.encoder.units=16", "model.decoder.units=16"},
}

// long makes tests try more of what they try: see CONTRIBUTING.md.
var long = os.Getenv("LATENTSPACE_LONG") != ""

// representative are the experiments that the test below takes by default: a model with codes that
// are distributions, one that is fitted at once, one that is told classes and has no encoder, and
// points, rows of a table and texts in place of pictures.
var representative = []string{"vae", "pca", "cgan", "ring", "table", "sentences"}

// files is what every verb says of what it wrote.
type files struct {
	File    string   `json:"file"`
	Also    []string `json:"also"`
	Seconds float64  `json:"seconds"`
}

// TestEveryVerbOnTheShippedExperiments drives each verb, and checks all that it says it
// wrote, or that it says in a sentence what the model lacks.
func TestEveryVerbOnTheShippedExperiments(t *testing.T) {
	verbs := map[string][]string{
		"draw":        {"draw", "-n", "9"},
		"prior":       {"draw", "-n", "9", "-prior", "gaussian"},
		"interpolate": {"interpolate", "-n", "2", "-steps", "4"},
		"reconstruct": {"reconstruct", "-n", "4"},
		"traverse":    {"traverse", "-dims", "3", "-steps", "3", "-fit", "100"},
		"vary":        {"vary", "-attribute", "scale", "-n", "2", "-steps", "3", "-fit", "60", "-check", "20"},
		"expression":  {"vary", "-expr", "1 - 2 + 3"},
		"map":         {"map", "-method", "pca", "-n", "100", "-space", "data"},
		"tsne":        {"map", "-method", "tsne", "-n", "100", "-perplexity", "10", "-iterations", "60"},
		"encode":      {"encode", "-n", "50", "-precision", "int8"},
		"score":       {"score", "-n", "20", "-draws", "2", "-fit", "50"},
		"nearest":     {"nearest", "-n", "2", "-k", "3"},
		"denoise":     {"denoise", "-n", "2"},
		"evaluate":    {"evaluate", "-n", "50", "-k", "3", "-o", "report.json"},
	}
	// What a model or its data have not, and the sentence that says so.
	missing := map[string]map[string]string{
		"gan":          {"prior": "encoder", "reconstruct": "encoder", "expression": "encoder", "encode": "encoder", "score": "encoder", "nearest": "encoder", "denoise": "encoder"},
		"infogan":      {"prior": "encoder", "reconstruct": "encoder", "expression": "encoder", "encode": "encoder", "score": "encoder", "nearest": "encoder", "denoise": "encoder"},
		"wgan-gp":      {"prior": "encoder", "reconstruct": "encoder", "expression": "encoder", "encode": "encoder", "score": "encoder", "nearest": "encoder", "denoise": "encoder"},
		"cgan":         {"prior": "encoder", "reconstruct": "encoder", "expression": "encoder", "encode": "encoder", "score": "encoder", "nearest": "encoder", "denoise": "encoder"},
		"ring":         {"prior": "encoder", "reconstruct": "encoder", "expression": "encoder", "encode": "encoder", "score": "encoder", "nearest": "encoder", "denoise": "encoder", "vary": "scale"},
		"sentences-ae": {"denoise": "tokens", "vary": "scale"},
		"table":        {"denoise": "words and gaps"},
		"sentences":    {"denoise": "tokens", "vary": "scale"},
	}
	for _, name := range experiments.Shipped() {
		if strings.HasPrefix(name, "mnist-") || name == "dsprites" || name == "images" || name == "text" || name == "sound" || name == "spoken-digits" {
			continue
		}
		edits, ok := less[name]
		if !ok {
			t.Errorf("experiment %s is not made small here", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			if !long && !slices.Contains(representative, name) {
				t.Skip("without LATENTSPACE_LONG some experiments stand for all")
			}
			t.Parallel()
			dir := t.TempDir()
			args := []string{"-config", name, "-set", "train.samples=0"}
			for _, e := range edits {
				args = append(args, "-set", e)
			}
			if name == "pca" {
				args = slices.Delete(args, 2, 4)
			}
			if name == "table" {
				writeTable(t, filepath.Join(dir, "table.csv"))
			}
			cmd := exec.Command(trainer, args...)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("train: %v\n%s", err, out)
			}
			for verb, args := range verbs {
				if i := slices.Index(args, "scale"); i >= 0 && name == "notes" {
					args = slices.Clone(args)
					args[i] = "pitch"
				}
				if lacks := missing[name][verb]; lacks != "" {
					cmd := exec.Command(sampler, args...)
					cmd.Dir = dir
					out, err := cmd.CombinedOutput()
					if err == nil || cmd.ProcessState.ExitCode() != 1 || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), lacks) {
						t.Errorf("%s: status %d, want 1 and a sentence with %q:\n%s", verb, cmd.ProcessState.ExitCode(), lacks, out)
					}
					continue
				}
				var f files
				if out := sample(t, dir, append(args, "-json")...); json.Unmarshal(out, &f) != nil || f.File == "" || !(f.Seconds > 0) {
					t.Fatalf("%s: -json printed %s", verb, out)
				}
				for _, file := range append(f.Also, f.File) {
					written(t, filepath.Join(dir, file))
				}
			}
			if missing[name]["encode"] == "" {
				written(t, filepath.Join(dir, sampleJSON(t, dir, "decode", "-i", "runs/"+name+"/codes.npz", "-n", "9").File))
			}
		})
	}
}

// writeTable writes a table of 300 rows with gaps.
func writeTable(t *testing.T, file string) {
	t.Helper()
	text := "scale,city,age,class\n"
	for i := range 300 {
		city, age := []string{"Bern", "Rom", "Oslo"}[i%3], strconv.Itoa(20+i%50)
		if i%7 == 0 {
			age = ""
		}
		text += fmt.Sprintf("%.2f,%s,%s,%s\n", float64(i*37%300)/10, city, age, []string{"yes", "no"}[i%2])
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// written checks that a file is what its name says, and neither blank nor without
// finite numbers.
func written(t *testing.T, file string) {
	t.Helper()
	switch filepath.Ext(file) {
	case "":
		sounds, err := filepath.Glob(filepath.Join(file, "*.wav"))
		if err != nil || len(sounds) == 0 {
			t.Fatalf("%s: %v, want WAV files", file, err)
		}
		for _, s := range sounds {
			b, err := os.ReadFile(s)
			if err != nil {
				t.Fatal(err)
			}
			if heard, err := wav.Decode(b); err != nil || sound.Loudest(heard.Samples) == 0 {
				t.Errorf("%s: %v, want sound", s, err)
			}
		}
	case ".png":
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		c, _, err := image.DecodeConfig(f)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		picture(t, file, c.Width, c.Height)
	case ".gif":
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, _, err := image.Decode(f); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	case ".json":
		var report map[string]any
		if b, err := os.ReadFile(file); err != nil || json.Unmarshal(b, &report) != nil || report["sections"] == nil {
			t.Errorf("%s: %v, want a report with sections", file, err)
		}
	case ".csv":
		all := rows(t, file)
		if len(all) < 2 {
			t.Errorf("%s has %d lines, want a header and more", file, len(all))
		}
		for _, cell := range slices.Concat(all...) {
			if v, err := strconv.ParseFloat(cell, 64); err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
				t.Errorf("%s: %q, want a finite number", file, cell)
			}
		}
	case ".txt":
		if b, err := os.ReadFile(file); err != nil || strings.Count(string(b), "\n") < 2 {
			t.Errorf("%s: %v, %q, want lines of text", file, err, b)
		}
	case ".svg":
		checkXML(t, file)
	case ".npz":
		arrays, _ := archive(t, file)
		for name, values := range arrays {
			if slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
				t.Errorf("%s: %s has values that are not finite", file, name)
			}
		}
		if len(arrays["codes"]) == 0 {
			t.Errorf("%s has no codes", file)
		}
	default:
		t.Errorf("%s: no check for files of this kind", file)
	}
}
