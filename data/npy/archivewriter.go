package npy

import (
	"archive/zip"
	"fmt"
	"io"
	"time"
)

// ArchiveWriter writes a .npz file: one array after the other. Its bytes depend on
// what is written alone.
type ArchiveWriter struct {
	z     *zip.Writer
	names map[string]bool
	last  *Writer // the array that is being written
}

// NewArchiveWriter starts a file, its arrays stored as they are.
func NewArchiveWriter(w io.Writer) *ArchiveWriter {
	return &ArchiveWriter{z: zip.NewWriter(w), names: map[string]bool{}}
}

// Create starts an array. The one before it must be whole, and have another name.
func (a *ArchiveWriter) Create(name string, t Type, shape ...int) (*Writer, error) {
	if err := a.finish(); err != nil {
		return nil, err
	}
	if !plain(name) || a.names[name] {
		return nil, fmt.Errorf("npy: %q: want a plain name that no other array has", name)
	}
	a.names[name] = true
	// As numpy does: the earliest time that zip has.
	w, err := a.z.CreateHeader(&zip.FileHeader{
		Name: name + ".npy", Method: zip.Store, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return nil, fmt.Errorf("npy: %s: %w", name, err)
	}
	a.last, err = Create(w, name, t, shape...)
	return a.last, err
}

func (a *ArchiveWriter) finish() error {
	if a.last == nil {
		return nil
	}
	return a.last.Close()
}

// Close ends the file. An array that is not whole is an error. It does not close
// what it writes to.
func (a *ArchiveWriter) Close() error {
	if err := a.finish(); err != nil {
		return err
	}
	if err := a.z.Close(); err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	return nil
}
