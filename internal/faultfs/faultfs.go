// Package faultfs is the file system with faults, for tests of what writes files.
package faultfs

import (
	"errors"
	"syscall"

	"latentspace/internal/atomicfile"
)

// FS is the file system of the machine with a fault in operation number At, counted from 1,
// and if it is Sticky in all that follow. A faulty operation has no effect, except
// that a write gets half done and that a file is closed. Zero is no fault.
//
// Nothing is really synced: the tests would wait for the disk.
type FS struct {
	atomicfile.OS
	At     int
	Sticky bool
	Err    error
	Ops    []string // all so far
	Open   int      // files that are not closed
}

// Errors are what a file system may answer.
var Errors = []error{
	syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EROFS,
	syscall.EACCES, syscall.EMFILE, syscall.EINTR, syscall.EFBIG, ErrShort,
}

// ErrShort makes a write return half of its length and no error.
var ErrShort = errors.New("short write")

func (f *FS) do(op string) error {
	f.Ops = append(f.Ops, op)
	if n := len(f.Ops); f.At > 0 && (n == f.At || n > f.At && f.Sticky) {
		return f.Err
	}
	return nil
}

// CreateExclusive implements [atomicfile.FS].
func (f *FS) CreateExclusive(path string) (atomicfile.File, error) {
	if err := f.do("create"); err != nil {
		return nil, err
	}
	opened, err := f.OS.CreateExclusive(path)
	if err == nil {
		f.Open++
	}
	return &file{opened, f}, err
}

// Rename implements [atomicfile.FS].
func (f *FS) Rename(from, to string) error {
	if err := f.do("rename"); err != nil {
		return err
	}
	return f.OS.Rename(from, to)
}

// Remove implements [atomicfile.FS].
func (f *FS) Remove(path string) error {
	if err := f.do("remove"); err != nil {
		return err
	}
	return f.OS.Remove(path)
}

// ReadDir implements [atomicfile.FS].
func (f *FS) ReadDir(dir string) ([]string, error) {
	if err := f.do("readdir"); err != nil {
		return nil, err
	}
	return f.OS.ReadDir(dir)
}

// SyncDir implements [atomicfile.FS].
func (f *FS) SyncDir(string) error { return f.do("syncdir") }

type file struct {
	atomicfile.File
	fs *FS
}

func (f *file) Write(b []byte) (int, error) {
	err := f.fs.do("write")
	if err == nil {
		return f.File.Write(b)
	}
	n, _ := f.File.Write(b[:len(b)/2])
	if err == ErrShort {
		err = nil
	}
	return n, err
}

func (f *file) Sync() error { return f.fs.do("sync") }

func (f *file) Close() error {
	f.fs.Open--
	return errors.Join(f.fs.do("close"), f.File.Close())
}
