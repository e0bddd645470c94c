package web

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What is in dist is what the sources give: every command that makes it is run again, into
// another folder.
func TestDistIsMadeOfTheSources(t *testing.T) {
	source, err := os.ReadFile("build.go")
	if err != nil {
		t.Fatal(err)
	}
	tool := esbuild(t)
	dir, made := t.TempDir(), map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(source)); lines.Scan(); {
		arguments, ok := strings.CutPrefix(lines.Text(), "//go:generate go tool -modfile=../tools/go.mod esbuild ")
		if !ok {
			continue
		}
		before, name, ok := strings.Cut(arguments, "--outfile=dist/")
		if !ok {
			t.Fatalf("no file of dist in %q", arguments)
		}
		name, after, _ := strings.Cut(name, " ")
		to := filepath.Join(dir, name)
		options := append(strings.Fields(before+after), "--outfile="+to)
		if out, err := exec.Command(tool, options...).CombinedOutput(); err != nil {
			t.Fatalf("esbuild %s: %v\n%s", arguments, err, out)
		}
		got, err := os.ReadFile(filepath.Join("dist", name))
		want, err2 := os.ReadFile(to)
		if err != nil || err2 != nil || !bytes.Equal(got, want) {
			t.Errorf("dist/%s has %d bytes, and the sources give %d others (%v, %v): run go generate ./web", name, len(got), len(want), err, err2)
		}
		made[name] = true
	}
	files, err := os.ReadDir("dist")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !made[f.Name()] {
			t.Errorf("dist/%s is made by no command", f.Name())
		}
	}
}

// esbuild returns the path of the tool. The test is skipped where its source cannot be had.
func esbuild(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "tool", "-modfile=../tools/go.mod", "-n", "esbuild").CombinedOutput()
	if err != nil {
		t.Skipf("esbuild cannot be had here: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// Each page is small, so that it is there at once and a reader can take it in.
func TestThePagesAreSmall(t *testing.T) {
	const most = 150_000 // bytes
	for page, names := range map[string][]string{
		"of a server": {"page.html", "icon.svg", "page.css", "page.js", "live.js"},
		"of one file": {"page.html", "icon.svg", "page.css", "page.js", "file.js"},
	} {
		sum := 0
		for _, name := range names {
			_, b := File(name)
			sum += len(b)
		}
		if sum > most {
			t.Errorf("the page %s has %d bytes, want at most %d", page, sum, most)
		}
	}
}
