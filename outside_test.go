package latentspace_test

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// outside runs the go command in a folder, of a module that is not this one.
func outside(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// programs are the Go programs in a document.
func programs(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?s)```go\n(package main\n.*?)```").FindAllSubmatch(text, -1) {
		all = append(all, string(m[1]))
	}
	return all
}

// The programs of the documents are compiled as a stranger compiles them, in a module of their own, and
// draw a picture.
func TestTheProgramsOfTheDocumentsRunOutsideTheModule(t *testing.T) {
	var all []string
	for _, file := range []string{"README.md", "docs/LIBRARY.md"} {
		in := programs(t, file)
		if len(in) == 0 {
			t.Errorf("%s has no program of the library", file)
		}
		all = append(all, in...)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	run := trainedRun(t, tinyVAE)
	for _, program := range all {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o666); err != nil {
			t.Fatal(err)
		}
		sums, err := os.ReadFile("go.sum")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o666); err != nil {
			t.Fatal(err)
		}
		outside(t, dir, "mod", "init", "stranger")
		outside(t, dir, "mod", "edit", "-require=latentspace@v0.0.0", "-replace=latentspace="+here)
		outside(t, dir, "build", "-o", "program", ".")
		cmd := exec.Command(filepath.Join(dir, "program"), run)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil || said.Len() > 0 {
			t.Fatalf("%v, %s", err, said.String())
		}
		img, err := png.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		m := open(t, run)
		if got := img.Bounds().Size(); got.X != m.Shape()[1] || got.Y != m.Shape()[0] {
			t.Errorf("a picture of size %v, want that of examples of shape %v", got, m.Shape())
		}
	}
}

// mostPackages is how many packages outside the standard library a program that opens a model is made
// of at most. About ninety are Gorgonia with what it imports.
const mostPackages = 150

func TestTheLibraryIsMadeOfFewPackages(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "latentspace").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(string(out))
	if len(all) > mostPackages {
		t.Errorf("%d packages, want at most %d", len(all), mostPackages)
	}
	unwanted := regexp.MustCompile(`^latentspace/(training|experiments|evaluation|explore|data|render|export|rundir|sound)\b|/font|gonum\.org/v1/plot|progressbar|/flac`)
	for _, name := range all {
		if unwanted.MatchString(name) {
			t.Errorf("the library links %s", name)
		}
	}
}
