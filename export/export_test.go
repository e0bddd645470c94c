package export

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"latentspace/tensor"
)

// An error on the way leaves what was there, and nothing beside it.
func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.csv")
	if err := CSV(file, tensor.New(2, 1)); err != nil {
		t.Fatal(err)
	}
	full := errors.New("full")
	for name, err := range map[string]error{
		"a file": File(file, func(w io.Writer) error {
			_, err := io.WriteString(w, "half")
			return errors.Join(err, full)
		}),
		"a table": Table(file, []string{"half"}, func(func([]string) error) error { return full }),
	} {
		if !errors.Is(err, full) {
			t.Errorf("%s: got %v, want %v", name, err, full)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "x0\n0\n0\n" {
		t.Errorf("got %q, %v, want the old content", b, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want the file alone", entries, err)
	}
}

// A pipe stays one, and its reader has what is written.
func TestAPipeIsWrittenTo(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Skipf("there is no mkfifo here: %v %s", err, out)
	}
	read := make(chan string)
	go func() {
		b, err := os.ReadFile(pipe)
		read <- fmt.Sprint(string(b), err)
	}()
	if err := File(pipe, func(w io.Writer) error { _, err := io.WriteString(w, "a,b"); return err }); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != "a,b<nil>" {
		t.Errorf("read %q", got)
	}
	if there, err := os.Stat(pipe); err != nil || there.Mode().IsRegular() {
		t.Errorf("the pipe is now %v (%v)", there, err)
	}
}
