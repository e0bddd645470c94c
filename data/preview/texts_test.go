package preview

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/data"
)

func TestTextsShowTheirTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.txt")
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "line %d, of%s\n", 10+i, strings.Repeat(" many", 60))
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	source := data.Sources["text"]().(data.Text)
	source.File = file
	preview := func(unit, of string, length int) []string {
		source.Unit, source.Of = unit, of
		source.Length.UnmarshalText(fmt.Append(nil, length))
		splits, err := source.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text, err := Texts(splits.Train, 1)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	}
	lines := preview("word", "lines", 100)
	if len(lines) != 9 || !strings.HasPrefix(lines[1], "   64 tokens  line ") || !strings.HasPrefix(lines[2], "              line|") || !strings.HasSuffix(lines[2], "|, |of"+strings.Repeat("|many", 36)+"…") {
		t.Errorf("words: got\n%s", strings.Join(lines, "\n"))
	}
	lines = preview("char", "windows", 310)
	if len(lines) != 5 || !strings.HasPrefix(lines[1], "  310 tokens  ") || !strings.HasSuffix(lines[1], "…") || strings.Count(lines[1], "many") < 25 {
		t.Errorf("characters: got\n%s", strings.Join(lines, "\n"))
	}
	if lines = preview("char", "windows", 20); !strings.Contains(strings.Join(lines, ""), "   20 tokens  ") {
		t.Errorf("windows: got\n%s", strings.Join(lines, "\n"))
	}
	if _, err := Texts(pointSet{}, 1); err == nil || err.Error() != "preview: 1 examples of shape [2], want texts" {
		t.Errorf("points are texts: got %v", err)
	}
}

func TestShortTextsShowTheirEndAndLineBreaks(t *testing.T) {
	splits, err := data.Sources["sentences"]().Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := Texts(splits.Train, 1)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(text, "\n"); !strings.HasPrefix(strings.TrimSpace(lines[2]), "The|") || !strings.HasSuffix(lines[2], "|.|end") {
		t.Errorf("got\n%s", text)
	}
	if got := onOneLine("a\nb", false); got != "a↵b" {
		t.Errorf("got %q", got)
	}
}
