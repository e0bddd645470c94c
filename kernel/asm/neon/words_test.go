package neon

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// assembler is LLVM's, of any version, or "".
func assembler() string {
	for _, name := range []string{"llvm-mc", "llvm-mc-19", "llvm-mc-16", "llvm-mc-14"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// What stands beside a word is what it says: another assembler makes the same bits of it.
func TestWordsAreWhatTheirCommentsSay(t *testing.T) {
	mc := assembler()
	if mc == "" {
		t.Skip("llvm-mc is not installed")
	}
	line := regexp.MustCompile(`^\tWORD \$(0x[0-9a-f]{8}) // (.*)$`)
	comments := map[string]string{} // by words
	var words []string
	files, err := filepath.Glob("../../*_neon_arm64.s")
	if err != nil || len(files) != 3 {
		t.Fatalf("got files %v, %v, want three", files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for s := range strings.Lines(string(text)) {
			m := line.FindStringSubmatch(strings.TrimRight(s, "\n"))
			if m == nil {
				continue
			}
			if c, ok := comments[m[1]]; !ok {
				words = append(words, m[1])
			} else if c != m[2] {
				t.Errorf("%s is said to be %s and %s", m[1], c, m[2])
			}
			comments[m[1]] = m[2]
		}
	}
	var in strings.Builder
	for _, w := range words {
		fmt.Fprintln(&in, comments[w])
	}
	cmd := exec.Command(mc, "-triple=aarch64", "-show-encoding")
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	encoding := regexp.MustCompile(`encoding: \[0x(..),0x(..),0x(..),0x(..)\]`)
	k := 0
	for lines := bufio.NewScanner(strings.NewReader(string(out))); lines.Scan(); {
		m := encoding.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		if got := "0x" + m[4] + m[3] + m[2] + m[1]; got != words[k] {
			t.Errorf("%s is written as %s, and is %s", comments[words[k]], words[k], got)
		}
		k++
	}
	if k != len(words) || k < 1000 {
		t.Errorf("got the bits of %d instructions, want %d, and more than a thousand", k, len(words))
	}
}
