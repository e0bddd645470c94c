package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// readmeModel writes an overlay of the source to a folder, with the model that README.md shows. It
// is what a reader would copy: the file as it stands, and the line of the registry.
func readmeModel(t *testing.T, dir string) (overlayFile string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var file, line string
	for _, block := range strings.Split(string(text), "```go\n")[1:] {
		code, _, _ := strings.Cut(block, "```")
		switch {
		case strings.HasPrefix(code, "package autoencoders\n"):
			file = code
		case strings.HasPrefix(code, `"sparse": func() models.Model`):
			line = code
		case strings.HasPrefix(code, "package main\n"): // the test of the root compiles it, outside of the module
		default:
			t.Fatalf("README.md has Go code that no test compiles:\n%s", code)
		}
	}
	if file == "" || line == "" {
		t.Fatal("README.md shows no model, or no line for the registry")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	registry, err := os.ReadFile(filepath.Join(root, "models", "families", "registry.go"))
	if err != nil {
		t.Fatal(err)
	}
	const start = "var Models = map[string]func() models.Model{\n"
	if !strings.Contains(string(registry), start) {
		t.Fatalf("models/families/registry.go has no line %q", start)
	}
	replace := map[string]string{}
	put := func(folder, name, content string) {
		to := filepath.Join(dir, name)
		if err := os.WriteFile(to, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, "models", folder, name)] = to
	}
	put("autoencoders", "sparse.go", file)
	put("families", "registry.go", strings.Replace(string(registry), start, start+"\t"+line, 1))
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(at, overlay, 0o666); err != nil {
		t.Fatal(err)
	}
	return at
}

// buildReadme builds a package with the model that README.md shows.
func buildReadme(t *testing.T, overlayFile, pkg, to string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-overlay", overlayFile, "-o", to, pkg)
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %s with the model of README.md: %v\n%s", pkg, err, out)
	}
}

func TestTheModelOfTheReadmeCompiles(t *testing.T) {
	dir := t.TempDir()
	buildReadme(t, readmeModel(t, dir), "./models/families", os.DevNull)
}

// The model that README.md shows trains, and sample knows it by all verbs that need its two
// methods alone.
func TestTheModelOfTheReadme(t *testing.T) {
	if !long {
		t.Skip("without LATENTSPACE_LONG it is compiled alone")
	}
	dir := t.TempDir()
	overlay := readmeModel(t, dir)
	for _, name := range []string{"train", "sample"} {
		buildReadme(t, overlay, "./cmd/"+name, filepath.Join(dir, name))
	}
	config := filepath.Join(dir, "e.yaml")
	if err := os.WriteFile(config, []byte(models["vae"]+strings.Replace(brief, "samples: 0", "samples: 9", 1)+"name: readme\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	do := func(program string, args ...string) (string, error) {
		cmd := exec.Command(filepath.Join(dir, program), args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := do("train", "-config", config, "-set", "model={kind: sparse}"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	} else if strings.Contains(out, "prior") {
		t.Errorf("a run of a model without a prior speaks of one:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(dir, "runs/readme/reconstructions-0001.png")); err != nil {
		t.Errorf("training draws no reconstructions: %v", err)
	}
	for _, args := range []string{
		"-prior gaussian", "-prior gmm -components 2", "-prior aggregate", "reconstruct -n 4", "encode -o codes.npz", "decode -i codes.npz -n 4",
		"interpolate -from 0 -to 5 -n 2", "interpolate -prior gaussian", "traverse -n 2", "traverse -n 2 -from 3", "map -n 30",
		"map -method tsne -perplexity 5", "map -method umap", "vary -attribute slant -n 2", "vary -expr 1-2+3", "evaluate -html",
	} {
		if out, err := do("sample", strings.Fields(args)...); err != nil {
			t.Errorf("sample %s: %v\n%s", args, err, out)
		}
	}
	for _, args := range []string{"-n 4", "interpolate"} {
		out, err := do("sample", strings.Fields(args)...)
		if err == nil || !strings.Contains(out, "a model of kind sparse has no prior of its own to draw codes from; one can be fitted to its codes: sample -prior gaussian") {
			t.Errorf("sample %s: got %v\n%s", args, err, out)
		}
	}
}
