// Mutants takes the program's defences out, one at a time, and shows which tests notice:
//
//	go run ./internal/mutants
//
// Each is a change of one place in a copy of the source. A defence whose absence no test
// notices is a failure, as is one that is no longer where it is looked for.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// mutant is a defence that is taken out.
type mutant struct {
	name, file, from, to string
	packages             string // whose tests are to notice
}

var mutants = []mutant{
	{"the file is not synced", "checkpoints/atomic.go", "return f.Sync()", "return nil", "./checkpoints"},
	{"the folder is not synced", "checkpoints/atomic.go", "return fsys.SyncDir(filepath.Dir(path))", "return nil", "./checkpoints"},
	{"a file is written in place", "checkpoints/atomic.go", "temporary = filepath.Join(dir, fmt.Sprintf(\".%s.%d-%d.tmp\", base, os.Getpid(), n))", "temporary = path; _, _, _, _ = dir, base, n, os.Getpid", "./checkpoints"},
	{"checksums are not compared", "checkpoints/decode.go", "got != want {", "got != want && false {", "./checkpoints"},
	{"the lock is not taken", "checkpoints/lock_flock.go", "syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)", "error(nil)", "./checkpoints"},
	{"the header has no cap", "checkpoints/header.go", "if n > MaxHeader {", "if n > MaxHeader && false {", "./checkpoints"},
	{"tensors have no cap", "checkpoints/parse.go", "len(h.entries) == MaxTensors", "false", "./checkpoints"},
	{"a tensor may be there twice", "checkpoints/parse.go", "case name == last:", "case false:", "./checkpoints"},
	{"a key of metadata may be there twice", "checkpoints/parse.go", "if seen[key] {", "if seen[key] && false {", "./checkpoints"},
	{"a length is not compared with the file", "checkpoints/header.go", "n > rest {", "n > rest && false {", "./checkpoints"},
	{"a key of an experiment may be there twice", "experiments/decode.go", "case old != nil:", "case old != nil && false:", "./experiments"},
	{"an experiment may be of any size", "experiments/tree.go", "if len(src) > maxSource {", "if false {", "./experiments"},
	{"weights that are no numbers are saved", "experiments/state.go", "if i := kernel.FirstNonFinite(v.Data); i >= 0 {", "if i := kernel.FirstNonFinite(v.Data); i >= 0 && false {", "./experiments"},
	{"a loss that is no number goes on", "experiments/trainer.go", "if v := p.program.Scalar(term.Value); math.IsNaN(v) || math.IsInf(v, 0) {", "if v := p.program.Scalar(term.Value); false {", "./experiments"},
	{"other data pass for the run's", "experiments/state.go", "h != dataHash {", "h != dataHash && false {", "./experiments"},
	{"noise is the same in every step", "experiments/trainer.go", "p.program.Draw(uint64(t.step*t.perStep + r))", "p.program.Draw(uint64(r))", "./experiments"},
	{"a resumed run begins its data anew", "experiments/step.go", "Start: t.step * t.perStep", "Start: 0", "./experiments"},
}

func main() {
	only := flag.String("only", "", "the mutants whose `name` has these words")
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
	alive := 0
	for _, m := range mutants {
		if !strings.Contains(m.name, only) {
			continue
		}
		noticed, err := m.try(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if noticed == "" {
			noticed = "NO TEST NOTICES"
			alive++
		}
		fmt.Printf("%-44s %s\n", m.name, noticed)
	}
	if alive > 0 {
		return fmt.Errorf("%d defences can be taken out without a test that fails", alive)
	}
	return nil
}

var failed = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)

// try makes the change, runs the tests and returns the first that fails, "" for none.
func (m mutant) try(dir string) (noticed string, err error) {
	file := filepath.Join(dir, m.file)
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(b), m.from); n != 1 {
		return "", fmt.Errorf("%q is %d times in %s, want once", m.from, n, m.file)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(b), m.from, m.to, 1)), 0o644); err != nil {
		return "", err
	}
	defer func() {
		if e := os.WriteFile(file, b, 0o644); err == nil {
			err = e
		}
	}()
	cmd := exec.Command("go", "test", "-vet=off", m.packages)
	cmd.Dir = dir
	out, testErr := cmd.CombinedOutput()
	if testErr == nil {
		return "", nil
	}
	if strings.Contains(string(out), "[build failed]") {
		return "", fmt.Errorf("it does not build:\n%s", out)
	}
	if found := failed.FindSubmatch(out); found != nil {
		return string(found[1]), nil
	}
	return "the tests do not end well", nil
}
