package latentspace

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is the number of columns of Markdown.
const widest = 100

// tooWide reports whether a line is longer than it may be. One that is a single word, such as
// an address, cannot be broken.
func tooWide(line string) bool {
	return utf8.RuneCountInString(line) > widest && len(strings.Fields(line)) > 1
}

// Documents are read in editors and terminals too, where a long line is cut or broken anywhere.
func TestMarkdownFitsIntoAHundredColumns(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "testdata" || len(name) > 1 && name[0] == '.') {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		for i, line := range strings.Split(string(text), "\n") {
			if tooWide(strings.TrimSuffix(line, "\r")) {
				t.Errorf("%s:%d: %d columns, want at most %d", filepath.ToSlash(path), i+1, utf8.RuneCountInString(line), widest)
			}
		}
		return nil
	})
	if err != nil || seen < 5 {
		t.Fatalf("%d files, %v", seen, err)
	}
}

func TestLinesThatAreTooWide(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       bool
	}{
		{"a hundred columns fit", strings.Repeat("a ", 50), false},
		{"one column more does not", strings.Repeat("a ", 50) + "b", true},
		{"columns are characters and not bytes", strings.Repeat("ä ", 50), false},
		{"a row of a table is a line", "| " + strings.Repeat("a", 60) + " | " + strings.Repeat("b", 60) + " |", true},
		{"an address cannot be broken", "https://example.com/" + strings.Repeat("a", 100), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tooWide(c.line); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}
