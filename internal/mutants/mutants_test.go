package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The defences are where the table looks for them; the program itself takes them out.
func TestEveryDefenceIsInItsPlace(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutants {
		b, err := os.ReadFile(filepath.Join("../..", m.file))
		if err != nil {
			t.Error(err)
			continue
		}
		if n := strings.Count(string(b), m.from); n != 1 {
			t.Errorf("%s: %q is %d times in %s, want once", m.name, m.from, n, m.file)
		}
		if m.from == m.to || names[m.name] {
			t.Errorf("%s: changes nothing, or is there twice", m.name)
		}
		names[m.name] = true
	}
}
