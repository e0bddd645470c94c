// Mutants takes the program's defences out, one at a time, and shows which tests notice:
//
//	go run ./internal/mutants
//	go run ./internal/mutants -only data/npy
//
// Each is a change of one place in a copy of the source. A defence is known by its code and not by
// its file, so that it may move. One whose absence no test notices is a failure, as is one whose
// code is no longer there, or is there twice.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// mutant is a defence that is taken out.
type mutant struct {
	name     string
	in       string // the function that has the code, Type.Name for a method, where others have the same code; else ""
	from, to string // the code, which is once in the program, and what takes its place
	packages string // whose tests are to notice, "" for the package that has the code
	tests    string // a pattern of their names, "" for all; to run no others saves most of the time
}

// placed is a mutant whose code was found.
type placed struct {
	mutant
	place
}

// placeAll finds the code of mutants. The error names all whose code is not once in the source.
func placeAll(s *source, mutants []mutant) ([]placed, error) {
	var all []placed
	var errs []error
	for _, m := range mutants {
		p, err := s.find(m)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if m.packages == "" {
			m.packages = "./" + path.Dir(p.file)
		}
		all = append(all, placed{m, p})
	}
	return all, errors.Join(errs...)
}

func main() {
	only := flag.String("only", "", "the mutants whose `name` or file has these words")
	flag.Parse()
	if err := run(*only); err != nil {
		fmt.Fprintf(os.Stderr, "mutants: %v\n", err)
		os.Exit(1)
	}
}

func run(only string) error {
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files, err := exec.Command("git", "ls-files").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimSpace(string(files)), "\n") {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return err
		}
	}
	source, err := readSource(dir)
	if err != nil {
		return err
	}
	all, err := placeAll(source, slices.Concat(mutants...))
	if err != nil {
		return err
	}
	var chosen []placed
	for _, m := range all {
		if strings.Contains(m.name, only) || strings.Contains(m.file, only) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("no defence has %q in its name or file", only)
	}
	if err := sound(dir, chosen); err != nil {
		return err
	}
	alive := 0
	for _, m := range chosen {
		noticed, err := m.try(dir)
		switch {
		case err != nil:
			noticed = fmt.Sprintf("NOT TRIED: %v", err)
			alive++
		case noticed == "":
			noticed = "NO TEST NOTICES"
			alive++
		}
		fmt.Printf("%-64s %s\n", m.name, noticed)
	}
	if alive > 0 {
		return fmt.Errorf("%d of %d defences are not known to be noticed", alive, len(chosen))
	}
	fmt.Printf("%d defences, each noticed by a test\n", len(chosen))
	return nil
}

// sound reports tests that fail while every defence is there: they would notice anything.
func sound(dir string, chosen []placed) error {
	patterns := map[string][]string{}
	for _, m := range chosen {
		if !slices.Contains(patterns[m.packages], m.tests) {
			patterns[m.packages] = append(patterns[m.packages], m.tests)
		}
	}
	for _, packages := range slices.Sorted(maps.Keys(patterns)) {
		if out, err := test(dir, packages, strings.Join(patterns[packages], "|")); err != nil {
			return fmt.Errorf("the tests of %s fail with every defence in its place:\n%s", packages, out)
		}
	}
	return nil
}

// test runs those tests of a package whose names have a pattern.
func test(dir, packages, pattern string) ([]byte, error) {
	cmd := exec.Command("go", "test", "-count=1", "-vet=off", "-failfast", "-timeout=5m", "-run="+pattern, packages)
	cmd.Dir = dir
	return cmd.CombinedOutput()
}

var failed = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)

// try makes the change, runs the tests and returns the first that fails, "" for none.
func (m placed) try(dir string) (noticed string, err error) {
	file := filepath.Join(dir, m.file)
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	changed := slices.Concat(b[:m.offset], []byte(m.to), b[m.offset+len(m.from):])
	if err := os.WriteFile(file, changed, 0o644); err != nil {
		return "", err
	}
	defer func() {
		if e := os.WriteFile(file, b, 0o644); err == nil {
			err = e
		}
	}()
	out, testErr := test(dir, m.packages, m.tests)
	if strings.Contains(string(out), "[no tests to run]") {
		return "", fmt.Errorf("no test of %s is called %s", m.packages, m.tests)
	}
	if testErr == nil {
		return "", nil
	}
	if strings.Contains(string(out), "[build failed]") {
		return "", fmt.Errorf("it does not build:\n%s", out)
	}
	if found := failed.FindSubmatch(out); found != nil {
		return string(found[1]), nil
	}
	if !strings.Contains(string(out), "FAIL\t") {
		return "", fmt.Errorf("go test: %w:\n%s", testErr, out)
	}
	return "the tests do not end well", nil
}
