package checkpoints

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// faulty is the file system with a fault in operation number at, counted from 1,
// and if it is sticky in all that follow. A faulty operation has no effect, except
// that a write gets half done and that a file is closed. Zero is no fault.
//
// Nothing is really synced: the tests would wait for the disk.
type faulty struct {
	OS
	at     int
	sticky bool
	err    error
	ops    []string // all so far
	open   int      // files that are not closed
}

// errShort makes a write return half of its length and no error.
var errShort = errors.New("short write")

func (f *faulty) do(op string) error {
	f.ops = append(f.ops, op)
	if n := len(f.ops); f.at > 0 && (n == f.at || n > f.at && f.sticky) {
		return f.err
	}
	return nil
}

func (f *faulty) CreateExclusive(path string) (File, error) {
	if err := f.do("create"); err != nil {
		return nil, err
	}
	file, err := f.OS.CreateExclusive(path)
	if err == nil {
		f.open++
	}
	return &faultyFile{file, f}, err
}

func (f *faulty) Rename(from, to string) error {
	if err := f.do("rename"); err != nil {
		return err
	}
	return f.OS.Rename(from, to)
}

func (f *faulty) Remove(path string) error {
	if err := f.do("remove"); err != nil {
		return err
	}
	return f.OS.Remove(path)
}

func (f *faulty) ReadDir(dir string) ([]string, error) {
	if err := f.do("readdir"); err != nil {
		return nil, err
	}
	return f.OS.ReadDir(dir)
}

func (f *faulty) SyncDir(string) error { return f.do("syncdir") }

type faultyFile struct {
	File
	fs *faulty
}

func (f *faultyFile) Write(b []byte) (int, error) {
	err := f.fs.do("write")
	if err == nil {
		return f.File.Write(b)
	}
	n, _ := f.File.Write(b[:len(b)/2])
	if err == errShort {
		err = nil
	}
	return n, err
}

func (f *faultyFile) Sync() error { return f.fs.do("sync") }

func (f *faultyFile) Close() error {
	f.fs.open--
	return errors.Join(f.fs.do("close"), f.File.Close())
}

func TestOSCreatesExclusively(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	f, err := OS{}.CreateExclusive(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		t.Fatal(err)
	}
	f, err = OS{}.CreateExclusive(path)
	if f != nil || !errors.Is(err, fs.ErrExist) {
		t.Errorf("second time: got %v and error %v, want nil and %v", f, err, fs.ErrExist)
	}
}

func TestOSReportsMissingFolders(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := (OS{}).ReadDir(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ReadDir: error %v, want %v", err, os.ErrNotExist)
	}
	if err := (OS{}).Remove(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Remove: error %v, want %v", err, os.ErrNotExist)
	}
}
