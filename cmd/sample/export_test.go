package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a model has is written to a folder, and it is said what that is.
func TestExportWritesTheParts(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{"vae": "encoder.onnx decoder.onnx", "cgan": "generator.onnx"} {
		args := []string{"-config", name, "-set", "train.samples=0"}
		for _, set := range less[name] {
			args = append(args, "-set", set)
		}
		cmd := exec.Command(trainer, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("train: %v\n%s", err, out)
		}
		var r struct {
			File  string
			Files []struct {
				Name   string
				Bytes  int64
				Inputs []string
			}
		}
		if err := json.Unmarshal(sample(t, dir, "export", "-format", "onnx", "-run", "runs/"+name, "-json"), &r); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range r.Files {
			names = append(names, f.Name)
			if info, err := os.Stat(filepath.Join(dir, r.File, f.Name)); err != nil || info.Size() != f.Bytes {
				t.Errorf("%s has %v, %v, want %d bytes", f.Name, info, err, f.Bytes)
			}
			if told := strings.Contains(strings.Join(f.Inputs, " "), "about (batch, "); told != (name == "cgan") {
				t.Errorf("%s of %s has the inputs %v", f.Name, name, f.Inputs)
			}
		}
		if got := strings.Join(names, " "); got != want || r.File != "runs/"+name+"/onnx" {
			t.Errorf("%s: wrote %s to %s, want %s", name, got, r.File, want)
		}
	}
	for args, want := range map[string]string{
		"-n 3":        "-n has no effect with export",
		"-format npz": `-format "npz", want huggingface, onnx or projector`,
		"-o runs":     "want one that is new, empty or has an export alone",
	} {
		cmd := exec.Command(sampler, append([]string{"export"}, strings.Fields(args)...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("sample export %s: %v, want %q\n%s", args, err, want, out)
		}
	}
}

// A folder for the Hugging Face Hub is the same each time, and the script of its card makes the
// program's samples again.
func TestTheScriptOfAModelCardMakesItsSamplesAgain(t *testing.T) {
	python := cmp.Or(os.Getenv("LATENTSPACE_PYTHON"), "python3")
	readers := exec.Command(python, "-c", "import numpy, onnxruntime, safetensors").Run()
	for _, name := range []string{"vae", "conditional", "gan", "sentences", "points"} {
		dir := trainedRun(t, name)
		hub := filepath.Join(dir, "hub")
		var before map[string]string
		for range 2 {
			sample(t, dir, "export", "-format", "huggingface", "-o", "hub")
			entries, err := os.ReadDir(hub)
			if err != nil {
				t.Fatal(err)
			}
			now := map[string]string{}
			for _, e := range entries {
				b, err := os.ReadFile(filepath.Join(hub, e.Name()))
				if err != nil {
					t.Fatal(err)
				}
				now[e.Name()] = string(b)
			}
			for file := range now {
				if before != nil && now[file] != before[file] {
					t.Errorf("%s: %s is another file the second time", name, file)
				}
			}
			before = now
		}
		if !strings.Contains(before["README.md"], "`sample evaluate` measures and keeps them") {
			t.Errorf("%s: the card does not say that figures are missing", name)
		}
		if told := strings.Contains(before["README.md"], "1, latentspace.Given{\"class\": \""); told != (name == "conditional") {
			t.Errorf("%s: the program in Go says what is told: %v", name, told)
		}
		script := regexp.MustCompile("(?s)```python\n(.*?)```").FindStringSubmatch(before["README.md"])
		if script == nil || strings.Count(script[1], "\n") > 20 {
			t.Fatalf("%s: no script of at most 20 lines in the card:\n%s", name, before["README.md"])
		}
		if readers != nil {
			t.Logf("the script is not run: no %s with numpy, onnxruntime and safetensors", python)
			continue
		}
		check := "import json\nfrom safetensors.numpy import load_file\njson.load(open('config.json'))\nassert load_file('model.safetensors')\n"
		cmd := exec.Command(python, "-c", check+script[1])
		cmd.Dir = hub
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// The figures of a model card are those that were measured of the same weights.
func TestAModelCardHasTheFiguresOfEvaluate(t *testing.T) {
	dir := trainedRun(t, "points")
	sample(t, dir, "evaluate")
	sample(t, dir, "export", "-format", "huggingface", "-o", "hub")
	b, err := os.ReadFile(filepath.Join(dir, "hub", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]any
	report, err := os.ReadFile(filepath.Join(dir, "runs", "points", "evaluate.json"))
	if err == nil {
		err = json.Unmarshal(report, &kept)
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("value: %.6g\n", kept["neg_elbo"]); !strings.Contains(string(b), "- type: \"neg_elbo\"\n") || !strings.Contains(string(b), want) {
		t.Errorf("the card does not have neg_elbo, %s:\n%s", want, b)
	}
}
