package files

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"latentspace/internal/untrusted"
)

// Single is what a tree of one file is.
const Single = "a file"

// One is a tree of a single file, which is not looked into.
func One(path string) (*Tree, error) {
	f, size, err := untrusted.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	e := Entry{Name: filepath.Base(path), Size: size, Stamp: info.ModTime().UnixNano()}
	return &Tree{Path: path, What: Single, Entries: []Entry{e}, Skipped: map[string]int{}, source: single{f}}, nil
}

type single struct{ f *os.File }

func (s single) each(_ context.Context, entries []Entry, wanted func(i int) bool, f func(i int, content []byte, err error) error) error {
	if !wanted(0) {
		return nil
	}
	content, err := filled(nil, entries[0].Size, io.NewSectionReader(s.f, 0, entries[0].Size))
	return f(0, content, err)
}

func (s single) close() error { return s.f.Close() }
