package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The code of each defence is once in the program; the program itself takes the defences out.
func TestEveryDefenceIsInItsPlace(t *testing.T) {
	s, err := readSource("../..")
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(mutants...)
	if _, err := placeAll(s, all); err != nil {
		t.Error(err)
	}
	names := map[string]bool{}
	for _, m := range all {
		if m.from == m.to || names[m.name] {
			t.Errorf("%s: changes nothing, or is there twice", m.name)
		}
		names[m.name] = true
	}
}

func TestCodeIsFoundWhereverItIs(t *testing.T) {
	s := &source{
		names: []string{"a/first.go", "b/second.go"},
		text: map[string]string{
			"a/first.go":  "package a\n\nfunc read() int {\n\treturn once() + 1\n}\n\nfunc (w *writer[T]) end() { check() }\n",
			"b/second.go": "package b\n\nfunc write() {\n\tcheck()\n}\n\nfunc twice() { again(); again() }\n",
		},
	}
	tests := []struct {
		name, in, from string
		file           string // "" for an error
		says           string // the error
	}{
		{"once in the program", "", "once()", "a/first.go", ""},
		{"once in the function", "write", "check()", "b/second.go", ""},
		{"once in the method of a generic type", "writer.end", "check()", "a/first.go", ""},
		{"in two files", "", "check()", "", `in two files: "check()" is in 2 places of the program, want one: a/first.go:7 (writer.end), b/second.go:4 (write)`},
		{"twice in one function", "twice", "again()", "", `is in 2 places of functions called twice, want one: b/second.go:7 (twice), b/second.go:7 (twice)`},
		{"in another function alone", "write", "once()", "", `"once()" is nowhere in functions called write`},
		{"nowhere", "", "gone()", "", `nowhere: "gone()" is nowhere in the program`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, err := placeAll(s, []mutant{{name: tt.name, in: tt.in, from: tt.from}})
			if tt.file == "" {
				if err == nil || !strings.Contains(err.Error(), tt.says) {
					t.Fatalf("got error %v, want %s", err, tt.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			m := all[0]
			if got := s.text[m.file][m.offset:]; m.file != tt.file || !strings.HasPrefix(got, tt.from) {
				t.Errorf("got %s and %q, want %s and %q", m.file, got, tt.file, tt.from)
			}
			if want := "./" + tt.file[:1]; m.packages != want {
				t.Errorf("got tests of %s, want %s", m.packages, want)
			}
		})
	}
}

func TestTheDocumentsSayHowManyDefencesThereAre(t *testing.T) {
	b, err := os.ReadFile("../../docs/TRUST.md")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("takes %d defences out", len(slices.Concat(mutants...)))
	if !strings.Contains(strings.Join(strings.Fields(string(b)), " "), want) {
		t.Errorf("docs/TRUST.md does not say %q", want)
	}
}
