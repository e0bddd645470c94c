package atomicfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"latentspace/internal/atomicfile"
	"latentspace/internal/faultfs"
)

var (
	before = []byte("the old content")
	after  = bytes.Repeat([]byte("the new content, longer than a buffer. "), 300)
)

// writeAfter writes in pieces below, above and below the size of a buffer.
func writeAfter(w io.Writer) error {
	for _, piece := range [][]byte{after[:100], after[100:9000], after[9000:]} {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// fileOf returns the path of a file with the old content, alone in its folder.
func fileOf(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.json")
	if err := os.WriteFile(path, before, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	names, err := atomicfile.OS{}.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func checkContent(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes %.20q… and error %v, want %d bytes %.20q…", len(got), got, err, len(want), want)
	}
}

func TestWriteGoesInOrder(t *testing.T) {
	path, fsys := fileOf(t), &faultfs.FS{}
	if err := atomicfile.Write(fsys, path, writeAfter); err != nil {
		t.Fatal(err)
	}
	checkContent(t, path, after)
	got := strings.Join(slices.Compact(fsys.Ops), " ")
	if want := "create write sync close rename syncdir"; got != want {
		t.Errorf("operations: got %s, want %s", got, want)
	}
	if err := atomicfile.Write(atomicfile.OS{}, path, func(w io.Writer) error { _, err := w.Write(before); return err }); err != nil {
		t.Fatal(err)
	}
	checkContent(t, path, before)
}

// countOps is how many operations a write without fault takes.
func countOps(t *testing.T) int {
	t.Helper()
	fsys := &faultfs.FS{}
	if err := atomicfile.Write(fsys, fileOf(t), writeAfter); err != nil {
		t.Fatal(err)
	}
	return len(fsys.Ops)
}

func TestEveryFailedOperationLeavesTheOldFileWhole(t *testing.T) {
	for k := range countOps(t) {
		for _, fault := range faultfs.Errors {
			for _, sticky := range []bool{false, true} {
				path, fsys := fileOf(t), &faultfs.FS{At: k + 1, Err: fault, Sticky: sticky}
				err := atomicfile.Write(fsys, path, writeAfter)
				op := fsys.Ops[k]
				t.Run(fmt.Sprintf("%s, operation %d, %v, sticky %v", op, k+1, fault, sticky), func(t *testing.T) {
					switch {
					case fault == faultfs.ErrShort && err == nil: // the rest was written
					case fault == faultfs.ErrShort && op == "write":
						if !errors.Is(err, io.ErrShortWrite) {
							t.Errorf("error %v, want %v", err, io.ErrShortWrite)
						}
					case !errors.Is(err, fault) || !strings.HasPrefix(err.Error(), path+": "):
						t.Errorf("error %v, want %v with the path", err, fault)
					}
					want := before
					if err == nil || op == "syncdir" {
						want = after
					}
					checkContent(t, path, want)
					if names := namesIn(t, filepath.Dir(path)); !sticky && len(names) != 1 {
						t.Errorf("files left: %q, want %s alone", names, filepath.Base(path))
					}
					if fsys.Open != 0 {
						t.Errorf("%d files left open, want none", fsys.Open)
					}
				})
			}
		}
	}
}

func TestErrorOfTheWriterIsReportedAndCleanedUp(t *testing.T) {
	path := fileOf(t)
	err := atomicfile.Write(atomicfile.OS{}, path, func(w io.Writer) error {
		return errors.Join(writeAfter(w), syscall.ENOSPC)
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error %v, want %v", err, syscall.ENOSPC)
	}
	checkContent(t, path, before)
	if names := namesIn(t, filepath.Dir(path)); len(names) != 1 {
		t.Errorf("files left: %q, want one", names)
	}
}

// A container gives every process the same id, so names come again.
func TestLeftoversOfTheSameProcessIDAreNoObstacle(t *testing.T) {
	path := fileOf(t)
	for n := range atomicfile.MaxLeftovers {
		leftover := filepath.Join(filepath.Dir(path), fmt.Sprintf(".run.json.%d-%d.tmp", os.Getpid(), n))
		if err := os.WriteFile(leftover, before, 0o666); err != nil {
			t.Fatal(err)
		}
		err := atomicfile.Write(&faultfs.FS{}, path, writeAfter)
		if last := n == atomicfile.MaxLeftovers-1; last != errors.Is(err, os.ErrExist) || last != (err != nil) {
			t.Fatalf("%d leftovers: error %v", n+1, err)
		}
		checkContent(t, leftover, before)
	}
	checkContent(t, path, after)
}
