package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
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
		"-format npz": `-format "npz", want onnx`,
		"-o runs":     "want one that is new, empty or has an export alone",
	} {
		cmd := exec.Command(sampler, append([]string{"export"}, strings.Fields(args)...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), want) {
			t.Errorf("sample export %s: %v, want %q\n%s", args, err, want, out)
		}
	}
}
