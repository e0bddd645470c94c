package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"latentspace/internal/untrusted"
)

// folder lists a folder. Links that lead out of it are not followed, nor links to folders.
func (t *Tree) folder(ctx context.Context) error {
	root, err := os.OpenRoot(t.Path)
	if err != nil {
		return cause(err)
	}
	t.source = folder{root}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && name == ".":
			return cause(err)
		case err != nil:
			t.Skipped["in folders that cannot be read"]++
			return nil
		case name == ".":
			return nil
		case d.IsDir() && hidden(d.Name()):
			t.Skipped["hidden"]++
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		var info fs.FileInfo
		if d.Type()&fs.ModeSymlink != 0 {
			if info, err = root.Stat(name); err != nil {
				t.Skipped["links that lead outside or nowhere"]++
				return nil
			}
		} else if info, err = d.Info(); err != nil {
			return nil // removed meanwhile
		}
		switch {
		case info.IsDir():
			t.Skipped["links to folders"]++
			return nil
		case !info.Mode().IsRegular():
			t.Skipped["no regular files"]++
			return nil
		}
		return t.add(Entry{Name: name, Size: info.Size(), Stamp: info.ModTime().UnixNano()})
	})
	if err != nil {
		root.Close()
	}
	return err
}

// cause is an error without the path, which the caller names.
func cause(err error) error {
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		return wrapped.Err
	}
	return err
}

type folder struct{ root *os.Root }

func (s folder) each(ctx context.Context, entries []Entry, wanted func(i int) bool, f func(i int, content []byte, err error) error) error {
	var content []byte
	for i, e := range entries {
		if !wanted(i) {
			continue
		}
		var err error
		content, err = s.read(e, content)
		if err := f(i, content, err); err != nil {
			return err
		}
	}
	return nil
}

// read reads a file, into the memory of another if it has the room.
func (s folder) read(e Entry, into []byte) ([]byte, error) {
	file, err := s.root.Open(e.Name)
	if err != nil {
		return into[:0], cause(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return into[:0], cause(err)
	}
	if !info.Mode().IsRegular() {
		return into[:0], fmt.Errorf("mode %v, want a regular file", info.Mode())
	}
	return filled(into, info.Size(), file)
}

// filled reads n bytes, within the limit of a picture.
func filled(into []byte, n int64, r io.Reader) ([]byte, error) {
	if err := untrusted.PictureFile.Check(n); err != nil {
		return into[:0], err
	}
	if int64(cap(into)) < n {
		into = make([]byte, n)
	}
	into = into[:n]
	if _, err := io.ReadFull(r, into); err != nil {
		return into[:0], cause(err)
	}
	return into, nil
}

func (s folder) close() error { return s.root.Close() }
