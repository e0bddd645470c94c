package files

import (
	"archive/tar"
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// tarred is a tar archive. One that is not compressed is read at any place.
type tarred struct {
	f      *os.File
	size   int64
	packed bool
}

// tar lists a tar archive.
func (t *Tree) tar(ctx context.Context, f *os.File, size int64, packed bool) error {
	info, err := f.Stat()
	if err != nil {
		return cause(err)
	}
	s := &tarred{f, size, packed}
	t.source = s
	first := true
	err = s.walk(ctx, func(h *tar.Header, at int64, _ io.Reader) error {
		first = false
		name, err := inside(h.Name)
		if err != nil {
			return err
		}
		switch {
		case h.Typeflag == tar.TypeDir:
			return nil
		case !regular(h):
			t.Skipped["links and other files that are not regular"]++
			return nil
		}
		// An archive that is written anew may have another content with the same times.
		return t.add(Entry{Name: name, Size: h.Size, Stamp: h.ModTime.UnixNano() ^ info.ModTime().UnixNano()<<1, at: at})
	})
	if packed && first && err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("a gzip file, want %s: %w", wanted, err)
	}
	return err
}

func regular(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return false
		}
	}
	return h.Typeflag == tar.TypeReg
}

// walk calls f with each entry: its header, where its content begins, and its content.
func (s *tarred) walk(ctx context.Context, f func(h *tar.Header, at int64, r io.Reader) error) error {
	section := io.NewSectionReader(s.f, 0, s.size)
	var r io.Reader = section
	if s.packed {
		z, err := gzip.NewReader(bufio.NewReaderSize(section, 1<<16))
		if err != nil {
			return damaged(err)
		}
		r = &bounded{r: z, outside: s.size}
	}
	t := tar.NewReader(r)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return damaged(err)
		}
		at := int64(0)
		if !s.packed {
			if at, err = section.Seek(0, io.SeekCurrent); err != nil {
				return err
			}
			if regular(h) && h.Size > s.size-at {
				return damaged(io.ErrUnexpectedEOF)
			}
		}
		if err := f(h, at, t); err != nil {
			return err
		}
	}
}

// damaged says that an archive is cut off, if it is.
func damaged(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the archive is cut off")
	}
	return err
}

// bounded reads what is in gzip as long as it is not much more than the file.
type bounded struct {
	r          io.Reader
	n, outside int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	if e := exceeds(b.n, b.outside); e != nil {
		return n, e
	}
	return n, err
}

func (s *tarred) each(ctx context.Context, entries []Entry, wanted func(i int) bool, f func(i int, content []byte, err error) error) error {
	var content []byte
	if s.packed {
		return s.walk(ctx, func(h *tar.Header, _ int64, r io.Reader) error {
			name, err := inside(h.Name)
			if err != nil {
				return err
			}
			i, ok := slices.BinarySearchFunc(entries, name, func(e Entry, name string) int { return strings.Compare(e.Name, name) })
			if !ok || !regular(h) || !wanted(i) {
				return nil
			}
			if err := exceeds(h.Size, s.size); err != nil {
				return f(i, nil, err)
			}
			content, err = filled(content, h.Size, r)
			return f(i, content, err)
		})
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(entries[a].at, entries[b].at) })
	for _, i := range order {
		if !wanted(i) {
			continue
		}
		var err error
		content, err = filled(content, entries[i].Size, io.NewSectionReader(s.f, entries[i].at, entries[i].Size))
		if err := f(i, content, err); err != nil {
			return err
		}
	}
	return nil
}

func (s *tarred) close() error { return s.f.Close() }
